//! Who may see and do what: pure functions, and the only place that decides.
//!
//! [`may`] answers for one post, [`Visibility`] for reads of many. `docs/permissions.md` shows the
//! answers as tables.

mod post_state;
#[cfg(test)]
mod tests;
mod visibility;

use chrono::{DateTime, Utc};

use crate::accounts::{Account, Identity, Role, Viewer};
use crate::error::{Error, Result};
use crate::ids::AuthorId;

pub use post_state::{PostFacts, PostState};
pub use visibility::{HistoryAccess, Visibility};

/// What can be done with a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PostAction {
    /// See it, in whatever way.
    Read,
    /// See its working draft and its revisions.
    ReadHistory,
    /// Make one, in this state.
    Create,
    /// Change its text and what belongs to it.
    Update,
    /// Make it public, now or at a time to come.
    Publish,
    /// Make it a draft again.
    Unpublish,
    /// Take it away from the public and keep it.
    Archive,
    /// Throw it away, so that it can be had back.
    Trash,
    /// Remove it for good.
    Purge,
}

impl PostAction {
    /// Every action.
    pub const ALL: [Self; 9] = [
        Self::Read,
        Self::ReadHistory,
        Self::Create,
        Self::Update,
        Self::Publish,
        Self::Unpublish,
        Self::Archive,
        Self::Trash,
        Self::Purge,
    ];
}

/// What the rules look at of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PostSubject {
    /// Where it is in its life.
    pub state: PostState,
    /// Whether the viewer's own profile is among its authors.
    pub own: bool,
}

impl PostSubject {
    /// The post with these facts, to `viewer`, at the time `now`.
    #[must_use]
    pub fn of(viewer: &Viewer, facts: &PostFacts<'_>, now: DateTime<Utc>) -> Self {
        let author = viewer.account().and_then(|account| account.author);
        Self {
            state: PostState::of(facts, now),
            own: author.is_some_and(|author| facts.authors.contains(&author)),
        }
    }
}

/// Whether `viewer` may do this with that post.
///
/// Nobody may do anything with a post that they may not read: to them it is not there. Who changes a
/// post must be allowed to see all of it, for a change may come upon the working draft of another.
/// An API key may do what its owner may, as far as its scopes reach.
#[must_use]
pub fn may(viewer: &Viewer, action: PostAction, post: &PostSubject) -> bool {
    match action {
        PostAction::Read => post.state == PostState::Live || reads_hidden(viewer, post.own),
        PostAction::ReadHistory => reads_hidden(viewer, post.own),
        PostAction::Create => writes(viewer, action, post.own),
        _ => writes(viewer, action, post.own) && reads_hidden(viewer, post.own),
    }
}

/// Whether `viewer` may change profiles and tags, which posts of many share.
#[must_use]
pub fn may_curate(viewer: &Viewer) -> bool {
    viewer.writes_content()
        && match &viewer.identity {
            Identity::Anonymous => false,
            Identity::Account(account) => account.role >= Role::Editor,
            Identity::System => true,
        }
}

/// Whether `viewer` may change the profile `author`: their own, or anyone's.
#[must_use]
pub fn may_update_author(viewer: &Viewer, author: AuthorId) -> bool {
    let own = |account: &Account| account.role >= Role::Author && account.author == Some(author);
    may_curate(viewer) || viewer.writes_content() && viewer.account().is_some_and(own)
}

/// Refuses whoever changes nothing at all, whatever it is: visitors, who should log in, readers, and
/// keys that are not for writing.
pub fn require_writer(viewer: &Viewer) -> Result<()> {
    let message = match &viewer.identity {
        Identity::Anonymous => {
            return Err(Error::Unauthenticated("log in first: this changes content"));
        }
        Identity::Account(_) if !viewer.writes_content() => {
            "this API key lacks the scope content:write"
        }
        Identity::Account(account) if account.role < Role::Author => {
            "your role does not allow this; ask an editor or an admin"
        }
        Identity::System | Identity::Account(_) => return Ok(()),
    };
    Err(Error::Forbidden(message.to_owned()))
}

/// Whether `viewer` may move posts whose time has come.
#[must_use]
pub fn may_run_schedule(viewer: &Viewer) -> bool {
    viewer.identity == Identity::System
}

/// Whether `viewer` may load content from files.
#[must_use]
pub fn may_import(viewer: &Viewer) -> bool {
    viewer.identity == Identity::System
}

fn reads_hidden(viewer: &Viewer, own: bool) -> bool {
    viewer.reads_drafts()
        && match &viewer.identity {
            Identity::Anonymous => false,
            Identity::Account(account) => has_part_in(account, own),
            Identity::System => true,
        }
}

fn writes(viewer: &Viewer, action: PostAction, own: bool) -> bool {
    viewer.writes_content()
        && match &viewer.identity {
            Identity::Anonymous => false,
            Identity::Account(account) => {
                let purges = account.role >= Role::Editor;
                has_part_in(account, own) && (action != PostAction::Purge || purges)
            }
            Identity::System => true,
        }
}

/// Whether a post is among those that the account works on.
fn has_part_in(account: &Account, own: bool) -> bool {
    match account.role {
        Role::Reader => false,
        Role::Author => own,
        Role::Editor | Role::Admin => true,
    }
}
