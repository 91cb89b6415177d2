//! Every change to something that is hidden from someone.

mod accounts;
mod columns;
mod history;
mod posts;

use imprenta::accounts::policy::{AccountAction, AccountSubject};
use imprenta::accounts::{Role, Viewer, policy};
use imprenta::blog::policy::{PostAction, PostSubject, may};

use super::world::World;

/// A change by SQL; those of one time are made one on top of the other.
pub struct Change {
    /// Reads on from "someone sees that".
    pub name: String,
    pub sql: String,
    pub of: Subject,
    pub shown: Shown,
    pub time: Time,
}

/// What is changed.
#[derive(Clone, Copy)]
pub enum Subject {
    /// A post, or what belongs to it alone: the place among the posts of the world.
    Post(usize),
    /// The working draft and the revisions of a post, or the links to it: the same place.
    History(usize),
    /// Somebody's account, or what was done.
    Account,
    /// What no answer holds.
    Secret,
}

/// Where someone who may see it does.
#[derive(Clone, PartialEq, Eq)]
pub enum Shown {
    /// In the answer to this operation of the corpus.
    By(String),
    /// Nowhere.
    Never,
}

/// Changes that take away come after all was restored that others had added.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Time {
    Changing,
    Going,
}

pub const TIMES: [Time; 2] = [Time::Changing, Time::Going];

impl Change {
    /// Whether the policies hide from a viewer what this changes.
    pub fn is_hidden_from(&self, world: &World, viewer: &Viewer) -> bool {
        let profile = viewer.account().and_then(|account| account.author);
        let of = |index: usize| {
            let post = &world.posts[index];
            PostSubject {
                state: post.state,
                own: profile == Some(world.profile(post.author)),
            }
        };
        match self.of {
            Subject::Secret => true,
            Subject::Account => {
                let somebody = AccountSubject::other(Role::Reader);
                !policy::may(viewer, AccountAction::ReadUser, &somebody)
            }
            Subject::Post(index) => !may(viewer, PostAction::Read, &of(index)),
            Subject::History(index) => !may(viewer, PostAction::ReadHistory, &of(index)),
        }
    }
}

/// Every change to a world, in an order in which each can be made after those before it.
pub fn changes(world: &World) -> Vec<Change> {
    // Posts that change their ids lose their histories.
    let mut changes = history::changes(world);
    changes.extend(posts::changes(world));
    changes.extend(accounts::changes(world));
    changes
}
