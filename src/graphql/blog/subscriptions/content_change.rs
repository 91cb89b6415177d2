use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};

use crate::blog::change_log;
use crate::graphql::blog::Post;
use crate::graphql::in_order::InOrder;
use crate::graphql::node::Node;

/// What a change is to you.
///
/// Example: `APPEARED`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "change_log::ChangeKind")]
pub(super) enum ChangeKind {
    /// It is there now: it was made, or you may see it since.
    Appeared,
    /// Something of it is another.
    Changed,
    /// It is no longer there: it was deleted, or you may no longer see it.
    Disappeared,
}

/// What has happened to a post.
///
/// Example: `subscription { postChanged(post: "UAGdQwOPQHGyg9Tl9gcYKTo") { kind post { title } }
/// }`.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(super) struct PostChange {
    /// What it is to you.
    pub(super) kind: ChangeKind,
    /// The post as it is now; null if it has disappeared.
    pub(super) post: Option<Post>,
    /// When it was done.
    pub(super) committed_at: DateTime<Utc>,
}

/// What has happened to a post, an author or a tag.
///
/// Example: `subscription { changes { changes { kind id node { __typename } committedAt } } }`.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(super) struct ContentChange {
    /// What it is to you.
    pub(super) kind: ChangeKind,
    /// The `id` of what was changed.
    pub(super) id: ID,
    /// It as it is now; null if it has disappeared.
    pub(super) node: Option<InOrder<Node>>,
    /// When it was done.
    pub(super) committed_at: DateTime<Utc>,
}

/// Changes that follow one another.
///
/// Example: `subscription { changes { cursor changes { kind id } } }`.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(super) struct ContentChanges {
    /// In the order in which they were committed.
    pub(super) changes: Vec<ContentChange>,
    /// The place after them: `since` takes it.
    pub(super) cursor: String,
}
