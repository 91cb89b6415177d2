use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use deadpool::Runtime;
use diesel::IntoSql;
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod, deadpool as diesel_deadpool,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use tokio::sync::{OwnedMappedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use super::commits::Commits;
use super::connector::{CONNECT_TIMEOUT, Connector};
use super::lent::Lent;
use super::unit_of_work::OpenTransaction;
use super::{ConnectError, UnitOfWork, uses};
use crate::config::{DatabaseConfig, DatabaseUrl};
use crate::error::{Error, Result};

/// A connection to use for a while: one's own, or that of the request's [`UnitOfWork`].
pub struct Connection(pub(super) Held);

#[expect(
    clippy::large_enum_variant,
    reason = "the large one is the usual one, and a box would be an allocation for each use"
)]
pub(super) enum Held {
    Own(Lent),
    Shared(OwnedMappedMutexGuard<Option<OpenTransaction>, Lent>),
}

impl Connection {
    pub(super) fn shared(guard: OwnedMappedMutexGuard<Option<OpenTransaction>, Lent>) -> Self {
        Self(Held::Shared(guard))
    }
}

impl Deref for Connection {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        match &self.0 {
            Held::Own(connection) => connection,
            Held::Shared(connection) => connection,
        }
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        match &mut self.0 {
            Held::Own(connection) => connection,
            Held::Shared(connection) => connection,
        }
    }
}

/// How many connections do what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Those that are lent.
    pub used: usize,
    /// Those that are not.
    pub idle: usize,
    /// The most that there may be.
    pub limit: usize,
    /// Those who wait for one.
    pub awaited: usize,
}

/// How long a request waits for a connection before it is told that the database is not available.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(1);

/// The connections of this process to PostgreSQL. Cheap to clone.
#[derive(Clone)]
pub struct Pool {
    connections: diesel_deadpool::Pool<AsyncPgConnection>,
    connector: Arc<Connector>,
    /// As many as events may use connections at the same time: half of them.
    events: Arc<Semaphore>,
    statements: Arc<AtomicU64>,
    commits: Arc<Commits>,
}

impl Pool {
    /// Prepares a pool; connections are made when they are first needed.
    ///
    /// Fails if the certificates that the URL asks for cannot be read.
    pub fn new(url: &DatabaseUrl, config: &DatabaseConfig) -> Result<Self, ConnectError> {
        let statements = Arc::new(AtomicU64::new(0));
        let connector = Arc::new(Connector::new(url, config, Arc::clone(&statements))?);
        let mut manager = ManagerConfig::default();
        // A closed connection is noticed without a statement; a check on every use would cost one.
        manager.recycling_method = RecyclingMethod::Fast;
        let connect = Arc::clone(&connector);
        manager.custom_setup = Box::new(move |_| {
            let connect = Arc::clone(&connect);
            async move { connect.pooled().await }.boxed()
        });
        let manager = AsyncDieselConnectionManager::new_with_config("", manager);
        let connections = diesel_deadpool::Pool::builder(manager)
            .max_size(config.pool_size)
            .wait_timeout(Some(ACQUIRE_TIMEOUT))
            .create_timeout(Some(CONNECT_TIMEOUT))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| ConnectError::new(&error))?;
        Ok(Self {
            connections,
            connector,
            events: Arc::new(Semaphore::new((config.pool_size / 2).max(1))),
            statements,
            commits: Arc::default(),
        })
    }

    /// The connection of the request's [`UnitOfWork`] if there is one; else one's own, waiting a
    /// second at most for one to be free.
    ///
    /// Let it go before something else that wants one is awaited: a unit has but one.
    pub async fn get(&self) -> Result<Connection> {
        uses::add_use();
        match UnitOfWork::current() {
            Some(unit) => unit.connection().await,
            None => self.apart().await,
        }
    }

    /// A connection of one's own, for what holds whether or not the request's other changes are
    /// kept: the count of attempts, a log-out.
    pub async fn apart(&self) -> Result<Connection> {
        Ok(Connection(Held::Own(self.reading().await?)))
    }

    async fn reading(&self) -> Result<Lent> {
        let mut connection = self.pooled().await?;
        connection.begin_reads()?;
        Ok(connection)
    }

    /// A connection on which a transaction is to be begun.
    pub(super) async fn pooled(&self) -> Result<Lent> {
        let connection = self.connections.get().await?;
        Ok(Lent::new(connection, &self.connector, &self.commits))
    }

    /// Leave to take a connection for an event, when it is one's turn.
    pub(super) async fn event_permit(&self) -> Result<OwnedSemaphorePermit> {
        let permit = Arc::clone(&self.events).acquire_owned().await;
        permit.map_err(Error::unavailable)
    }

    /// A connection outside the pool, and around a pooler, without a time limit for statements: to
    /// listen, and for migrations and other work of an operator.
    pub async fn dedicated(&self) -> Result<AsyncPgConnection, ConnectError> {
        self.connector.direct().await
    }

    /// Asks PostgreSQL for a row, to see that it answers within a second.
    pub async fn ping(&self) -> Result<()> {
        let deadline = Instant::now() + ACQUIRE_TIMEOUT;
        let mut connection = timeout_at(deadline, self.reading())
            .await
            .map_err(Error::unavailable)??;
        let one = diesel::select(1_i32.into_sql::<diesel::sql_types::Integer>());
        match timeout_at(deadline, one.get_result::<i32>(&mut connection)).await {
            Ok(answer) => Ok(answer.map(drop)?),
            Err(elapsed) => {
                // Whoever used it next would wait for the same answer.
                connection.close();
                Err(Error::unavailable(elapsed))
            }
        }
    }

    /// How its connections are used.
    #[must_use]
    pub fn usage(&self) -> Usage {
        let status = self.connections.status();
        let idle = status.available.min(status.size);
        Usage {
            used: status.size - idle,
            idle,
            limit: status.max_size,
            awaited: status.waiting,
        }
    }

    /// How many statements this pool has sent since it was made.
    #[must_use]
    pub fn statements(&self) -> u64 {
        AtomicU64::load(&self.statements, Ordering::Relaxed)
    }

    /// How many transactions that change things have been committed on its connections.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.commits.count()
    }

    /// Waits for another one; for one who waits.
    pub async fn committed(&self) {
        self.commits.more().await;
    }

    /// Counts one that was committed on a connection outside the pool.
    pub fn count_commit(&self) {
        self.commits.add();
    }

    /// Closes every connection, those in use when they come back.
    pub fn close(&self) {
        self.connections.close();
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool")
            .field("status", &self.connections.status())
            .finish_non_exhaustive()
    }
}
