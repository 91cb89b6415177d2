//! The log of changes: what was committed, by whichever replica, in order and once each.
//!
//! Triggers write it, in the transaction of the change. [`ChangeLog`] tells followers of what is new
//! and reads for them what they have missed; each has a place in the log and nothing is kept for it
//! in memory, so that one who was away, or is slow, goes on where it stopped.

mod cursor;
mod follower;
mod seen;

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::{Queryable, Selectable};
use tokio::sync::broadcast;
use uuid::Uuid;

use super::policy::{Visibility, may_run_schedule};
use super::repository::change_log as rows;
use crate::accounts::{Tokens, Viewer};
use crate::clock::Clock;
use crate::db::{Pool, schema};
use crate::error::{Error, Result};

pub use follower::Follower;
pub use seen::{ChangeKind, SeenChange};

/// Where PostgreSQL tells of new changes.
pub const CHANNEL: &str = "imprenta_content";

/// The most changes that are handed on at once.
pub const PART: usize = 100;

/// How long changes are kept for those who are away.
const KEPT_FOR: TimeDelta = TimeDelta::days(30);

/// Parts that a follower may be behind before it has to read them from the database.
const PARTS_IN_MEMORY: usize = 64;

/// A change's place in the log. Rises, with gaps.
pub type Number = i64;

/// What one transaction has done to one thing.
#[expect(
    clippy::struct_excessive_bools,
    reason = "the columns of a row, each a question of its own"
)]
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = schema::content_changes)]
pub struct Change {
    /// Its place.
    pub number: Number,
    /// When.
    pub committed_at: DateTime<Utc>,
    /// What kind of thing: `post`, `author` or `tag`.
    pub subject_type: String,
    /// Which.
    pub subject_id: Uuid,
    /// Whether it was made.
    pub is_new: bool,
    /// Whether it was deleted.
    pub is_gone: bool,
    /// Whether the post was published before.
    pub was_published: bool,
    /// Whether it is since.
    pub is_published: bool,
    /// Whether something else has changed than the working draft beside the live copy.
    pub is_live: bool,
}

impl Change {
    /// Whether it is the publication of a post.
    #[must_use]
    pub fn publishes(&self) -> bool {
        self.is_published && !self.was_published
    }
}

/// Some changes that follow one another.
#[derive(Clone, Debug)]
struct Part {
    /// The highest number before them.
    after: Number,
    /// The highest that they go up to.
    until: Number,
    changes: Arc<[Change]>,
}

/// Hands on what is committed.
#[derive(Clone, Debug)]
pub struct ChangeLog {
    pool: Pool,
    clock: Clock,
    tokens: Arc<Tokens>,
    sender: broadcast::Sender<Part>,
    /// The newest that was handed on; `None` until the log is followed.
    newest: Arc<Mutex<Option<Number>>>,
}

impl ChangeLog {
    pub(super) fn new(pool: Pool, clock: Clock, tokens: Arc<Tokens>) -> Self {
        let (sender, _) = broadcast::channel(PARTS_IN_MEMORY);
        Self {
            pool,
            clock,
            tokens,
            sender,
            newest: Arc::default(),
        }
    }

    /// Hands on what has been committed since the last call. To be called when PostgreSQL tells of
    /// something, and whenever it may have told without being heard. Returns the last change up to
    /// which all are there.
    pub async fn catch_up(&self) -> Result<Number> {
        let known = *self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = &mut self.pool.apart().await?;
        let settled = rows::settled(connection).await?;
        let mut known = match known {
            Some(known) => known,
            None => self.begin(settled),
        };
        while known < settled {
            let size = i64::try_from(PART).unwrap_or(i64::MAX);
            let changes = rows::between(connection, known, settled, size).await?;
            let part = Part {
                after: known,
                until: end_of(&changes, settled),
                changes: changes.into(),
            };
            known = part.until;
            self.hand_on(part);
        }
        Ok(settled)
    }

    /// Those who follow already look themselves at what came before.
    fn begin(&self, settled: Number) -> Number {
        self.hand_on(Part {
            after: settled,
            until: settled,
            changes: Arc::default(),
        });
        settled
    }

    fn hand_on(&self, part: Part) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(part.until);
        // If nobody follows, nothing is lost.
        let _ = self.sender.send(part);
    }

    /// Follows the log, from now on or from a place that [`cursor`](Self::cursor) has given.
    pub async fn follow(&self, viewer: &Viewer, since: Option<&str>) -> Result<Follower> {
        // What is handed on from here on waits for the follower.
        let receiver = self.sender.subscribe();
        let connection = &mut self.pool.apart().await?;
        let newest = rows::settled(connection).await?;
        let place = match since {
            None => newest,
            Some(cursor) => self.place(viewer, cursor)?,
        };
        if place > newest || self.is_forgotten(place, rows::oldest(connection).await?) {
            let message = "too far back: what has changed since then is no longer known; read \
                everything anew";
            return Err(Error::invalid("since", message));
        }
        Ok(Follower::new(self.clone(), receiver, place, newest))
    }

    /// Whether changes after a place may have been deleted already. The oldest that is kept is one
    /// that is old enough; if it is not, none ever was deleted.
    fn is_forgotten(&self, place: Number, oldest: Option<(Number, DateTime<Utc>)>) -> bool {
        oldest.is_some_and(|(number, committed_at)| {
            place < number && committed_at < self.clock.now() - KEPT_FOR
        })
    }

    /// Forgets changes that are too old for anybody to ask for.
    pub async fn forget_old(&self, viewer: &Viewer) -> Result<()> {
        if !may_run_schedule(viewer) {
            return Err(Error::internal("only the program forgets what is old"));
        }
        let connection = &mut self.pool.get().await?;
        let oldest = self.clock.now() - KEPT_FOR;
        connection
            .change(async |connection| rows::delete_old(connection, oldest).await)
            .await
    }

    fn visibility(&self, viewer: &Viewer) -> Visibility {
        Visibility::of(viewer, self.clock.now())
    }
}

/// How far a part of the changes up to `last` goes: numbers that are not there any more, or never
/// came to be, are passed.
fn end_of(changes: &[Change], last: Number) -> Number {
    match changes.last() {
        Some(change) if changes.len() >= PART => change.number,
        _ => last,
    }
}
