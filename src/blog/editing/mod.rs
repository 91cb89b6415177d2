//! Writing posts: made, changed, moved through their lives, and taken back.
//!
//! [`Editing`] is the service. `create` and `update` save texts, `transitions` moves posts between the
//! statuses of the lifecycle, `live` makes a revision what readers see, `input` and `references` check
//! what they are given. Every change of a post locks its row first, so that changes of one post take
//! turns.

mod create;
mod input;
mod live;
mod references;
mod transitions;
mod update;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;

use super::indexing::Indexing;
use super::lifecycle::{Outcome, Transition, next};
use super::model::{Post, PostColumns, PostStatus};
use super::policy::{PostAction, PostSubject, Visibility, may};
use super::repository::{editing, posts};
use super::revisions::subject;
use crate::accounts::Viewer;
use crate::clock::Clock;
use crate::db::{Pool, both};
use crate::error::{Conflict, Error, Result};
use crate::ids::{AuthorId, PostId, TagId};

pub use input::{PostFields, TagRef};
pub use transitions::{Command, Dates};

/// Writes posts.
#[derive(Clone, Debug)]
pub struct Editing {
    pool: Pool,
    clock: Clock,
    indexing: Indexing,
}

/// A post that is about to be changed: locked, and the viewer may do it.
struct HeldPost {
    post: Post,
    /// Since when it was public before another time was planned.
    former_published_at: Option<DateTime<Utc>>,
    authors: Vec<AuthorId>,
    tags: Vec<TagId>,
    outcome: Outcome,
}

impl HeldPost {
    /// Since when it is or was public; if at all, somebody may have a link to it.
    fn public_since(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // Of what is planned the time may have come, and nothing of it yet.
        let is_begun = self.post.status != PostStatus::Scheduled;
        let published_at = self
            .post
            .published_at
            .filter(|time| is_begun && *time <= now);
        published_at.or(self.former_published_at)
    }
}

impl Editing {
    pub(super) fn new(pool: Pool, clock: Clock, indexing: Indexing) -> Self {
        Self {
            pool,
            clock,
            indexing,
        }
    }

    /// Locks a post for a transition that the viewer may make and that its status admits.
    async fn hold(
        &self,
        connection: &AsyncPgConnection,
        viewer: &Viewer,
        post: PostId,
        transition: Transition,
    ) -> Result<HeldPost> {
        // PostgreSQL does one after the other: the links are those of the locked post.
        let locked = editing::lock(connection, post);
        let (locked, links) = both(locked, editing::links(connection, post)).await?;
        let (post, former_published_at) = locked.ok_or_else(missing)?;
        let (authors, tags) = links;
        let subject = subject(viewer, &post, &authors, self.clock.now());
        let outcome = permit(viewer, (post.status, subject), transition)?;
        Ok(HeldPost {
            post,
            former_published_at,
            authors,
            tags,
            outcome,
        })
    }
}

/// What comes of a transition, which the viewer has to be allowed to make.
fn permit(
    viewer: &Viewer,
    (status, subject): (PostStatus, PostSubject),
    transition: Transition,
) -> Result<Outcome> {
    if !may(viewer, PostAction::Read, &subject) {
        return Err(missing());
    }
    require(viewer, transition.action(), subject)?;
    next(status, transition).map_err(|message| Error::invalid_field("id", message))
}

fn missing() -> Error {
    Error::NotFound("there is no such post".to_owned())
}

/// The post as it is now, with all its parts.
async fn read_back(connection: &mut AsyncPgConnection, post: PostId) -> Result<Post> {
    let ids = &[post];
    let mut found = posts::by_ids(connection, Visibility::All, ids, PostColumns::ALL).await?;
    let missing = || Error::internal("a post that was just written is not there");
    found.pop().ok_or_else(missing)
}

fn require(viewer: &Viewer, action: PostAction, subject: PostSubject) -> Result<()> {
    if may(viewer, action, &subject) {
        return Ok(());
    }
    let message = "you may not do this with this post; ask an editor";
    Err(Error::Forbidden(message.to_owned()))
}

/// Refuses what was decided of an older version of a post, where the two cannot be merged.
fn expect_version(post: &Post, expected: Option<i32>) -> Result<()> {
    let current = post.head_version();
    match expected {
        Some(expected) if expected != current => Err(Error::Conflict(vec![Conflict {
            field: "expectedVersion",
            base: expected.into(),
            current: current.into(),
            yours: expected.into(),
            current_version: current,
        }])),
        _ => Ok(()),
    }
}
