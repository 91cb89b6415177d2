use chrono::{DateTime, Utc};

use crate::blog::model::PostStatus;
use crate::ids::AuthorId;

/// Where a post is in its life at some time: its status, and what the time makes of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PostState {
    /// Being written.
    Draft,
    /// Goes live at a time to come.
    Scheduled,
    /// Published, with a date that is still to come.
    Pending,
    /// Public.
    Live,
    /// Published, and over: its time to be public has ended.
    Expired,
    /// Was public, and is kept.
    Archived,
    /// In the trash.
    Trashed,
}

/// What tells where a post is in its life, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostFacts<'a> {
    /// Its status.
    pub status: PostStatus,
    /// The time it is listed under; public from then on, if published.
    pub listed_at: DateTime<Utc>,
    /// When it stops being public; never, if there is no time.
    pub unpublish_at: Option<DateTime<Utc>>,
    /// Its authors.
    pub authors: &'a [AuthorId],
}

impl PostState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Draft,
        Self::Scheduled,
        Self::Pending,
        Self::Live,
        Self::Expired,
        Self::Archived,
        Self::Trashed,
    ];

    /// Where a post with these facts is at the time `now`. It is live from its listing time on, and
    /// no more at the time it is to be unpublished.
    #[must_use]
    pub fn of(facts: &PostFacts<'_>, now: DateTime<Utc>) -> Self {
        match facts.status {
            PostStatus::Draft => Self::Draft,
            PostStatus::Scheduled => Self::Scheduled,
            PostStatus::Archived => Self::Archived,
            PostStatus::Trashed => Self::Trashed,
            PostStatus::Published if now < facts.listed_at => Self::Pending,
            PostStatus::Published if facts.unpublish_at.is_some_and(|end| end <= now) => {
                Self::Expired
            }
            PostStatus::Published => Self::Live,
        }
    }
}
