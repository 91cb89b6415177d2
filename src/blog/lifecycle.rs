//! The states that a post goes through, and the ways between them. `docs/lifecycle.md` shows this as
//! a table; who may take which way is the policy's.

use super::model::PostStatus;
use super::policy::PostAction;

/// Something that is done to a post as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transition {
    /// Change its text and what belongs to it.
    Update,
    /// Make the newest text public.
    Publish,
    /// Have it made public at a time to come.
    Schedule,
    /// Make it a draft again.
    Unpublish,
    /// Take it away from the public and keep it.
    Archive,
    /// Throw it away.
    Trash,
    /// Have it back from the trash.
    Restore,
    /// Remove it for good.
    Purge,
}

/// What comes of a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// This status.
    Becomes(PostStatus),
    /// The post is no more.
    Gone,
}

impl Transition {
    /// Every transition.
    pub const ALL: [Self; 8] = [
        Self::Update,
        Self::Publish,
        Self::Schedule,
        Self::Unpublish,
        Self::Archive,
        Self::Trash,
        Self::Restore,
        Self::Purge,
    ];

    /// The right that it takes.
    #[must_use]
    pub const fn action(self) -> PostAction {
        match self {
            Self::Update => PostAction::Update,
            Self::Publish | Self::Schedule => PostAction::Publish,
            Self::Unpublish => PostAction::Unpublish,
            Self::Archive => PostAction::Archive,
            // Whoever may throw away may have it back.
            Self::Trash | Self::Restore => PostAction::Trash,
            Self::Purge => PostAction::Purge,
        }
    }

    /// What the audit log calls it.
    #[must_use]
    pub const fn event(self) -> &'static str {
        match self {
            Self::Update => "post.updated",
            Self::Publish => "post.published",
            Self::Schedule => "post.scheduled",
            Self::Unpublish => "post.unpublished",
            Self::Archive => "post.archived",
            Self::Trash => "post.trashed",
            Self::Restore => "post.restored",
            Self::Purge => "post.purged",
        }
    }
}

/// What becomes of a post in this status; the words say why it cannot be done, and what can.
pub fn next(status: PostStatus, transition: Transition) -> Result<Outcome, &'static str> {
    use PostStatus::{Archived, Draft, Published, Scheduled, Trashed};
    Ok(Outcome::Becomes(match (transition, status) {
        (Transition::Purge, Trashed) => return Ok(Outcome::Gone),
        (Transition::Purge, _) => {
            return Err("only what is in the trash is purged; trash it first");
        }
        // What was public or about to be is not public again by an accident.
        (Transition::Restore, Trashed) => Draft,
        (Transition::Restore, _) => return Err("it is not in the trash"),
        (Transition::Trash, Trashed) => return Err("it is in the trash already"),
        (_, Trashed) => return Err("it is in the trash; restore it first"),
        (Transition::Trash, _) => Trashed,
        (Transition::Update, status) => status,
        (Transition::Publish, _) => Published,
        (Transition::Schedule, Published) => return Err("it is published; unpublish it first"),
        (Transition::Schedule, _) => Scheduled,
        (Transition::Unpublish, Draft) => return Err("it is a draft already"),
        (Transition::Unpublish, _) => Draft,
        (Transition::Archive, Published) => Archived,
        (Transition::Archive, Archived) => return Err("it is archived already"),
        (Transition::Archive, Draft | Scheduled) => {
            return Err("only what has been published is archived; trash it instead");
        }
    }))
}
