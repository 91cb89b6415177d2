use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel::result::QueryResult;
use diesel_async::pooled_connection::deadpool as diesel_deadpool;
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncPgConnection, SimpleAsyncConnection,
    TransactionManager,
};
use futures_util::FutureExt;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tokio_postgres::CancelToken;

use super::commits::Commits;
use super::connector::Connector;
use super::tls;

type Pooled = diesel_deadpool::Object<AsyncPgConnection>;

/// How long an answer that nobody waits for any more is waited for, before its statement is cancelled.
/// Most take less; and a new connection, with all its statements to prepare, costs more.
const PATIENCE: Duration = Duration::from_millis(250);

/// A connection that is lent by the pool; goes back when dropped.
///
/// If it is dropped while PostgreSQL is at a statement or in a transaction, because the client went away or
/// the time was up, it goes back when that is answered and the transaction taken back; a statement that
/// takes longer is cancelled, and the connection closed.
///
/// Behind a pooler that gives out connections by the transaction, it is always in one. Then it goes back
/// when that has ended; and it is closed if it is dropped at a statement, which is not cancelled: the
/// pooler ends the transaction, and the time limit the statement.
pub(super) struct Lent {
    /// There until it is dropped.
    connection: Option<Pooled>,
    unanswered: Arc<AtomicUsize>,
    connector: Arc<Connector>,
    commits: Arc<Commits>,
    /// Whether it is in a transaction that was begun for reads, each of which may see another state.
    reads: bool,
}

impl Lent {
    /// A connection of the pool, whose statements are watched by a [`Watch`].
    pub(super) fn new(
        mut connection: Pooled,
        connector: &Arc<Connector>,
        commits: &Arc<Commits>,
    ) -> Self {
        let watch = connection.instrumentation().downcast_mut::<Watch>();
        Self {
            unanswered: watch.map_or_else(Arc::default, |it| Arc::clone(&it.unanswered)),
            connection: Some(connection),
            connector: Arc::clone(connector),
            commits: Arc::clone(commits),
            reads: false,
        }
    }

    /// Whether all that is done on it is done in transactions.
    pub(super) fn is_by_transaction(&self) -> bool {
        self.connector.begins.by_transaction
    }

    /// Begins a transaction for reads, if they may not stand alone.
    pub(super) fn begin_reads(&mut self) -> QueryResult<()> {
        if self.is_by_transaction() {
            let connector = Arc::clone(&self.connector);
            self.send(&connector.begins.reads)?;
            self.reads = true;
        }
        Ok(())
    }

    /// Begins a transaction that reads one state of the database, which ends by
    /// [`end_snapshot`](Self::end_snapshot).
    pub(super) fn begin_snapshot(&mut self) -> QueryResult<()> {
        let connector = Arc::clone(&self.connector);
        self.send(&connector.begins.snapshot)
    }

    /// Begins a transaction that changes things, in place of the one for reads.
    pub(super) async fn begin_change(&mut self) -> QueryResult<()> {
        let connector = Arc::clone(&self.connector);
        let begin = if self.reads {
            &connector.begins.change_after_reads
        } else {
            &connector.begins.change
        };
        AnsiTransactionManager::begin_transaction_sql(&mut **self, begin).await?;
        self.reads = false;
        Ok(())
    }

    /// Something that was done on it is durable.
    pub(super) fn count_commit(&self) {
        self.commits.add();
    }

    /// Sends what says nothing in its answer and does not wait for that: PostgreSQL gets it together
    /// with the statement that follows, and executes it first. Fails if the connection is closed.
    fn send(&mut self, sql: &str) -> QueryResult<()> {
        let sent = self.batch_execute(sql).now_or_never();
        sent.unwrap_or_else(|| {
            // Nobody waits for it, and it is nothing that would be worth cancelling.
            self.unanswered.fetch_sub(1, Ordering::Relaxed);
            Ok(())
        })
    }

    /// Ends a transaction that only reads, when all that was asked in it is answered.
    pub(super) fn end_snapshot(mut self) {
        if self.is_answered() && !self.is_by_transaction() {
            // Whoever uses the connection next waits for it.
            if self.send("ROLLBACK").is_err() {
                self.close();
            }
        } else {
            self.reads = true;
        }
    }

    fn is_answered(&self) -> bool {
        self.unanswered.load(Ordering::Relaxed) == 0
    }

    /// Closes it, so that whatever it had begun is taken back.
    pub(super) fn close(mut self) {
        if let Some(connection) = self.connection.take() {
            self.close_and_cancel(connection);
        }
    }

    fn close_and_cancel(&self, connection: Pooled) {
        let token = connection.cancel_token();
        drop(Pooled::take(connection));
        if self.is_answered() || self.is_by_transaction() {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(cancel(token, Arc::clone(&self.connector)));
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        let is_answered = self.is_answered();
        let is_changing = AnsiTransactionManager::is_broken_transaction_manager(&mut *connection);
        if is_answered && !self.reads && !is_changing {
            return;
        }
        if self.is_by_transaction() && !is_answered {
            self.close_and_cancel(connection);
        } else if let Ok(runtime) = Handle::try_current() {
            let end = if self.reads || is_changing {
                "ROLLBACK"
            } else {
                ""
            };
            let (unanswered, connector) = (&self.unanswered, &self.connector);
            let finish = finish(
                connection,
                end,
                Arc::clone(unanswered),
                Arc::clone(connector),
            );
            // It may have been at its commit.
            let commits = is_changing.then(|| Arc::clone(&self.commits));
            runtime.spawn(async move {
                finish.await;
                if let Some(commits) = commits {
                    commits.add();
                }
            });
        } else {
            drop(Pooled::take(connection));
        }
    }
}

/// Gives a connection back once all is answered that was sent, and `last`; else closes it.
async fn finish(
    mut connection: Pooled,
    last: &'static str,
    unanswered: Arc<AtomicUsize>,
    connector: Arc<Connector>,
) {
    // Answers come in the order of what was sent.
    let answered = timeout(PATIENCE, connection.batch_execute(last)).await;
    if matches!(answered, Ok(Ok(()))) {
        unanswered.store(0, Ordering::Relaxed);
        *connection.transaction_state() = AnsiTransactionManager::default();
        return;
    }
    let token = connection.cancel_token();
    drop(Pooled::take(connection));
    // If it has failed, there is nothing left to cancel.
    if answered.is_err() && !connector.begins.by_transaction {
        cancel(token, connector).await;
    }
}

/// Has PostgreSQL stop what it does on a connection.
async fn cancel(token: CancelToken, connector: Arc<Connector>) {
    let cancelled = match connector.tls() {
        tls::Connect::Plain => token.cancel_query(tokio_postgres::NoTls).await,
        tls::Connect::Tls(connector) => token.cancel_query(connector.clone()).await,
    };
    if let Err(error) = cancelled {
        tracing::warn!(cause = %error, "a statement could not be cancelled");
    }
}

impl Deref for Lent {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        let Some(connection) = &self.connection else {
            unreachable!("it is taken when this is dropped")
        };
        connection
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        let Some(connection) = &mut self.connection else {
            unreachable!("it is taken when this is dropped")
        };
        connection
    }
}

/// Counts a connection's statements, and knows how many PostgreSQL has yet to answer: each until the
/// first of its answer is there. Several may be sent at once.
pub(super) struct Watch {
    statements: Arc<AtomicU64>,
    unanswered: Arc<AtomicUsize>,
}

impl Watch {
    /// Counts into `statements`.
    pub(super) fn new(statements: &Arc<AtomicU64>) -> Self {
        Self {
            statements: Arc::clone(statements),
            unanswered: Arc::default(),
        }
    }
}

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { .. } => {
                self.statements.fetch_add(1, Ordering::Relaxed);
                self.unanswered.fetch_add(1, Ordering::Relaxed);
            }
            InstrumentationEvent::FinishQuery { .. } => {
                self.unanswered.fetch_sub(1, Ordering::Relaxed);
            }
            _ => {}
        }
    }
}
