//! Where the server listens: a Unix socket only this user can reach, or a port of the loopback
//! interface. Never a public address.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Config, NoTls};

use super::error::Problem;
use super::home::Home;

/// The cluster's superuser, and the name of the product's database.
pub(super) const NAME: &str = "imprenta";

/// The port in the name of the socket file; several servers share it without harm, since each has a
/// folder of its own.
pub(super) const SOCKET_PORT: u16 = 5432;

/// What the server puts beside its socket while it runs.
pub(super) const SOCKET_LOCK_NAME: &str = ".s.PGSQL.5432.lock";

/// What the server adds to its socket folder: `/.s.PGSQL.5432`.
const SOCKET_NAME_LENGTH: usize = 14;

/// What the kernel allows for a socket's path, in bytes, without the closing zero.
const SOCKET_PATH_LIMIT: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// How long opening a connection may take; the server is on this machine.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// An address of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// The folder of a Unix socket.
    Socket(PathBuf),
    /// A port on 127.0.0.1.
    Loopback(u16),
}

impl Endpoint {
    /// Where a server that is about to start can listen.
    pub(super) fn choose(home: &Home) -> Result<Self, Problem> {
        if let Some(socket) = Self::socket(home) {
            return Ok(socket);
        }
        // The port may be taken before the server binds it; starting it is then tried again.
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .map(|address| Self::Loopback(address.port()))
            .map_err(|error| Problem::io("find a free port on", "127.0.0.1".as_ref(), error))
    }

    /// Where a server that runs listens, given the port it wrote down.
    pub(super) fn of_running(home: &Home, port: u16) -> Self {
        Self::socket(home).unwrap_or(Self::Loopback(port))
    }

    fn socket(home: &Home) -> Option<Self> {
        let folder = home.socket_folder();
        let length = folder.to_str()?.len() + SOCKET_NAME_LENGTH;
        (cfg!(unix) && length <= SOCKET_PATH_LIMIT).then_some(Self::Socket(folder))
    }

    /// The connection URL of the product's database.
    pub(super) fn url(&self, password: &str) -> String {
        let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        let password = encode(password);
        match self {
            Self::Socket(folder) => {
                let folder = folder.to_string_lossy();
                let host = encode(&folder);
                format!("postgresql://{NAME}:{password}@{host}:{SOCKET_PORT}/{NAME}")
            }
            Self::Loopback(port) => {
                format!("postgresql://{NAME}:{password}@127.0.0.1:{port}/{NAME}")
            }
        }
    }

    fn maintenance_config(&self, password: &str) -> Config {
        let mut config = Config::new();
        config
            .user(NAME)
            .password(password)
            .dbname("postgres")
            .connect_timeout(CONNECT_TIMEOUT);
        match self {
            #[cfg(unix)]
            Self::Socket(folder) => config.host_path(folder).port(SOCKET_PORT),
            #[cfg(not(unix))]
            Self::Socket(_) => &mut config,
            Self::Loopback(port) => config.host("127.0.0.1").port(*port),
        };
        config
    }

    /// Connects, and creates the product's database if it is missing, be it that the cluster is new
    /// or that a process died before this step.
    pub(super) async fn prepare_database(&self, password: &str) -> Preparation {
        match self.create_database(password).await {
            Ok(()) => Preparation::Done,
            Err(error) if is_final(&error) => Preparation::Refused(error.to_string()),
            Err(error) => Preparation::NotYet {
                answered: error.as_db_error().is_some(),
            },
        }
    }

    async fn create_database(&self, password: &str) -> Result<(), tokio_postgres::Error> {
        let (client, connection) = self.maintenance_config(password).connect(NoTls).await?;
        let connection = tokio::spawn(connection);
        let found = "SELECT 1 FROM pg_database WHERE datname = $1";
        if client.query_opt(found, &[&NAME]).await?.is_none() {
            client.batch_execute("CREATE DATABASE imprenta").await?;
        }
        drop(client);
        // Waits for the goodbye, so that the server does not log a lost connection.
        drop(connection.await);
        Ok(())
    }
}

/// How far a server is.
pub(super) enum Preparation {
    /// It accepts connections and has the product's database.
    Done,
    /// It does not accept connections, for now or because it is not there.
    NotYet {
        /// Whether a server answered at all.
        answered: bool,
    },
    /// It accepts connections, but not our work: its own words.
    Refused(String),
}

/// Whether trying again is of no use. Class 57 is about a server that starts or stops, class 53
/// about one that has no connection left.
fn is_final(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| {
        let passing = [
            SqlState::CANNOT_CONNECT_NOW,
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::TOO_MANY_CONNECTIONS,
        ];
        !passing.contains(code)
    })
}
