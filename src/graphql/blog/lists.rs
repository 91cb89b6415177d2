//! The blog's connections, and how their pages are read.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use async_graphql::Context;

use super::inputs::{AuthorFilter, AuthorOrder, PostFilter, PostOrder};
use super::post_parts::item_parts;
use super::search::{Listing, PostEdge};
use super::{Author, Post, Tag};
use crate::accounts::Viewer;
use crate::blog::model::PostColumns;
use crate::blog::{PostList, Posts, model, order};
use crate::error::Result;
use crate::graphql::connection::{PageArguments, Selected, connection, count};
use crate::graphql::context::ContextExt;
use crate::graphql::siblings::{Load, Sibling, Siblings};
use crate::page::Page;

connection!(
    @connection PostConnection,
    PostEdge,
    Post,
    "posts",
    ["{ posts(first: 10)", "title path", " }"],
    Listing,
    Listing::cursor
);
connection!(
    AuthorConnection,
    AuthorEdge,
    Author,
    "authors",
    ["{ authors(first: 10)", "name slug", " }"],
    order::AuthorOrder,
    |order: &order::AuthorOrder, node: &Author| order.cursor(&node.0)
);
connection!(
    TagConnection,
    TagEdge,
    Tag,
    "tags",
    ["{ tags(first: 10)", "name slug", " }"],
    (),
    |(): &(), node: &Tag| { order::tag_cursor(&node.0) }
);

/// The list of posts that a connection's arguments describe.
fn post_list(
    (page, selected): (&PageArguments, Selected),
    filter: Option<PostFilter>,
    order_by: Option<PostOrder>,
    parts: PostColumns,
) -> Result<PostList> {
    let order = order_by.map_or_else(order::PostOrder::default, Into::into);
    Ok(PostList {
        filter: filter.unwrap_or_default().into_domain()?,
        order,
        page: page.request(selected, |cursor| order.position(cursor))?,
        parts,
    })
}

pub(super) async fn posts(
    ctx: &Context<'_>,
    page: &PageArguments,
    filter: Option<PostFilter>,
    order_by: Option<PostOrder>,
) -> async_graphql::Result<PostConnection> {
    let selected = Selected::of(&ctx.look_ahead());
    let list = post_list(
        (page, selected),
        filter,
        order_by,
        item_parts(&ctx.look_ahead()),
    )?;
    let (service, order, filter) = (&ctx.app().blog.posts, list.order, list.filter.clone());
    let count = service.count(ctx.viewer(), &filter);
    let list = service.list(ctx.viewer(), list);
    let (page, total) = selected.read(list, count).await?;
    let page = Sibling::page(page).map(Post);
    let order = Listing::By(order);
    Ok(PostConnection { page, order, total })
}

pub(super) async fn authors(
    ctx: &Context<'_>,
    page: &PageArguments,
    filter: Option<AuthorFilter>,
    order_by: Option<AuthorOrder>,
) -> async_graphql::Result<AuthorConnection> {
    let selected = Selected::of(&ctx.look_ahead());
    let filter = filter.unwrap_or_default().into();
    let order = order_by.map_or_else(order::AuthorOrder::default, Into::into);
    let request = page.request(selected, |cursor| order.position(cursor))?;
    let service = &ctx.app().blog.authors;
    let count = service.count(ctx.viewer(), &filter);
    let list = service.list(ctx.viewer(), &filter, order, &request);
    let (page, total) = selected.read(list, count).await?;
    let page = Sibling::page(page).map(Author);
    Ok(AuthorConnection { page, order, total })
}

pub(super) async fn tags(
    ctx: &Context<'_>,
    page: &PageArguments,
) -> async_graphql::Result<TagConnection> {
    let selected = Selected::of(&ctx.look_ahead());
    let request = page.request(selected, order::tag_position)?;
    let service = &ctx.app().blog.tags;
    let count = service.count(ctx.viewer());
    let list = service.list(ctx.viewer(), &request);
    let (page, total) = selected.read(list, count).await?;
    Ok(TagConnection {
        page: Sibling::page(page).map(Tag),
        order: (),
        total,
    })
}

/// What posts belong to: an author or a tag.
pub(super) trait PostOwner: Copy + Ord + Hash + Send + Sync + 'static {
    /// A page of the posts of each owner.
    fn pages(
        service: &Posts,
        viewer: &Viewer,
        owners: &[Self],
        list: PostList,
    ) -> impl Future<Output = Result<HashMap<Self, Page<model::Post>>>> + Send;

    /// How many posts each owner has.
    fn counts(
        service: &Posts,
        viewer: &Viewer,
        owners: &[Self],
        filter: &order::PostFilter,
    ) -> impl Future<Output = Result<HashMap<Self, i64>>> + Send;
}

/// The posts of one of several owners, read for all of them at once.
pub(super) async fn posts_of<O: PostOwner>(
    ctx: &Context<'_>,
    siblings: &Siblings<O>,
    owner: O,
    page: &PageArguments,
    filter: Option<PostFilter>,
    order_by: Option<PostOrder>,
) -> async_graphql::Result<PostConnection> {
    let selected = Selected::of(&ctx.look_ahead());
    let list = post_list(
        (page, selected),
        filter,
        order_by,
        item_parts(&ctx.look_ahead()),
    )?;
    let order = Listing::By(list.order);
    let load = |owners: Arc<[O]>| async move {
        let (service, viewer) = (&ctx.app().blog.posts, ctx.viewer());
        let mut totals = HashMap::new();
        if selected.total {
            totals = O::counts(service, viewer, &owners, &list.filter).await?;
        }
        let mut pages = HashMap::new();
        if selected.page {
            let loaded = O::pages(service, viewer, &owners, list).await?;
            pages.extend(Sibling::pages(loaded).map(|(owner, page)| (owner, page.map(Post))));
        }
        Ok((pages, totals))
    };
    let loaded = siblings.load(Load::field(ctx), load).await?;
    let (pages, totals) = &*loaded;
    Ok(PostConnection {
        page: pages.get(&owner).cloned().unwrap_or_else(Page::empty),
        order,
        total: totals.get(&owner).copied().unwrap_or(0),
    })
}

/// How many posts one of several owners has, counted for all of them at once.
pub(super) async fn post_count_of<O: PostOwner>(
    ctx: &Context<'_>,
    siblings: &Siblings<O>,
    owner: O,
) -> async_graphql::Result<i32> {
    let load = |owners: Arc<[O]>| async move {
        let filter = order::PostFilter::default();
        O::counts(&ctx.app().blog.posts, ctx.viewer(), &owners, &filter).await
    };
    let counts = siblings.load(Load::Relation("postCount"), load).await?;
    Ok(count(counts.get(&owner).copied().unwrap_or(0)))
}
