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
use crate::ids::TagId;
use crate::page::Page;

/// A tag in GraphQL.
#[derive(Clone)]
pub(in crate::graphql) struct Tag(pub(in crate::graphql) Sibling<model::Tag>);

impl Keyed for model::Tag {
    type Id = TagId;

    fn id(&self) -> TagId {
        self.id
    }
}

impl PostOwner for TagId {
    fn pages(
        service: &Posts,
        viewer: &Viewer,
        owners: &[Self],
        list: PostList,
    ) -> impl Future<Output = Result<HashMap<Self, Page<model::Post>>>> + Send {
        service.list_by_tags(viewer, owners, list)
    }

    fn counts(
        service: &Posts,
        viewer: &Viewer,
        owners: &[Self],
        filter: &order::PostFilter,
    ) -> impl Future<Output = Result<HashMap<Self, i64>>> + Send {
        service.count_by_tags(viewer, owners, filter)
    }
}

/// A subject of posts.
///
/// Example: `{ tag(by: { slug: "travel" }) { name postCount } }`.
#[Object(serial)]
impl Tag {
    /// An opaque id, unique among all objects.
    pub(in crate::graphql) async fn id(&self) -> ID {
        GlobalId::Tag(self.0.id).into()
    }

    /// Names the tag in addresses: unique, of `a` to `z`, digits and hyphens.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// The name as readers see it; unique, whatever the case.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Counts the changes of the tag, from 1. Give it as `expectedVersion` to rename it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The posts with this tag that you may see, newest first unless `orderBy` says otherwise.
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
            desc = r#"Which posts. A `tag` given here must be theirs, too. Example: `{ tag: { slug: "travel" } }`."#
        )]
        filter: Option<PostFilter>,
        #[graphql(desc = "In which order. Example: `{ field: TITLE, direction: ASC }`.")] order_by: Option<PostOrder>,
    ) -> async_graphql::Result<PostConnection> {
        let page = PageArguments::new(first, after, last, before);
        lists::posts_of(ctx, self.0.siblings(), self.0.id, &page, filter, order_by).await
    }

    /// How many posts with this tag you may see.
    async fn post_count(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        lists::post_count_of(ctx, self.0.siblings(), self.0.id).await
    }
}
