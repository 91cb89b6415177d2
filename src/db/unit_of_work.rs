//! A request's unit of work: the one transaction that all of its statements share.
//!
//! A query reads one state of the database, and the mutations of a request are all done or none.
//! Services know nothing of it: inside [`UnitOfWork::run`], [`Pool::get`] gives them the unit's
//! connection, and a [transaction](Connection::transaction) of theirs is the unit's. The unit is bound to
//! the task, so work that is spawned stands for itself.

use std::sync::Arc;

use diesel::IntoSql;
use diesel::result::QueryResult;
use diesel::sql_types::Integer;
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, RunQueryDsl, TransactionManager};
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit};

use super::lent::Lent;
use super::pool::{Connection, Pool};
use super::transaction;
use crate::error::{Error, Result};

tokio::task_local! {
    static CURRENT: Arc<UnitOfWork>;
}

/// What a unit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Reads of one state of the database.
    Snapshot,
    /// The same, for an event that many are told of at the same time.
    Event,
    /// Changes that are kept or taken back together.
    Change,
}

impl Kind {
    /// Begins the transaction. That of reads is not waited for: it goes with the first statement.
    async fn begin(self, connection: &mut Lent) -> QueryResult<()> {
        match self {
            Self::Snapshot | Self::Event => connection.begin_snapshot(),
            Self::Change => connection.begin_change().await,
        }
    }

    /// Takes everything back.
    async fn roll_back(self, mut connection: Lent) {
        match self {
            Self::Snapshot | Self::Event => connection.end_snapshot(),
            Self::Change => {
                let taken_back = AnsiTransactionManager::rollback_transaction(&mut *connection);
                if taken_back.await.is_err() {
                    // Closing it does the same.
                    connection.close();
                }
            }
        }
    }
}

/// One transaction on one connection, begun when something first asks for it. Whoever drops it
/// unfinished has everything taken back.
pub struct UnitOfWork {
    pool: Pool,
    kind: Kind,
    connection: Arc<Mutex<Option<OpenTransaction>>>,
}

/// A connection with a transaction that is neither kept nor taken back yet. Whoever drops it, as a
/// client does that goes away in the middle, has it taken back when what is under way is answered.
pub(super) struct OpenTransaction {
    connection: Option<Lent>,
    kind: Kind,
    /// Leave to have it, given back with it.
    _permit: Option<OwnedSemaphorePermit>,
}

impl OpenTransaction {
    /// The connection, to end its transaction.
    fn ending(mut self) -> Option<Lent> {
        self.connection.take()
    }
}

impl Drop for OpenTransaction {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            match self.kind {
                Kind::Snapshot | Kind::Event => connection.end_snapshot(),
                Kind::Change => drop(connection),
            }
        }
    }
}

impl UnitOfWork {
    /// A unit that reads one state of the database.
    #[must_use]
    pub fn snapshot(pool: &Pool) -> Arc<Self> {
        Self::new(pool, Kind::Snapshot)
    }

    /// A unit that reads one state of the database for an event.
    #[must_use]
    pub fn event(pool: &Pool) -> Arc<Self> {
        Self::new(pool, Kind::Event)
    }

    /// A unit that changes things.
    #[must_use]
    pub fn change(pool: &Pool) -> Arc<Self> {
        Self::new(pool, Kind::Change)
    }

    fn new(pool: &Pool, kind: Kind) -> Arc<Self> {
        Arc::new(Self {
            pool: pool.clone(),
            kind,
            connection: Arc::default(),
        })
    }

    /// Does `work` in this unit.
    pub async fn run<T>(self: &Arc<Self>, work: impl Future<Output = T>) -> T {
        CURRENT.scope(Arc::clone(self), work).await
    }

    /// The unit that the present task works in.
    #[must_use]
    pub fn current() -> Option<Arc<Self>> {
        CURRENT.try_with(Arc::clone).ok()
    }

    /// The unit's connection, when nobody else of the request uses it.
    pub(super) async fn connection(&self) -> Result<Connection> {
        let mut held = Arc::clone(&self.connection).lock_owned().await;
        if held.is_none() {
            let permit = match self.kind {
                Kind::Event => Some(self.pool.event_permit().await?),
                Kind::Snapshot | Kind::Change => None,
            };
            let mut connection = self.pool.pooled().await?;
            if let Err(error) = self.kind.begin(&mut connection).await {
                // Whoever used it next would meet the same.
                connection.close();
                return Err(error.into());
            }
            *held = Some(OpenTransaction {
                connection: Some(connection),
                kind: self.kind,
                _permit: permit,
            });
        }
        let shared = OwnedMutexGuard::try_map(held, |held| held.as_mut()?.connection.as_mut());
        shared
            .map(Connection::shared)
            .map_err(|_| Error::internal("the unit of work lost its connection"))
    }

    /// Sets a mark to which [`roll_back_to_mark`](Self::roll_back_to_mark) goes back.
    pub async fn mark(&self) -> Result<()> {
        let connection: &mut AsyncPgConnection = &mut *self.connection().await?;
        Ok(AnsiTransactionManager::begin_transaction(connection).await?)
    }

    /// Takes back what was done since the mark.
    pub async fn roll_back_to_mark(&self) -> Result<()> {
        let connection: &mut AsyncPgConnection = &mut *self.connection().await?;
        Ok(AnsiTransactionManager::rollback_transaction(connection).await?)
    }

    /// Keeps what was done since the mark, as far as the unit is kept.
    pub async fn release_mark(&self) -> Result<()> {
        let connection: &mut AsyncPgConnection = &mut *self.connection().await?;
        Ok(AnsiTransactionManager::commit_transaction(connection).await?)
    }

    /// Fails if a statement of this unit has failed so that PostgreSQL would take all of it back:
    /// to `COMMIT` it would then answer as if all was well.
    pub async fn check(&self) -> Result<()> {
        let mut held = self.connection.lock().await;
        let Some(connection) = held.as_mut().and_then(|it| it.connection.as_mut()) else {
            return Ok(());
        };
        let one = diesel::select(1_i32.into_sql::<Integer>());
        one.get_result::<i32>(connection).await?;
        Ok(())
    }

    /// Makes what was done durable, and tells those who follow the content of it.
    pub async fn commit(&self) -> Result<()> {
        let open = self.connection.lock().await.take();
        let Some(mut connection) = open.and_then(OpenTransaction::ending) else {
            return Ok(());
        };
        let committed = transaction::commit(&mut connection).await;
        if committed.is_err() {
            connection.close();
        }
        Ok(committed?)
    }

    /// Takes everything back.
    pub async fn roll_back(&self) {
        let open = self.connection.lock().await.take();
        if let Some(connection) = open.and_then(OpenTransaction::ending) {
            self.kind.roll_back(connection).await;
        }
    }
}

impl std::fmt::Debug for UnitOfWork {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnitOfWork")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
