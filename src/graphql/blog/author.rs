use std::collections::HashMap;

use async_graphql::{Context, ID, Object};

use super::inputs::{PostFilter, PostOrder};
use super::lists::{self, PostConnection, PostOwner};
use crate::accounts::Viewer;
use crate::blog::{PostList, Posts, model, order};
use crate::error::Result;
use crate::graphql::connection::PageArguments;
use crate::graphql::global_id::GlobalId;
use crate::graphql::siblings::{Keyed, Sibling};
use crate::ids::AuthorId;
use crate::page::Page;

/// An author in GraphQL.
#[derive(Clone)]
pub(in crate::graphql) struct Author(pub(in crate::graphql) Sibling<model::Author>);

impl Keyed for model::Author {
    type Id = AuthorId;

    fn id(&self) -> AuthorId {
        self.id
    }
}

impl PostOwner for AuthorId {
    fn pages(
        service: &Posts,
        viewer: &Viewer,
        owners: &[Self],
        list: PostList,
    ) -> impl Future<Output = Result<HashMap<Self, Page<model::Post>>>> + Send {
        service.list_by_authors(viewer, owners, list)
    }

    fn counts(
        service: &Posts,
        viewer: &Viewer,
        owners: &[Self],
        filter: &order::PostFilter,
    ) -> impl Future<Output = Result<HashMap<Self, i64>>> + Send {
        service.count_by_authors(viewer, owners, filter)
    }
}

/// Someone who writes posts: a public profile.
///
/// Example: `{ author(by: { slug: "ana-ruiz" }) { name bio posts(first: 5) { nodes { title } } }
/// }`.
#[Object(serial)]
impl Author {
    /// An opaque id, unique among all objects.
    pub(in crate::graphql) async fn id(&self) -> ID {
        GlobalId::Author(self.0.id).into()
    }

    /// Names the author in addresses: unique, of `a` to `z`, digits and hyphens.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// The name as readers see it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// About the author, in plain text; empty if there is nothing.
    async fn bio(&self) -> &str {
        &self.0.bio
    }

    /// Where a picture of the author is.
    async fn avatar_url(&self) -> Option<&str> {
        self.0.avatar_url.as_deref()
    }

    /// Counts the changes of the profile, from 1. Give it as `expectedVersion` to change it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The author's posts that you may see, newest first unless `orderBy` says otherwise.
    #[expect(
        clippy::too_many_arguments,
        reason = "the arguments of a Relay connection"
    )]
    async fn posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start of the list, at most 100; 20 if neither `first` nor `last` is given. Example: `10`."
        )]
        first: Option<i32>,
        #[graphql(
            desc = r#"Only what follows this cursor. Example: `"cAGdQwOPQHGyg9Tl9gcYKToABk5NxeeSAA"`."#
        )]
        after: Option<String>,
        #[graphql(desc = "How many from the end of the list, at most 100. Example: `10`.")]
        last: Option<i32>,
        #[graphql(
            desc = r#"Only what precedes this cursor. Example: `"cAGdQwOPQHGyg9Tl9gcYKToABk5NxeeSAA"`."#
        )]
        before: Option<String>,
        #[graphql(
            desc = r#"Which posts. An `author` given here must have written them, too. Example: `{ tag: { slug: "travel" } }`."#
        )]
        filter: Option<PostFilter>,
        #[graphql(desc = "In which order. Example: `{ field: TITLE, direction: ASC }`.")] order_by: Option<PostOrder>,
    ) -> async_graphql::Result<PostConnection> {
        let page = PageArguments::new(first, after, last, before);
        lists::posts_of(ctx, self.0.siblings(), self.0.id, &page, filter, order_by).await
    }

    /// How many posts of the author you may see.
    async fn post_count(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        lists::post_count_of(ctx, self.0.siblings(), self.0.id).await
    }
}
