//! Loading posts from elsewhere: the same post again changes nothing, and nothing is loaded by
//! halves.
//!
//! Start at [`Imports::begin`]. A post is known by its public path.

mod batch;
mod post;
pub(super) mod references;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncPgConnection, SimpleAsyncConnection,
    TransactionManager,
};
use serde_json::{Map, Value};

use self::batch::Batch;
pub use self::post::PreparedPost;
use super::indexing::Indexing;
use super::policy::may_import;
use super::repository::search::rows;
use super::repository::writes;
use crate::accounts::Viewer;
use crate::accounts::audit::{self, Event};
use crate::clock::Clock;
use crate::db::{Pool, compression};
use crate::error::{Error, Result};

/// Posts that are best handed over, stored and made durable together. More would lose more to a crash
/// and gain little, fewer would wait for the disk more often.
pub const POSTS_PER_BATCH: usize = 250;

/// Held by an import, so that two at once take turns and cannot take the same slug. The number is
/// arbitrary and only has to be the same everywhere.
const ADVISORY_LOCK: i64 = 0x1a_9e_47_a1;

/// How this connection stores much at once. Words enter the index of searches some thousand posts at a
/// time, sorted in memory.
const FOR_MANY_POSTS: &str = "
    SET gin_pending_list_limit = '16MB';
    SET work_mem = '64MB'";

/// The key in the front matter that marks sample content.
pub const SAMPLE_MARK: &str = "imprenta_sample";

/// Loads content from elsewhere.
#[derive(Clone, Debug)]
pub struct Imports {
    pool: Pool,
    clock: Clock,
    indexing: Indexing,
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
    pub(super) fn new(pool: Pool, clock: Clock, indexing: Indexing) -> Self {
        Self {
            pool,
            clock,
            indexing,
        }
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
        connection.batch_execute(FOR_MANY_POSTS).await?;
        connection.batch_execute(&compression(false)).await?;
        AnsiTransactionManager::begin_transaction(&mut connection).await?;
        Ok(ImportSession {
            pool: self.pool.clone(),
            connection,
            clock: self.clock.clone(),
            viewer: viewer.clone(),
            mode,
            indexing: self.indexing.clone(),
        })
    }
}

/// An import under way. Dropping it without [`finish`](Self::finish) takes back what was not
/// committed yet.
pub struct ImportSession {
    pool: Pool,
    connection: AsyncPgConnection,
    clock: Clock,
    viewer: Viewer,
    mode: Mode,
    indexing: Indexing,
}

impl ImportSession {
    /// Stores posts, or finds that they are the same already, and makes that durable; says of each, in
    /// their order, what became of it. A post that cannot be stored leaves no trace, and the others
    /// can. Fails if the database is gone.
    pub async fn posts(&mut self, posts: Vec<PreparedPost>) -> Result<Vec<Result<Imported>>> {
        let mut outcomes = Vec::with_capacity(posts.len());
        let range = 0..posts.len();
        let posts = Arc::new(posts);
        let mut rest = Batch { posts, range };
        while !rest.posts().is_empty() {
            let count = batch::usual(&mut self.connection, &self.clock, rest.posts()).await?;
            let (usual, others) = rest.split(count);
            self.store(usual, &mut outcomes).await?;
            let (next, others) = others.split(others.posts().len().min(1));
            for post in next.posts() {
                outcomes.push(self.post(post).await?);
            }
            rest = others;
        }
        if self.mode == Mode::Keep {
            self.commit().await?;
            AnsiTransactionManager::begin_transaction(&mut self.connection).await?;
        }
        Ok(outcomes)
    }

    /// Stores posts that are usual. If that fails for a reason that could not be foreseen, by halves,
    /// so that one of them does not stop the others.
    async fn store(&mut self, batch: Batch, outcomes: &mut Vec<Result<Imported>>) -> Result<()> {
        let mut batches = vec![batch];
        while let Some(batch) = batches.pop() {
            match batch.posts() {
                [] => continue,
                [post] => {
                    outcomes.push(self.post(post).await?);
                    continue;
                }
                _ => {}
            }
            let (clock, viewer) = (&self.clock, &self.viewer);
            let indexing = &self.indexing;
            let stored = self
                .connection
                .transaction(async |connection| {
                    batch::store(connection, clock, viewer, &batch, indexing).await
                })
                .await;
            match stored {
                Ok(stored) => outcomes.extend(stored.into_iter().map(Ok)),
                Err(error @ Error::Unavailable(_)) => return Err(error),
                Err(_) => {
                    let (first, second) = batch.split(batch.posts().len() / 2);
                    batches.extend([second, first]);
                }
            }
        }
        Ok(())
    }

    /// Stores one post.
    async fn post(&mut self, post: &PreparedPost) -> Result<Result<Imported>> {
        let (clock, viewer) = (&self.clock, &self.viewer);
        let stored = self
            .connection
            .transaction(async |connection| post::store(connection, clock, viewer, post).await)
            .await;
        match stored {
            Err(error @ Error::Unavailable(_)) => Err(error),
            stored => Ok(stored),
        }
    }

    /// Removes the sample content, as far as nobody has changed it: it gives way to the first
    /// content of one's own. Returns how many posts that were.
    pub async fn remove_sample(&mut self) -> Result<usize> {
        let removed = writes::delete_sample(&mut self.connection, SAMPLE_MARK).await?;
        if removed > 0 {
            let event = Event::new("sample.removed").with("posts", removed);
            audit::append(&self.connection, &self.clock, &self.viewer, event).await?;
        }
        Ok(removed)
    }

    async fn commit(&mut self) -> Result<()> {
        let committed = AnsiTransactionManager::commit_transaction(&mut self.connection).await;
        // Also if that failed: it may be durable, though nobody can say so.
        self.pool.count_commit();
        Ok(committed?)
    }

    /// Makes what was stored durable, or takes it back if this was a dry run.
    pub async fn finish(mut self) -> Result<()> {
        match self.mode {
            Mode::Keep => {
                self.commit().await?;
                if let Err(error) = rows::settle(&mut self.connection).await {
                    tracing::debug!(error = %error, "the words wait for a vacuum");
                }
            }
            Mode::DryRun => {
                AnsiTransactionManager::rollback_transaction(&mut self.connection).await?;
            }
        }
        Ok(())
    }
}
