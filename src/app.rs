//! The application: the services of every domain on one database. Production and tests make the
//! same one.

use std::sync::Arc;

use crate::accounts::Accounts;
use crate::blog::Blog;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Pool;
use crate::error::{Error, Result, with_causes};
use crate::mail::mailer;

pub use crate::db::UnitOfWork;

/// The version of this program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Everything that facades call.
#[derive(Debug)]
pub struct App {
    /// The settings that the process was started with.
    pub config: Config,
    /// Who may come in, and who did what.
    pub accounts: Accounts,
    /// Posts, authors and tags.
    pub blog: Blog,
    pool: Pool,
}

impl App {
    /// Makes the services on a database that has been migrated.
    pub fn new(config: Config, pool: Pool, clock: &Clock) -> Result<Arc<Self>> {
        let mailer = mailer(&config).map_err(Error::internal)?;
        let accounts = Accounts::new(&config, &pool, clock, mailer)?;
        Ok(Arc::new(Self {
            blog: Blog::new(&pool, clock, &accounts.tokens),
            accounts,
            config,
            pool,
        }))
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

    /// How many SQL statements have been sent.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.pool.statements()
    }
}
