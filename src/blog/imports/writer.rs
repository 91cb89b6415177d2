use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncPgConnection, SimpleAsyncConnection,
    TransactionManager,
};

use super::batch::{self, Batch};
use super::post::{self, PreparedPost};
use super::settling::{self, Settling};
use super::{Help, Imported};
use crate::accounts::Viewer;
use crate::blog::indexing::Indexing;
use crate::clock::Clock;
use crate::db::{Pool, compression};
use crate::error::{Error, Result};

/// How a connection stores much at once. Words enter the index of searches some thousand posts at a
/// time, sorted in memory.
const FOR_MANY_POSTS: &str = "
    SET gin_pending_list_limit = '16MB';
    SET work_mem = '64MB'";

/// Where [`Settling`] sees to the words: before there are so many, it has.
const WORDS_ARE_SETTLED: &str = "SET gin_pending_list_limit = '256MB'";

/// A connection on which posts are stored, in a transaction from its first use to its last.
pub(super) struct Writer {
    pool: Pool,
    pub(super) connection: AsyncPgConnection,
    pub(super) clock: Clock,
    pub(super) viewer: Viewer,
    indexing: Indexing,
}

impl Writer {
    /// On a connection of its own, without a transaction yet.
    pub(super) async fn connect(
        pool: &Pool,
        clock: &Clock,
        viewer: &Viewer,
        indexing: &Indexing,
    ) -> Result<Self> {
        let mut connection = pool.dedicated().await.map_err(Error::unavailable)?;
        let settings = format!("{FOR_MANY_POSTS}; {}", compression(false));
        connection.batch_execute(&settings).await?;
        Ok(Self {
            pool: pool.clone(),
            connection,
            clock: clock.clone(),
            viewer: viewer.clone(),
            indexing: indexing.clone(),
        })
    }

    /// Another writer of the same kind, and who takes work off both.
    pub(super) async fn get_help(&mut self) -> Result<Help> {
        let mut second =
            Self::connect(&self.pool, &self.clock, &self.viewer, &self.indexing).await?;
        let settling = Settling::connect(&self.pool).await.ok();
        if settling.is_some() {
            for writer in [self, &mut second] {
                writer.connection.batch_execute(WORDS_ARE_SETTLED).await?;
            }
        }
        Ok(Help { second, settling })
    }

    /// Moves the words of what was stored to their places in the index, which else a vacuum does.
    pub(super) async fn settle(&mut self) {
        settling::settle(&mut self.connection).await;
    }

    pub(super) async fn begin(&mut self) -> Result<()> {
        Ok(AnsiTransactionManager::begin_transaction(&mut self.connection).await?)
    }

    pub(super) async fn commit(&mut self) -> Result<()> {
        let committed = AnsiTransactionManager::commit_transaction(&mut self.connection).await;
        // Also if that failed: it may be durable, though nobody can say so.
        self.pool.count_commit();
        Ok(committed?)
    }

    pub(super) async fn roll_back(&mut self) -> Result<()> {
        Ok(AnsiTransactionManager::rollback_transaction(&mut self.connection).await?)
    }

    /// Stores posts that are usual. If that fails for a reason that could not be foreseen, by halves,
    /// so that one of them does not stop the others.
    pub(super) async fn store(&mut self, batch: Batch) -> Result<Vec<Result<Imported>>> {
        let mut outcomes = Vec::with_capacity(batch.posts().len());
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
        Ok(outcomes)
    }

    /// Stores one post.
    pub(super) async fn post(&mut self, post: &PreparedPost) -> Result<Result<Imported>> {
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
}
