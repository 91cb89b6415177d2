//! A private PostgreSQL cluster below the data directory, for runs without `DATABASE_URL`.
//!
//! Owns the server programs it finds or downloads, the cluster folder, its password, its log and
//! the two lock files through which processes share one server. It imports nothing of the product
//! and hands out a connection URL. Start at [`EmbeddedCluster::join`]; [`server`] starts and stops,
//! [`home`] says where each file lies, [`locks`] says who may do what.
//!
//! A process that dies or drops the cluster without [`EmbeddedCluster::leave`] only loses its locks
//! (the kernel releases them). The server stays up, and whoever joins next takes it over and stops
//! it on leaving.

mod account;
mod binaries;
#[cfg(feature = "download-postgresql")]
mod download;
mod endpoint;
mod error;
mod files;
mod home;
mod initialization;
mod locks;
mod log;
mod postmaster;
mod server;
mod settings;

use std::fmt;
use std::path::{Path, PathBuf};

use binaries::Version;
pub use error::{EmbeddedError, Problem};
use home::Home;
use locks::{StartLock, UsersLock};
use server::Server;

/// What the embedded cluster needs to know.
#[derive(Debug, Clone)]
pub struct EmbeddedOptions {
    /// The product's data directory; may be relative and need not exist yet.
    pub data_dir: PathBuf,
    /// Server settings by name and value, written when this process starts the server. They have no
    /// effect on a server that runs already, and cannot change where it listens. With `fsync` off a
    /// new cluster is created without waiting for the disk either.
    pub settings: Vec<(String, String)>,
}

/// How this process came to its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It created the cluster and started its server.
    Created,
    /// It started the server of a cluster that existed.
    Started,
    /// The server was running, for another process or left over by one that died.
    Joined,
}

/// A running server which this process uses; while it is held, nobody else stops the server.
pub struct EmbeddedCluster {
    server: Server,
    users_lock: UsersLock,
    url: String,
    origin: Origin,
}

impl EmbeddedCluster {
    /// Joins the running cluster of a data directory, or starts it, or creates and starts it.
    ///
    /// Cancelling it is safe, but may leave behind a server that no process uses; the next one to
    /// join takes it over.
    ///
    /// # Errors
    /// When there are no usable server programs, when the cluster belongs to another user or
    /// another major version, when the disk is full, or when the server does not come up. Each text
    /// says what was tried and names the ways out.
    pub async fn join(options: EmbeddedOptions) -> Result<Self, EmbeddedError> {
        Ok(Self::join_home(options).await?)
    }

    async fn join_home(options: EmbeddedOptions) -> Result<Self, Problem> {
        let home = Home::resolve(&options.data_dir).await?;
        let start_lock = StartLock::acquire(&home).await?;
        let users_lock = UsersLock::share(&home).await?;
        let server = Server::find(home, options.settings).await?;
        match server.ensure_running().await {
            Ok((url, origin)) => {
                server.log_joined(origin);
                Ok(Self {
                    server,
                    users_lock,
                    url,
                    origin,
                })
            }
            // A server that only needs more time to recover keeps what it has done so far.
            Err(problem @ Problem::StartTimeout { .. }) => Err(problem),
            Err(problem) => {
                if let Err(second) = stop_if_last(&server, users_lock, &start_lock).await {
                    tracing::warn!(error = %second, "the embedded server could not be stopped");
                }
                Err(problem)
            }
        }
    }

    /// The connection URL of database `imprenta`, as understood by `tokio_postgres::Config`. It
    /// holds the password.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether this process created, started or joined the server.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// The version of the server programs.
    #[must_use]
    pub fn version(&self) -> Version {
        self.server.binaries.version
    }

    /// The folder of the server programs.
    #[must_use]
    pub fn binaries(&self) -> &Path {
        &self.server.binaries.folder
    }

    /// The cluster's own folder, which PostgreSQL calls its data directory.
    #[must_use]
    pub fn cluster_folder(&self) -> PathBuf {
        self.server.home.cluster()
    }

    /// Leaves the cluster. Whoever leaves last stops the server and waits until it has ended.
    ///
    /// # Errors
    /// When the server does not stop in time, or the lock files cannot be used. The server then
    /// goes on and the next process to join takes it over.
    pub async fn leave(self) -> Result<(), EmbeddedError> {
        let start_lock = StartLock::acquire(&self.server.home).await?;
        Ok(stop_if_last(&self.server, self.users_lock, &start_lock).await?)
    }
}

impl fmt::Debug for EmbeddedCluster {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the URL, since it holds the password.
        formatter
            .debug_struct("EmbeddedCluster")
            .field("binaries", &self.server.binaries)
            .field("cluster_folder", &self.cluster_folder())
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

/// Stops the server unless another process uses it. The start lock makes sure that nobody joins
/// between the two steps.
async fn stop_if_last(
    server: &Server,
    users_lock: UsersLock,
    _start_lock: &StartLock,
) -> Result<(), Problem> {
    let Some(_last) = users_lock.release_and_test_last(&server.home)? else {
        tracing::info!("left the embedded server to the processes that still use it");
        return Ok(());
    };
    server.stop().await
}
