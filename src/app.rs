//! The application: the services of every domain on one database. Production and tests make the
//! same one.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};

use crate::accounts::{ACCESS_CHANNEL, Accounts};
use crate::blog::{Blog, change_log};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Listener, Pool};
use crate::error::{Error, Result, with_causes};
use crate::mail::mailer;
use crate::metrics::{Metrics, Present};
use crate::response_cache::ResponseCache;

pub use crate::db::UnitOfWork;

/// The version of this program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How long to wait before listening anew, once PostgreSQL cannot be heard.
const LISTEN_AGAIN_AFTER: Duration = Duration::from_millis(500);

/// How often to ask for what was committed, whether or not PostgreSQL has told of something: a network
/// that is cut says nothing.
const ASK_EVERY: Duration = Duration::from_millis(500);

/// How long to wait at least until the next time: where much is committed, as much as comes within that is
/// read together. It is what a look takes, a few times over.
const ASK_AT_MOST_EVERY: Duration = Duration::from_millis(5);

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
    /// Answers that are kept for visitors.
    pub responses: Arc<ResponseCache>,
    pool: Pool,
    catching_up: tokio::sync::Mutex<()>,
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
        let metrics = Arc::new(Metrics::new(VERSION).map_err(Error::internal)?);
        let bytes = config.graphql.response_cache;
        Ok(Arc::new(Self {
            responses: Arc::new(ResponseCache::new(bytes, &pool, clock, &metrics)),
            blog: Blog::new(&pool, clock, &accounts.tokens),
            accounts,
            metrics,
            config,
            pool,
            catching_up: tokio::sync::Mutex::default(),
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
                Ok(listener) => {
                    self.hear(listener).await;
                    self.responses.suspend();
                }
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
        let mut looks = interval(ASK_AT_MOST_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while let Some(mut told) = self.catch_up_until(&mut looks, listener.next()).await {
            loop {
                let Some(news) = told else {
                    tracing::warn!("the connection that listens to PostgreSQL is lost");
                    return;
                };
                if news.channel != change_log::CHANNEL {
                    self.accounts.access.tell(&news.payload);
                }
                // The next look is for all that came meanwhile.
                let Some(more) = listener.next().now_or_never() else {
                    break;
                };
                told = more;
            }
        }
    }

    /// Catches up when it is time for the next look, and again with each commit of this process and twice a
    /// second, until `heard` has come to something. `None` if that fails.
    async fn catch_up_until<T>(
        &self,
        looks: &mut Interval,
        heard: impl Future<Output = T>,
    ) -> Option<T> {
        let mut heard = std::pin::pin!(heard);
        loop {
            looks.tick().await;
            if let Err(error) = self.catch_up().await {
                tracing::warn!(cause = with_causes(&error), "changes were not read");
                return None;
            }
            tokio::select! {
                heard = &mut heard => return Some(heard),
                () = self.pool.committed() => {}
                () = tokio::time::sleep(ASK_EVERY) => {}
            }
        }
    }

    /// Reads what has been committed, hands it on to those who follow it, and lets go of the answers that it
    /// has touched.
    pub async fn catch_up(&self) -> Result<()> {
        let _one_at_a_time = self.catching_up.lock().await;
        let (begun, commits) = (Instant::now(), self.pool.commits());
        let settled = self.blog.changes.catch_up().await?;
        let provenance = &self.blog.provenance;
        self.responses
            .catch_up(provenance, settled, commits, begun)
            .await
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
        let (answers_kept, answers_bytes) = self.responses.size();
        let present = Present {
            statements: self.pool.statements(),
            connections_used: pool.used,
            connections_idle: pool.idle,
            connections_limit: pool.limit,
            connections_awaited: pool.awaited,
            subscription_connections,
            answers_kept,
            answers_bytes,
        };
        self.metrics.text(present).map_err(Error::internal)
    }

    /// How many SQL statements have been sent.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.pool.statements()
    }
}
