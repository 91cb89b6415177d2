use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Object};

use super::Post;
use super::inputs::PostFilter;
use super::lists::PostConnection;
use super::post_parts::item_parts;
use crate::blog::search::Search;
use crate::blog::{SearchList, order};
use crate::error::Error;
use crate::graphql::connection::{PageArguments, Selected};
use crate::graphql::context::ContextExt;
use crate::graphql::siblings::Sibling;
use crate::ids::PostId;

/// How a list of posts came about.
#[derive(Clone)]
pub(super) enum Listing {
    /// Posts in some order.
    By(order::PostOrder),
    /// What a search found, with how well each post matches and its extract.
    Found(Arc<Search>, Arc<HashMap<PostId, (f32, Option<String>)>>),
}

impl Listing {
    /// A post's place in the list.
    pub(super) fn cursor(&self, node: &Post) -> String {
        match self {
            Self::By(order) => order.cursor(&node.0),
            Self::Found(search, found) => {
                let rank = found.get(&node.0.id).map_or(0.0, |(rank, _)| *rank);
                search.cursor(rank, node.0.id.0)
            }
        }
    }
}

/// One of the posts of a page.
pub(in crate::graphql) struct PostEdge {
    listing: Listing,
    node: Post,
}

impl PostEdge {
    pub(super) fn of(listing: &Listing, node: &Post) -> Self {
        Self {
            listing: listing.clone(),
            node: node.clone(),
        }
    }
}

/// One of the posts of a page.
///
/// Example: `{ posts(first: 10, search: "madrid") { edges { cursor searchHighlight node { title } }
/// } }`.
#[Object(serial)]
impl PostEdge {
    /// The item's place in the list: give it as `after` or `before`.
    async fn cursor(&self) -> String {
        self.listing.cursor(&self.node)
    }

    /// The item.
    async fn node(&self) -> &Post {
        &self.node
    }

    /// Where a search found the post: some words of its text as HTML that is safe to put into a page,
    /// with those that match in `<mark>`. The beginning of the text if they are only in the title or
    /// the excerpt, or far down in a long text. Null without `search`.
    async fn search_highlight(&self) -> Option<&str> {
        match &self.listing {
            Listing::By(_) => None,
            Listing::Found(_, found) => found.get(&self.node.0.id)?.1.as_deref(),
        }
    }
}

/// The posts that a search finds.
pub(super) async fn posts(
    ctx: &Context<'_>,
    page: &PageArguments,
    filter: Option<PostFilter>,
    is_ordered: bool,
    text: &str,
) -> async_graphql::Result<PostConnection> {
    if is_ordered {
        let message = "a search is ordered by how well posts match; leave `orderBy` out";
        return Err(Error::invalid("orderBy", message).into());
    }
    let search = Search::parse(text)?;
    let field = ctx.look_ahead();
    let selected = Selected::of(&field);
    let list = SearchList {
        filter: filter.unwrap_or_default().into_domain()?,
        page: page.request(selected, |cursor| search.position(cursor))?,
        parts: item_parts(&field),
        extracts: field.field("edges").field("searchHighlight").exists(),
        search: search.clone(),
    };
    let (service, filter) = (&ctx.app().blog.posts, list.filter.clone());
    let count = service.count_search(ctx.viewer(), &search, &filter);
    let found = service.search(ctx.viewer(), list);
    let (page, total) = selected.read(found, count).await?;
    let ranks = page.items.iter();
    let ranks = ranks
        .map(|it| (it.post.id, (it.rank, it.extract.clone())))
        .collect();
    let page = Sibling::page(page.map(|it| it.post)).map(Post);
    Ok(PostConnection {
        page,
        order: Listing::Found(Arc::new(search), Arc::new(ranks)),
        total,
    })
}
