//! The application: the services of every domain on one database. Production and tests make the
//! same one.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::accounts::{ACCESS_CHANNEL, Accounts};
use crate::blog::{Blog, change_log};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Listener, Pool};
use crate::error::{Error, Result, with_causes};
use crate::mail::mailer;
use crate::metrics::{Metrics, Present};

pub use crate::db::UnitOfWork;

/// The version of this program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How long to wait before listening anew, once PostgreSQL cannot be heard.
const LISTEN_AGAIN_AFTER: Duration = Duration::from_millis(500);

/// Everything that facades call.
#[derive(Debug)]
pub struct App {
    /// The settings that the process was started with.
    pub config: Config,
    /// Who may come in, and who did what.
    pub accounts: Accounts,
    /// Posts, authors and tags.
    pub blog: Blog,
    /// What the process counts of its work.
    pub metrics: Arc<Metrics>,
    pool: Pool,
    /// Whether the process is about to stop, for those who hold something open.
    stopping: watch::Sender<bool>,
}

/// Held by whoever holds something open that has to end before the process does.
#[derive(Debug)]
pub struct Stopping(watch::Receiver<bool>);

impl Stopping {
    /// Waits until the process is about to stop.
    pub async fn begun(&mut self) {
        // A process that is gone has stopped, too.
        let _ = self.0.wait_for(|stops| *stops).await;
    }
}

impl App {
    /// Makes the services on a database that has been migrated.
    pub fn new(config: Config, pool: Pool, clock: &Clock) -> Result<Arc<Self>> {
        let mailer = mailer(&config).map_err(Error::internal)?;
        let accounts = Accounts::new(&config, &pool, clock, mailer)?;
        Ok(Arc::new(Self {
            blog: Blog::new(&pool, clock, &accounts.tokens),
            accounts,
            metrics: Arc::new(Metrics::new(VERSION).map_err(Error::internal)?),
            config,
            pool,
            stopping: watch::Sender::new(false),
        }))
    }

    /// Tells when what is held open has to end.
    #[must_use]
    pub fn stopping(&self) -> Stopping {
        Stopping(self.stopping.subscribe())
    }

    /// Has everything end that is held open.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Waits until nobody holds anything open.
    pub async fn left(&self) {
        self.stopping.closed().await;
    }

    /// A unit of work for a query: all of it sees one state of the database.
    #[must_use]
    pub fn snapshot(&self) -> Arc<UnitOfWork> {
        UnitOfWork::snapshot(&self.pool)
    }

    /// A unit of work for the mutations of a request, which are all done or none.
    #[must_use]
    pub fn change(&self) -> Arc<UnitOfWork> {
        UnitOfWork::change(&self.pool)
    }

    /// A unit of work for an event of a subscription: it waits for others of its kind, so that many
    /// subscribers leave connections to requests.
    #[must_use]
    pub fn event(&self) -> Arc<UnitOfWork> {
        UnitOfWork::event(&self.pool)
    }

    /// Ends the snapshot that the present unit of work reads, if it has begun: what is read next sees
    /// what is there then.
    pub async fn end_snapshot(&self) {
        if let Some(unit) = UnitOfWork::current() {
            unit.roll_back().await;
        }
    }

    /// Tells those who follow the content, or hold something open, of what is committed at whichever
    /// replica, for as long as this is awaited.
    pub async fn follow_changes(&self) {
        loop {
            match Listener::open(&self.pool, &[change_log::CHANNEL, ACCESS_CHANNEL]).await {
                Ok(listener) => self.hear(listener).await,
                Err(error) => {
                    tracing::warn!(cause = with_causes(&error), "cannot listen to PostgreSQL");
                }
            }
            tokio::time::sleep(LISTEN_AGAIN_AFTER).await;
        }
    }

    /// Until PostgreSQL can no longer be heard.
    async fn hear(&self, mut listener: Listener) {
        // Much may have happened while nobody listened.
        self.accounts.access.tell_everyone();
        let mut is_content = true;
        loop {
            if is_content && let Err(error) = self.blog.changes.catch_up().await {
                tracing::warn!(cause = with_causes(&error), "changes were not read");
                return;
            }
            let Some(told) = listener.next().await else {
                tracing::warn!("the connection that listens to PostgreSQL is lost");
                return;
            };
            is_content = told.channel == change_log::CHANNEL;
            if !is_content {
                self.accounts.access.tell(&told.payload);
            }
        }
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        match self.pool.ping().await {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(cause = with_causes(&error), "not ready");
                false
            }
        }
    }

    /// What there is to tell of the process's work, in [`metrics::MEDIA_TYPE`](crate::metrics::MEDIA_TYPE).
    pub fn measured(&self, subscription_connections: usize) -> Result<String> {
        let pool = self.pool.usage();
        let present = Present {
            statements: self.pool.statements(),
            connections_used: pool.used,
            connections_idle: pool.idle,
            connections_limit: pool.limit,
            connections_awaited: pool.awaited,
            subscription_connections,
        };
        self.metrics.text(present).map_err(Error::internal)
    }

    /// How many SQL statements have been sent.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.pool.statements()
    }
}
