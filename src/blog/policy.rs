//! Who may see and do what: pure functions, and the only place that decides.

use chrono::{DateTime, Utc};

use super::model::PostStatus;
use crate::accounts::{Identity, Viewer};

/// Which posts someone may see. Every read of posts takes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Those that are public at this time.
    Public(DateTime<Utc>),
    /// All.
    All,
}

impl Visibility {
    /// What `viewer` may see at the time `now`.
    #[must_use]
    pub fn of(viewer: &Viewer, now: DateTime<Utc>) -> Self {
        match viewer.identity {
            Identity::System => Self::All,
            Identity::Anonymous | Identity::Account(_) => Self::Public(now),
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

/// Whether `viewer` may load content from files.
#[must_use]
pub fn may_import(viewer: &Viewer) -> bool {
    viewer.identity == Identity::System
}
