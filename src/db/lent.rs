use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel::result::QueryResult;
use diesel_async::pooled_connection::deadpool as diesel_deadpool;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use futures_util::FutureExt;
use tokio::runtime::Handle;
use tokio_postgres::CancelToken;

use super::commits::Commits;
use super::tls;

type Pooled = diesel_deadpool::Object<AsyncPgConnection>;

/// A connection that is lent by the pool; goes back when dropped.
///
/// If it is dropped while PostgreSQL is at a statement, because the client went away or the time was
/// up, that statement is cancelled.
pub(super) struct Lent {
    // Dropped first, as it stands first.
    statement: RunningStatement,
    connection: Pooled,
    commits: Arc<Commits>,
}

struct RunningStatement {
    unanswered: Arc<AtomicUsize>,
    token: CancelToken,
    tls: tls::Connect,
}

impl Lent {
    /// A connection of the pool, whose statements are watched by a [`Watch`]. `None` if its last user
    /// left in the middle of a statement: whoever used it next would wait for an answer that nobody
    /// wants. It is closed then.
    pub(super) fn new(
        mut connection: Pooled,
        tls: &tls::Connect,
        commits: &Arc<Commits>,
    ) -> Option<Self> {
        let watch = connection.instrumentation().downcast_mut::<Watch>();
        let unanswered = watch.map_or_else(Arc::default, |it| Arc::clone(&it.unanswered));
        if unanswered.load(Ordering::Relaxed) > 0 {
            drop(Pooled::take(connection));
            return None;
        }
        let statement = RunningStatement {
            unanswered,
            token: connection.cancel_token(),
            tls: tls.clone(),
        };
        Some(Self {
            statement,
            connection,
            commits: Arc::clone(commits),
        })
    }

    /// Something that was done on it is durable.
    pub(super) fn count_commit(&self) {
        self.commits.add();
    }

    /// Sends what says nothing in its answer and does not wait for that: PostgreSQL gets it together
    /// with the statement that follows, and executes it first. Fails if the connection is closed.
    pub(super) fn send(&mut self, sql: &'static str) -> QueryResult<()> {
        let sent = self.connection.batch_execute(sql).now_or_never();
        sent.unwrap_or_else(|| {
            // Nobody waits for it, and it is nothing that would be worth cancelling.
            self.statement.unanswered.fetch_sub(1, Ordering::Relaxed);
            Ok(())
        })
    }

    /// Closes it, so that whatever it had begun is taken back.
    pub(super) fn close(self) {
        drop(self.statement);
        drop(Pooled::take(self.connection));
    }
}

impl Drop for RunningStatement {
    fn drop(&mut self) {
        if self.unanswered.load(Ordering::Relaxed) == 0 {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(cancel(self.token.clone(), self.tls.clone()));
        }
    }
}

async fn cancel(token: CancelToken, tls: tls::Connect) {
    let cancelled = match tls {
        tls::Connect::Plain => token.cancel_query(tokio_postgres::NoTls).await,
        tls::Connect::Tls(connector) => token.cancel_query(connector).await,
    };
    if let Err(error) = cancelled {
        tracing::warn!(cause = %error, "a statement could not be cancelled");
    }
}

impl Deref for Lent {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        &self.connection
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        &mut self.connection
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
