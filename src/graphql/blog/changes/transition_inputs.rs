use async_graphql::{ID, InputObject, MaybeUndefined};
use chrono::{DateTime, Utc};

use crate::blog::Dates;

/// Declares the input of a mutation of one post that takes nothing else.
macro_rules! post_input {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(InputObject)]
        pub(super) struct $name {
            /// The `id` of the post.
            /// Example: `"UAGdQwOPQHGyg9Tl9gcYKTo"`.
            pub(super) id: ID,
            /// The version that you have read; if it is not the newest any more, nothing is done.
            /// Example: `2`.
            pub(super) expected_version: Option<i32>,
        }
    };
}

/// Declares the input of a mutation of several posts that takes nothing else.
macro_rules! posts_input {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(InputObject)]
        pub(super) struct $name {
            /// The `id`s of at most 100 posts.
            /// Example: `["UAGdQwOPQHGyg9Tl9gcYKTo"]`.
            pub(super) ids: Vec<ID>,
        }
    };
}

post_input!(
    /// Which post to make a draft again.
    ///
    /// Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo", expectedVersion: 2 }`.
    UnpublishPostInput
);
post_input!(
    /// Which post to archive.
    ///
    /// Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo", expectedVersion: 2 }`.
    ArchivePostInput
);
post_input!(
    /// Which post to throw away.
    ///
    /// Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo", expectedVersion: 2 }`.
    TrashPostInput
);
post_input!(
    /// Which post to have back from the trash.
    ///
    /// Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo", expectedVersion: 2 }`.
    RestorePostInput
);
post_input!(
    /// Which post to remove for good.
    ///
    /// Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo", expectedVersion: 2 }`.
    PurgePostInput
);
post_input!(
    /// Which post's working draft to drop.
    ///
    /// Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo", expectedVersion: 2 }`.
    DiscardDraftInput
);
posts_input!(
    /// Which posts to publish.
    ///
    /// Example: `{ ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"] }`.
    PublishPostsInput
);
posts_input!(
    /// Which posts to make drafts again.
    ///
    /// Example: `{ ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"] }`.
    UnpublishPostsInput
);
posts_input!(
    /// Which posts to archive.
    ///
    /// Example: `{ ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"] }`.
    ArchivePostsInput
);
posts_input!(
    /// Which posts to throw away.
    ///
    /// Example: `{ ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"] }`.
    TrashPostsInput
);
posts_input!(
    /// Which posts to have back from the trash.
    ///
    /// Example: `{ ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"] }`.
    RestorePostsInput
);
posts_input!(
    /// Which posts to remove for good.
    ///
    /// Example: `{ ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"] }`.
    PurgePostsInput
);

/// Which post to publish.
///
/// Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo", unpublishAt: "2030-01-01T00:00:00Z" }`.
#[derive(InputObject)]
pub(super) struct PublishPostInput {
    /// The `id` of the post.
    /// Example: `"UAGdQwOPQHGyg9Tl9gcYKTo"`.
    pub(super) id: ID,
    /// The version that you have read; if it is not the newest any more, nothing is done.
    /// Example: `2`.
    pub(super) expected_version: Option<i32>,
    /// When it was published, if that was before now; else its first publication counts, or now.
    /// Example: `"2026-03-31T08:30:00Z"`.
    published_at: Option<DateTime<Utc>>,
    /// When it stops being public; null takes the end away.
    /// Example: `"2030-01-01T00:00:00Z"`.
    unpublish_at: MaybeUndefined<DateTime<Utc>>,
}

/// Which post to publish later, and when.
///
/// Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo", at: "2030-01-01T08:00:00Z", expectedVersion: 2 }`.
#[derive(InputObject)]
pub(super) struct SchedulePostInput {
    /// The `id` of the post.
    /// Example: `"UAGdQwOPQHGyg9Tl9gcYKTo"`.
    pub(super) id: ID,
    /// When it goes live: within 50 years.
    /// Example: `"2030-01-01T08:00:00Z"`.
    at: DateTime<Utc>,
    /// The version that you have read; if it is not the newest any more, nothing is done.
    /// Example: `2`.
    pub(super) expected_version: Option<i32>,
    /// When it stops being public; null takes the end away.
    /// Example: `"2030-02-01T00:00:00Z"`.
    unpublish_at: MaybeUndefined<DateTime<Utc>>,
}

/// Which posts to publish later, and when.
///
/// Example: `{ ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"], at: "2030-01-01T08:00:00Z" }`.
#[derive(InputObject)]
pub(super) struct SchedulePostsInput {
    /// The `id`s of at most 100 posts.
    /// Example: `["UAGdQwOPQHGyg9Tl9gcYKTo"]`.
    pub(super) ids: Vec<ID>,
    /// When they go live: within 50 years.
    /// Example: `"2030-01-01T08:00:00Z"`.
    pub(super) at: DateTime<Utc>,
}

impl PublishPostInput {
    pub(super) fn dates(&self) -> Dates {
        Dates {
            published_at: self.published_at,
            unpublish_at: undefined(self.unpublish_at),
        }
    }
}

impl SchedulePostInput {
    pub(super) fn dates(&self) -> Dates {
        Dates {
            published_at: Some(self.at),
            unpublish_at: undefined(self.unpublish_at),
        }
    }
}

#[expect(
    clippy::option_option,
    reason = "not given, null, and given are three things"
)]
fn undefined<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}
