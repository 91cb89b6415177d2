//! What answers are made from, and which of it a commit touches: what whoever keeps answers has to
//! know to keep them exactly as long as they are right.
//!
//! The services note what they read ([`Recording`]), in the terms of [`Source`]. What was committed since
//! is read from the log of changes and from the rows as they are, and comes to be [`Touches`] of sources
//! ([`Provenance`]). A post becomes public, or stops to be, also when its time comes; that touches the
//! same.

mod lists;
mod reading;
mod recording;
mod touches;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;

use super::change_log::Number;
use super::repository::touches::{self as rows, LoggedChange};
use crate::clock::Clock;
use crate::db::{Pool, UnitOfWork};
use crate::error::Result;

pub use reading::{Bounds, Reading, Scope, Source};
pub use recording::{Recorded, Recording};
pub use touches::{Touch, Touches};

pub(super) use lists::{note_counts, note_list, note_lists, note_posts, note_search};
pub(super) use recording::{note, note_more};

/// Changes that are looked at one by one. After more of them, as an import makes, everything is taken as
/// touched: looking would take longer than making the answers anew.
const MOST_CHANGES: i64 = 1000;

/// Tells what commits, and the time, have touched.
#[derive(Clone, Debug)]
pub struct Provenance {
    pool: Pool,
    clock: Clock,
}

/// Up to where what is touched is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The last change of the log that was looked at.
    pub change: Number,
    /// Until when posts have been looked at whose time has come.
    pub time: DateTime<Utc>,
}

/// What has happened since something was [`Known`].
#[derive(Debug)]
pub struct Progress {
    /// What is known now.
    pub known: Known,
    /// When the next post becomes public without a commit. Which nobody may know before.
    pub next_begin: Option<DateTime<Utc>>,
    /// When the next one that is published stops to be public, as everyone can see.
    pub next_end: Option<DateTime<Utc>>,
    /// What was touched.
    pub touches: Touches,
}

impl Provenance {
    pub(super) fn new(pool: Pool, clock: Clock) -> Self {
        Self { pool, clock }
    }

    /// Begins to know: from the change `settled`, and from now on.
    pub async fn begin(&self, settled: Number) -> Result<Progress> {
        let time = self.clock.now();
        let connection = &mut self.pool.apart().await?;
        let (next_begin, next_end) = rows::next_by_time(connection, time).await?;
        Ok(Progress {
            known: Known {
                change: settled,
                time,
            },
            next_begin,
            next_end,
            touches: Touches::default(),
        })
    }

    /// What was touched since `known`, by changes up to `settled` and perhaps some after it.
    pub async fn progress(&self, known: Known, settled: Number) -> Result<Progress> {
        // One state: what the log says of a change and what the rows are after it belong together.
        let unit = UnitOfWork::snapshot(&self.pool);
        let progress = unit.run(self.read(known, settled)).await;
        unit.roll_back().await;
        progress
    }

    async fn read(&self, known: Known, settled: Number) -> Result<Progress> {
        let now = self.clock.now();
        let connection = &mut self.pool.get().await?;
        let changes = if settled > known.change {
            rows::changes_after(connection, known.change, MOST_CHANGES + 1).await?
        } else {
            Vec::new()
        };
        let touches = if changes.len() > usize::try_from(MOST_CHANGES).unwrap_or(usize::MAX) {
            Touches::everything()
        } else {
            // A clock that is set back has the same posts change again.
            let (from, until) = (known.time.min(now), known.time.max(now));
            let by_time = rows::changed_by_time(connection, from, until).await?;
            touched(connection, &changes, &by_time, now).await?
        };
        let (next_begin, next_end) = rows::next_by_time(connection, now).await?;
        Ok(Progress {
            known: Known {
                change: settled,
                time: now,
            },
            next_begin,
            next_end,
            touches,
        })
    }
}

async fn touched(
    connection: &mut AsyncPgConnection,
    changes: &[LoggedChange],
    by_time: &[uuid::Uuid],
    now: DateTime<Utc>,
) -> Result<Touches> {
    let mut subjects = touches::Changed::new(changes, by_time);
    if subjects.is_empty() {
        return Ok(Touches::default());
    }
    let posts = rows::posts(connection, subjects.posts(), now).await?;
    subjects.take_posts(posts);
    let (authors, tags) = subjects.owners();
    let authors = rows::authors(connection, &authors, subjects.posts(), now).await?;
    let tags = rows::tags(connection, &tags, subjects.posts(), now).await?;
    Ok(subjects.touches(&authors, &tags))
}
