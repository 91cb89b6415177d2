//! The blog's connections, and how their pages are read.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use async_graphql::{Context, Lookahead};

use super::inputs::{AuthorFilter, AuthorOrder, PageArguments, PostFilter, PostOrder};
use super::{Author, Post, Tag, post_parts};
use crate::accounts::Viewer;
use crate::blog::model::PostColumns;
use crate::blog::{PostList, Posts, model, order};
use crate::error::Result;
use crate::graphql::connection::{connection, count};
use crate::graphql::context::ContextExt;
use crate::graphql::siblings::{Load, Sibling, Siblings};
use crate::page::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, Page};

connection!(
    PostConnection,
    PostEdge,
    Post,
    "posts",
    order::PostOrder,
    |order: &order::PostOrder, node: &Post| order.cursor(&node.0)
);
connection!(
    AuthorConnection,
    AuthorEdge,
    Author,
    "authors",
    order::AuthorOrder,
    |order: &order::AuthorOrder, node: &Author| order.cursor(&node.0)
);
connection!(
    TagConnection,
    TagEdge,
    Tag,
    "tags",
    (),
    |(): &(), node: &Tag| { order::tag_cursor(&node.0) }
);

/// What a page may cost, in fields: its size times what is selected of an item.
pub(super) fn page_cost(first: Option<i32>, last: Option<i32>, item: usize) -> usize {
    let size = first.or(last).unwrap_or(DEFAULT_PAGE_SIZE.cast_signed());
    // A size that is refused later costs as much as the largest.
    let size = u32::try_from(size)
        .unwrap_or(MAX_PAGE_SIZE)
        .min(MAX_PAGE_SIZE);
    item.saturating_mul(size as usize).saturating_add(1)
}

/// What a selection wants of a connection.
#[derive(Clone, Copy)]
pub(super) struct Selected {
    /// Items, or where the page lies.
    pub(super) page: bool,
    /// The count of the whole list.
    pub(super) total: bool,
    /// The larger parts of posts.
    pub(super) parts: PostColumns,
}

impl Selected {
    /// What is selected of a field that is a connection.
    pub(super) fn of(field: &Lookahead<'_>) -> Self {
        let (nodes, edges) = (field.field("nodes"), field.field("edges"));
        let page = nodes.exists() || edges.exists() || field.field("pageInfo").exists();
        let (a, b) = (post_parts(&nodes), post_parts(&edges.field("node")));
        Self {
            page,
            total: field.field("totalCount").exists(),
            parts: PostColumns {
                excerpt: a.excerpt || b.excerpt,
                content: a.content || b.content,
                front_matter: a.front_matter || b.front_matter,
            },
        }
    }
}

/// The list of posts that a connection's arguments describe.
pub(super) fn post_list(
    page: &PageArguments,
    filter: Option<PostFilter>,
    order_by: Option<PostOrder>,
    parts: PostColumns,
) -> Result<PostList> {
    let order = order_by.map_or_else(order::PostOrder::default, Into::into);
    Ok(PostList {
        filter: filter.unwrap_or_default().into_domain()?,
        order,
        page: page.request(|cursor| order.position(cursor))?,
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
    let list = post_list(page, filter, order_by, selected.parts)?;
    let (service, order) = (&ctx.app().blog.posts, list.order);
    let total = if selected.total {
        service.count(ctx.viewer(), &list.filter).await?
    } else {
        0
    };
    let page = if selected.page {
        Sibling::page(service.list(ctx.viewer(), list).await?).map(Post)
    } else {
        Page::empty()
    };
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
    let request = page.request(|cursor| order.position(cursor))?;
    let service = &ctx.app().blog.authors;
    let total = if selected.total {
        service.count(ctx.viewer(), &filter).await?
    } else {
        0
    };
    let page = if selected.page {
        Sibling::page(service.list(ctx.viewer(), &filter, order, &request).await?).map(Author)
    } else {
        Page::empty()
    };
    Ok(AuthorConnection { page, order, total })
}

pub(super) async fn tags(
    ctx: &Context<'_>,
    page: &PageArguments,
) -> async_graphql::Result<TagConnection> {
    let selected = Selected::of(&ctx.look_ahead());
    let request = page.request(order::tag_position)?;
    let service = &ctx.app().blog.tags;
    let total = if selected.total {
        service.count(ctx.viewer()).await?
    } else {
        0
    };
    let page = if selected.page {
        Sibling::page(service.list(ctx.viewer(), &request).await?).map(Tag)
    } else {
        Page::empty()
    };
    Ok(TagConnection {
        page,
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
    let list = post_list(page, filter, order_by, selected.parts)?;
    let order = list.order;
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
