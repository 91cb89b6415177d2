//! Loading posts from elsewhere: the same post again changes nothing, and nothing is loaded by
//! halves.
//!
//! Start at [`Imports::begin`]. A post is known by its public path.

mod post;
pub(super) mod references;

use chrono::{DateTime, Utc};
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncPgConnection, SimpleAsyncConnection,
    TransactionManager,
};
use serde_json::{Map, Value};

use super::policy::may_import;
use super::repository::writes;
use crate::accounts::Viewer;
use crate::accounts::audit::{self, Event};
use crate::clock::Clock;
use crate::db::Pool;
use crate::error::{Error, Result};

/// Posts that become durable together. Larger would lose more to a crash, smaller would wait for
/// the disk more often.
const POSTS_PER_COMMIT: usize = 64;

/// Held by an import, so that two at once take turns and cannot take the same slug. The number is
/// arbitrary and only has to be the same everywhere.
const ADVISORY_LOCK: i64 = 0x1a_9e_47_a1;

/// The key in the front matter that marks sample content.
pub const SAMPLE_MARK: &str = "imprenta_sample";

/// Loads content from elsewhere.
#[derive(Clone, Debug)]
pub struct Imports {
    pool: Pool,
    clock: Clock,
}

/// A post from elsewhere. What is absent is derived or left as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportedPost {
    /// 1 to 255 characters.
    pub title: String,
    /// The slug that its author chose, in any spelling.
    pub slug: Option<String>,
    /// Its public path: begins with a slash, does not end with one.
    pub path: String,
    /// Markdown.
    pub content: String,
    /// A summary in its author's words.
    pub summary: Option<String>,
    /// Not public.
    pub draft: bool,
    /// When it went live.
    pub published_at: Option<DateTime<Utc>>,
    /// When it stops being public; later than it went live.
    pub unpublish_at: Option<DateTime<Utc>>,
    /// When it was last changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// The language that it is in, as a BCP 47 tag.
    pub locale: Option<String>,
    /// Names, first author first.
    pub authors: Vec<String>,
    /// Names.
    pub tags: Vec<String>,
    /// Former public paths.
    pub aliases: Vec<String>,
    /// Whatever else was said of it.
    pub front_matter: Map<String, Value>,
}

/// What became of an imported post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It was there, and differed.
    Updated,
    /// It was there, and is the same.
    Unchanged,
}

/// An imported post's outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// What became of it.
    pub change: Change,
    /// What its author should know: a slug that was taken, an alias that could not be kept.
    pub notes: Vec<String>,
}

/// Whether an import's changes are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// They are.
    Keep,
    /// They are not: everything is tried and then taken back.
    DryRun,
}

impl Imports {
    pub(super) fn new(pool: Pool, clock: Clock) -> Self {
        Self { pool, clock }
    }

    /// Begins an import, waiting for another one to end.
    pub async fn begin(&self, viewer: &Viewer, mode: Mode) -> Result<ImportSession> {
        if !may_import(viewer) {
            return Err(Error::internal("this viewer may not import"));
        }
        let mut connection = self.pool.dedicated().await.map_err(Error::unavailable)?;
        connection
            .batch_execute(&format!("SELECT pg_advisory_lock({ADVISORY_LOCK})"))
            .await?;
        AnsiTransactionManager::begin_transaction(&mut connection).await?;
        Ok(ImportSession {
            connection,
            clock: self.clock.clone(),
            viewer: viewer.clone(),
            mode,
            uncommitted: 0,
        })
    }
}

/// An import under way. Dropping it without [`finish`](Self::finish) takes back what was not
/// committed yet.
pub struct ImportSession {
    connection: AsyncPgConnection,
    clock: Clock,
    viewer: Viewer,
    mode: Mode,
    uncommitted: usize,
}

impl ImportSession {
    /// Stores a post, or finds that it is the same already. A post that cannot be stored leaves
    /// no trace, and the next one can.
    pub async fn post(&mut self, post: ImportedPost) -> Result<Imported> {
        let (clock, viewer) = (&self.clock, &self.viewer);
        let imported = self
            .connection
            .transaction(async |connection| post::store(connection, clock, viewer, post).await)
            .await?;
        self.uncommitted += 1;
        if self.mode == Mode::Keep && self.uncommitted >= POSTS_PER_COMMIT {
            AnsiTransactionManager::commit_transaction(&mut self.connection).await?;
            AnsiTransactionManager::begin_transaction(&mut self.connection).await?;
            self.uncommitted = 0;
        }
        Ok(imported)
    }

    /// Removes the sample content, as far as nobody has changed it: it gives way to the first
    /// content of one's own. Returns how many posts that were.
    pub async fn remove_sample(&mut self) -> Result<usize> {
        let removed = writes::delete_sample(&mut self.connection, SAMPLE_MARK).await?;
        if removed > 0 {
            let event = Event::new("sample.removed").with("posts", removed);
            audit::append(&mut self.connection, &self.clock, &self.viewer, event).await?;
        }
        Ok(removed)
    }

    /// Makes what was stored durable, or takes it back if this was a dry run.
    pub async fn finish(mut self) -> Result<()> {
        match self.mode {
            Mode::Keep => AnsiTransactionManager::commit_transaction(&mut self.connection).await?,
            Mode::DryRun => {
                AnsiTransactionManager::rollback_transaction(&mut self.connection).await?;
            }
        }
        Ok(())
    }
}
