use std::time::Duration;

use tokio::sync::Mutex;

use super::{CommandError, StopSignal};
use crate::config::{Config, DatabaseSource};
use crate::db::Pool;
use crate::db::embedded::{EmbeddedCluster, EmbeddedOptions};
use crate::db::migrations::{self, MigrationError};

/// How long a command waits for a database that does not answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often a server looks whether its embedded database still answers.
const WATCH_INTERVAL: Duration = Duration::from_secs(2);

/// The database of a command: the embedded one, or that of the settings.
pub(super) struct Database {
    pub(super) pool: Pool,
    cluster: Option<Mutex<EmbeddedCluster>>,
}

impl Database {
    /// Starts or joins the embedded database, or prepares to use the one of the settings.
    pub(super) async fn open(config: &Config, stop: &mut StopSignal) -> Result<Self, CommandError> {
        let opened = stop.finishing(Self::start(config)).await;
        opened.unwrap_or_else(|| Err("stopped while the database was starting".into()))
    }

    async fn start(config: &Config) -> Result<Self, CommandError> {
        match &config.database.source {
            DatabaseSource::Url(url) => Ok(Self {
                pool: Pool::new(url, &config.database)?,
                cluster: None,
            }),
            DatabaseSource::Embedded => {
                let cluster = EmbeddedCluster::join(options(config)).await?;
                let pool = Pool::new(&cluster.url().parse()?, &config.database)?;
                let cluster = Some(Mutex::new(cluster));
                Ok(Self { pool, cluster })
            }
        }
    }

    /// Whether the database is one that this program runs.
    pub(super) fn is_embedded(&self) -> bool {
        self.cluster.is_some()
    }

    /// Brings the schema up to date, waiting for a database that is still starting.
    pub(super) async fn migrate(&self) -> Result<Vec<String>, CommandError> {
        let mut waited = Duration::ZERO;
        let mut pause = Duration::from_millis(250);
        loop {
            let error = match migrations::run(&self.pool).await {
                Ok(applied) => return Ok(applied),
                Err(MigrationError::Connect(error)) if !error.refused && waited < PATIENCE => error,
                Err(error) => return Err(explained(error)),
            };
            tracing::warn!(cause = %error, retry_in_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX), "waiting for the database");
            tokio::time::sleep(pause).await;
            waited += pause;
            pause = (pause * 2).min(Duration::from_secs(4));
        }
    }

    /// Brings an embedded server back that has ended, for as long as this is awaited.
    pub(super) async fn keep_alive(&self, config: &Config) {
        let Some(cluster) = &self.cluster else {
            return std::future::pending().await;
        };
        loop {
            tokio::time::sleep(WATCH_INTERVAL).await;
            if self.pool.ping().await.is_ok() {
                continue;
            }
            tracing::warn!("the embedded database does not answer; starting it if it has ended");
            let mut cluster = cluster.lock().await;
            match EmbeddedCluster::join(options(config)).await {
                Ok(again) if again.url() == cluster.url() => *cluster = again,
                // Only where its folder's path is too long for a socket.
                Ok(_) => {
                    tracing::error!("the embedded database has another port; restart this server");
                }
                Err(error) => {
                    tracing::error!(cause = %error, "the embedded database does not start");
                }
            }
        }
    }

    /// Ends all connections, and stops the embedded database if nobody else uses it.
    pub(super) async fn close(self) -> Result<(), CommandError> {
        self.pool.close();
        if let Some(cluster) = self.cluster {
            cluster.into_inner().leave().await?;
        }
        Ok(())
    }
}

fn options(config: &Config) -> EmbeddedOptions {
    // Of this process, and of a few commands beside it.
    let connections = config.database.pool_size + 84;
    EmbeddedOptions {
        data_dir: config.data_dir.clone(),
        settings: vec![("max_connections".to_owned(), connections.to_string())],
    }
}

/// Says what to do about a database that cannot be reached.
pub(super) fn explained(error: MigrationError) -> CommandError {
    let MigrationError::Connect(error) = error else {
        return error.into();
    };
    let text = format!(
        "{error}\nCheck that PostgreSQL runs at the address in DATABASE_URL (or POSTGRES_SERVER and its like) and lets that user in; without these settings, Imprenta runs a PostgreSQL of its own."
    );
    text.into()
}
