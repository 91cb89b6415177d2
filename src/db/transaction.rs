//! How the transactions of requests begin and end.
//!
//! What followers of the content are told of a change, they are told right after its commit, in the
//! same message to PostgreSQL: `NOTIFY` within a transaction would make all of those wait for one
//! another until each is on the disk. Whatever begins a transaction in another way, as a person at a
//! console does, has the triggers tell of it within.

use diesel::result::QueryResult;
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncPgConnection, SimpleAsyncConnection,
    TransactionManager,
};

use super::lent::Lent;
use super::pool::{Connection, Held};
use crate::error::Result;

/// Ends a transaction that changes things, and tells of what it has changed.
const COMMIT: &str = "COMMIT; SELECT tell_of_changes()";

/// What is done within a transaction. With this, the bounds of an asynchronous closure can say that
/// its future may be sent to another thread.
pub trait Work<C, R>: AsyncFnOnce(C) -> R + FnOnce(C) -> <Self as Work<C, R>>::Future {
    /// The future that does it.
    type Future: Future<Output = R>;
}

impl<W, C, F, R> Work<C, R> for W
where
    W: AsyncFnOnce(C) -> R + FnOnce(C) -> F,
    F: Future<Output = R>,
{
    type Future = F;
}

impl Connection {
    /// Does `work` in a transaction, which is kept if it succeeds.
    ///
    /// In a [`UnitOfWork`](super::UnitOfWork) that is the unit's, without a savepoint: where one of a
    /// request's changes fails, none of them is kept.
    pub async fn transaction<W, T>(&mut self, work: W) -> Result<T>
    where
        W: for<'c> AsyncFnOnce(&'c mut AsyncPgConnection) -> Result<T>
            + for<'c> Work<&'c mut AsyncPgConnection, Result<T>, Future: Send>
            + Send,
        T: Send,
    {
        let connection = match &mut self.0 {
            Held::Shared(connection) => return work(connection).await,
            Held::Own(connection) => connection,
        };
        connection.begin_change().await?;
        let done = match work(connection).await {
            Ok(done) => {
                commit(connection).await?;
                Ok(done)
            }
            Err(error) => {
                // Of the two failures, the first one says why.
                let _ = AnsiTransactionManager::rollback_transaction(&mut **connection).await;
                Err(error)
            }
        };
        // If that fails, so does what is done on it next.
        let _ = connection.begin_reads();
        done
    }

    /// Does `work`, changes that need not be kept together: in a transaction only where all is done in one.
    pub async fn change<W, T>(&mut self, work: W) -> Result<T>
    where
        W: for<'c> AsyncFnOnce(&'c mut AsyncPgConnection) -> Result<T>
            + for<'c> Work<&'c mut AsyncPgConnection, Result<T>, Future: Send>
            + Send,
        T: Send,
    {
        match &mut self.0 {
            Held::Own(connection) if !connection.is_by_transaction() => work(connection).await,
            _ => self.transaction(work).await,
        }
    }
}

/// Makes durable what was done in a transaction, and tells of it.
pub(super) async fn commit(connection: &mut Lent) -> QueryResult<()> {
    let committed = connection.batch_execute(COMMIT).await;
    // Also if that failed: it may be durable, though nobody can say so.
    connection.count_commit();
    committed?;
    // Diesel's own way to commit sends nothing else with it.
    *connection.transaction_state() = AnsiTransactionManager::default();
    Ok(())
}
