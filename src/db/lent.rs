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
use super::tls;

type Pooled = diesel_deadpool::Object<AsyncPgConnection>;

/// How long an answer that nobody waits for any more is waited for, before its statement is cancelled.
/// Most take less; and a new connection, with all its statements to prepare, costs more.
const PATIENCE: Duration = Duration::from_millis(250);

/// A connection that is lent by the pool; goes back when dropped.
///
/// If it is dropped while PostgreSQL is at a statement, because the client went away or the time was
/// up, it goes back when that is answered; a statement that takes longer is cancelled, and the connection
/// closed.
pub(super) struct Lent {
    /// There until it is dropped.
    connection: Option<Pooled>,
    statements: Statements,
    commits: Arc<Commits>,
}

/// The statements of a connection.
#[derive(Clone)]
struct Statements {
    unanswered: Arc<AtomicUsize>,
    token: CancelToken,
    tls: tls::Connect,
}

impl Lent {
    /// A connection of the pool, whose statements are watched by a [`Watch`].
    pub(super) fn new(mut connection: Pooled, tls: &tls::Connect, commits: &Arc<Commits>) -> Self {
        let watch = connection.instrumentation().downcast_mut::<Watch>();
        let unanswered = watch.map_or_else(Arc::default, |it| Arc::clone(&it.unanswered));
        Self {
            statements: Statements {
                unanswered,
                token: connection.cancel_token(),
                tls: tls.clone(),
            },
            connection: Some(connection),
            commits: Arc::clone(commits),
        }
    }

    /// Something that was done on it is durable.
    pub(super) fn count_commit(&self) {
        self.commits.add();
    }

    /// Sends what says nothing in its answer and does not wait for that: PostgreSQL gets it together
    /// with the statement that follows, and executes it first. Fails if the connection is closed.
    pub(super) fn send(&mut self, sql: &'static str) -> QueryResult<()> {
        let sent = self.batch_execute(sql).now_or_never();
        sent.unwrap_or_else(|| {
            // Nobody waits for it, and it is nothing that would be worth cancelling.
            self.statements.unanswered.fetch_sub(1, Ordering::Relaxed);
            Ok(())
        })
    }

    /// Ends a transaction that only reads, which was [sent](Self::send), when all before that is answered.
    pub(super) fn end_reads(mut self) {
        if let Some(connection) = self.connection.take() {
            self.statements.finish_apart(connection, "ROLLBACK");
        }
    }

    /// Closes it, so that whatever it had begun is taken back.
    pub(super) fn close(mut self) {
        if let Some(connection) = self.connection.take() {
            drop(Pooled::take(connection));
            self.statements.cancel_unanswered();
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        if self.statements.unanswered.load(Ordering::Relaxed) == 0 {
            return;
        }
        // In the middle of a transaction there is more to take back than a statement.
        if AnsiTransactionManager::is_broken_transaction_manager(&mut *connection) {
            drop(Pooled::take(connection));
            self.statements.cancel_unanswered();
        } else {
            self.statements.finish_apart(connection, "");
        }
    }
}

impl Statements {
    /// Gives the connection back once all is answered that was sent, and `last`; else closes it.
    fn finish_apart(&self, connection: Pooled, last: &'static str) {
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(self.clone().finish(connection, last));
        } else {
            drop(Pooled::take(connection));
        }
    }

    async fn finish(self, mut connection: Pooled, last: &'static str) {
        // Answers come in the order of what was sent.
        let answered = timeout(PATIENCE, connection.batch_execute(last)).await;
        if matches!(answered, Ok(Ok(()))) {
            self.unanswered.store(0, Ordering::Relaxed);
        } else {
            drop(Pooled::take(connection));
            self.cancel().await;
        }
    }

    fn cancel_unanswered(&self) {
        if self.unanswered.load(Ordering::Relaxed) == 0 {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(self.clone().cancel());
        }
    }

    async fn cancel(self) {
        let cancelled = match self.tls {
            tls::Connect::Plain => self.token.cancel_query(tokio_postgres::NoTls).await,
            tls::Connect::Tls(connector) => self.token.cancel_query(connector).await,
        };
        if let Err(error) = cancelled {
            tracing::warn!(cause = %error, "a statement could not be cancelled");
        }
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
