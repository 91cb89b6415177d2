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
            pub(super) id: ID,
            /// The version that you have read; if it is not the newest any more, nothing is done.
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
            pub(super) ids: Vec<ID>,
        }
    };
}

post_input!(
    /// Which post to make a draft again.
    UnpublishPostInput
);
post_input!(
    /// Which post to archive.
    ArchivePostInput
);
post_input!(
    /// Which post to throw away.
    TrashPostInput
);
post_input!(
    /// Which post to have back from the trash.
    RestorePostInput
);
post_input!(
    /// Which post to remove for good.
    PurgePostInput
);
post_input!(
    /// Which post's working draft to drop.
    DiscardDraftInput
);
posts_input!(
    /// Which posts to publish.
    PublishPostsInput
);
posts_input!(
    /// Which posts to make drafts again.
    UnpublishPostsInput
);
posts_input!(
    /// Which posts to archive.
    ArchivePostsInput
);
posts_input!(
    /// Which posts to throw away.
    TrashPostsInput
);
posts_input!(
    /// Which posts to have back from the trash.
    RestorePostsInput
);
posts_input!(
    /// Which posts to remove for good.
    PurgePostsInput
);

/// Which post to publish.
#[derive(InputObject)]
pub(super) struct PublishPostInput {
    /// The `id` of the post.
    pub(super) id: ID,
    /// The version that you have read; if it is not the newest any more, nothing is done.
    pub(super) expected_version: Option<i32>,
    /// When it was published, if that was before now; else its first publication counts, or now.
    published_at: Option<DateTime<Utc>>,
    /// When it stops being public; null takes the end away.
    unpublish_at: MaybeUndefined<DateTime<Utc>>,
}

/// Which post to publish later, and when.
#[derive(InputObject)]
pub(super) struct SchedulePostInput {
    /// The `id` of the post.
    pub(super) id: ID,
    /// When it goes live: within 50 years.
    at: DateTime<Utc>,
    /// The version that you have read; if it is not the newest any more, nothing is done.
    pub(super) expected_version: Option<i32>,
    /// When it stops being public; null takes the end away.
    unpublish_at: MaybeUndefined<DateTime<Utc>>,
}

/// Which posts to publish later, and when.
#[derive(InputObject)]
pub(super) struct SchedulePostsInput {
    /// The `id`s of at most 100 posts.
    pub(super) ids: Vec<ID>,
    /// When they go live: within 50 years.
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
