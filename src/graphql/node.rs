use std::collections::HashMap;

use async_graphql::{Context, ID, Interface, Object};

use super::accounts::{ApiKey, User};
use super::blog::{Author, Post, Tag, post_parts};
use super::context::ContextExt;
use super::global_id::GlobalId;
use super::in_order::InOrder;
use super::siblings::Sibling;
use crate::accounts::Viewer;
use crate::app::App;
use crate::blog::model::PostColumns;
use crate::error::{Error, Result};
use crate::ids::{ApiKeyId, AuthorId, PostId, TagId, UserId};

/// Anything that has an id of its own (GraphQL Global Object Identification Specification).
///
/// Example: `{ node(id: "UAGdQwOPQHGyg9Tl9gcYKTo") { id ... on Post { title } } }`.
#[derive(Clone, Interface)]
#[graphql(field(
    name = "id",
    ty = "ID",
    desc = "An opaque id, unique among all objects."
))]
pub(super) enum Node {
    Post(Post),
    Author(Author),
    Tag(Tag),
    User(User),
    ApiKey(ApiKey),
}

/// The most ids that one `nodes` takes.
const MAX_IDS: usize = 100;

#[derive(Default)]
pub(super) struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The object with this id; null if there is none that you may see.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"The `id` of an object. Example: `"UAGdQwOPQHGyg9Tl9gcYKTo"`."#)] id: ID,
    ) -> async_graphql::Result<Option<InOrder<Node>>> {
        let id = GlobalId::decode("id", &id)?;
        let parts = post_parts(&ctx.look_ahead());
        let loaded = load(ctx.app(), ctx.viewer(), parts, &[id]).await?;
        Ok(loaded.into_iter().next().flatten().map(InOrder))
    }

    /// The objects with these ids, in their order; null for each that you may not see or that is
    /// not there.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"At most 100 ids of objects, of whatever types. Example: `["UAGdQwOPQHGyg9Tl9gcYKTo", "QQGdQwOPQHtenH0h80aKzgE"]`."#
        )]
        ids: Vec<ID>,
    ) -> async_graphql::Result<Vec<Option<InOrder<Node>>>> {
        if ids.len() > MAX_IDS {
            let message = format!("{} ids are more than {MAX_IDS}", ids.len());
            return Err(Error::invalid("ids", message).into());
        }
        let ids = ids
            .iter()
            .enumerate()
            .map(|(index, id)| GlobalId::decode(&format!("ids.{index}"), id))
            .collect::<Result<Vec<_>>>()?;
        let parts = post_parts(&ctx.look_ahead());
        let nodes = load(ctx.app(), ctx.viewer(), parts, &ids)
            .await?
            .into_iter();
        Ok(nodes.map(|node| node.map(InOrder)).collect())
    }
}

/// The things with these ids that the viewer may see: one statement for each type among the ids.
pub(super) async fn load(
    app: &App,
    viewer: &Viewer,
    parts: PostColumns,
    ids: &[GlobalId],
) -> Result<Vec<Option<Node>>> {
    let posts: Vec<PostId> = of_type(ids);
    let mut found_posts = HashMap::new();
    if !posts.is_empty() {
        let loaded = app.blog.posts.by_ids(viewer, &posts, parts).await?;
        found_posts.extend(Sibling::all(loaded).map(|it| (it.id, Post(it))));
    }
    let authors: Vec<AuthorId> = of_type(ids);
    let mut found_authors = HashMap::new();
    if !authors.is_empty() {
        let loaded = app.blog.authors.by_ids(viewer, &authors).await?;
        found_authors.extend(Sibling::all(loaded).map(|it| (it.id, Author(it))));
    }
    let tags: Vec<TagId> = of_type(ids);
    let mut found_tags = HashMap::new();
    if !tags.is_empty() {
        let loaded = app.blog.tags.by_ids(viewer, &tags).await?;
        found_tags.extend(Sibling::all(loaded).map(|it| (it.id, Tag(it))));
    }
    let users: Vec<UserId> = of_type(ids);
    let mut found_users = HashMap::new();
    if !users.is_empty() {
        let loaded = app.accounts.users.by_ids(viewer, &users).await?;
        found_users.extend(Sibling::all(loaded).map(|it| (it.id, User(it))));
    }
    let api_keys: Vec<ApiKeyId> = of_type(ids);
    let mut found_api_keys = HashMap::new();
    if !api_keys.is_empty() {
        let loaded = app.accounts.api_keys.by_ids(viewer, &api_keys).await?;
        found_api_keys.extend(loaded.into_iter().map(|it| (it.id, ApiKey(it))));
    }
    let nodes = ids.iter().map(|id| match id {
        GlobalId::Post(id) => found_posts.get(id).cloned().map(Node::Post),
        GlobalId::Author(id) => found_authors.get(id).cloned().map(Node::Author),
        GlobalId::Tag(id) => found_tags.get(id).cloned().map(Node::Tag),
        GlobalId::User(id) => found_users.get(id).cloned().map(Node::User),
        GlobalId::ApiKey(id) => found_api_keys.get(id).cloned().map(Node::ApiKey),
        // Of no use beside its post.
        GlobalId::PreviewLink(_) => None,
    });
    Ok(nodes.collect())
}

fn of_type<Id: super::global_id::TypedId>(ids: &[GlobalId]) -> Vec<Id> {
    ids.iter().filter_map(|id| Id::from_global(*id)).collect()
}
