use chrono::{DateTime, Utc};

use super::PostFacts;
use crate::accounts::{Identity, Role, Viewer};
use crate::blog::model::PostStatus;
use crate::ids::AuthorId;

/// Which posts someone may see, and with them which authors and tags: those of at least one such
/// post. Every read takes one. It is [`may`](super::may) to read, in the form of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Those that are public at this time.
    Public(DateTime<Utc>),
    /// Those that are public, and those of one author. That author's profile as well.
    PublicAndOwn {
        /// Public at this time.
        now: DateTime<Utc>,
        /// Whose others may be seen, too.
        author: AuthorId,
    },
    /// All.
    All,
}

impl Visibility {
    /// What `viewer` may see at the time `now`.
    #[must_use]
    pub fn of(viewer: &Viewer, now: DateTime<Utc>) -> Self {
        match &viewer.identity {
            Identity::System => Self::All,
            Identity::Account(account) if viewer.reads_drafts() => match account.role {
                Role::Reader => Self::Public(now),
                Role::Author => {
                    account
                        .author
                        .map_or(Self::Public(now), |author| Self::PublicAndOwn {
                            now,
                            author,
                        })
                }
                Role::Editor | Role::Admin => Self::All,
            },
            Identity::Anonymous | Identity::Account(_) => Self::Public(now),
        }
    }

    /// Whether a post with these facts may be seen. The repository says the same in SQL.
    #[must_use]
    pub fn admits(self, facts: &PostFacts<'_>) -> bool {
        let live = |now| {
            facts.status == PostStatus::Published
                && facts.listed_at <= now
                && facts.unpublish_at.is_none_or(|end| now < end)
        };
        match self {
            Self::Public(now) => live(now),
            Self::PublicAndOwn { now, author } => live(now) || facts.authors.contains(&author),
            Self::All => true,
        }
    }

    /// Whether a list of these statuses can hold anything that may be seen. The answer to a
    /// status that may not be seen is an empty list, the same as where there are none.
    #[must_use]
    pub fn admits_any(self, statuses: Option<&[PostStatus]>) -> bool {
        match (self, statuses) {
            (Self::Public(_), Some(statuses)) => statuses.contains(&PostStatus::Published),
            _ => true,
        }
    }
}

/// Of which posts someone may see the working draft and the revisions. It is
/// [`may`](super::may) to read the history, in the form of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryAccess {
    /// Of none.
    None,
    /// Of those of one author.
    Own(AuthorId),
    /// Of all.
    All,
}

impl HistoryAccess {
    /// What `viewer` may see.
    #[must_use]
    pub fn of(viewer: &Viewer) -> Self {
        match &viewer.identity {
            Identity::System => Self::All,
            Identity::Account(account) if viewer.reads_drafts() => match account.role {
                Role::Reader => Self::None,
                Role::Author => account.author.map_or(Self::None, Self::Own),
                Role::Editor | Role::Admin => Self::All,
            },
            Identity::Anonymous | Identity::Account(_) => Self::None,
        }
    }
}
