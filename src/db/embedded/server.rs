//! Starts and stops the server with `pg_ctl`. Called under the start lock only.

use std::process::Output;
use std::time::Duration;

use tokio::time::Instant;

use super::binaries::Binaries;
use super::endpoint::{Endpoint, Preparation, SOCKET_LOCK_NAME};
use super::error::{Problem, says_disk_full};
use super::home::{CLUSTER_NAME, Home, LOG_NAME};
use super::postmaster::Postmaster;
use super::{Origin, files, initialization, log, settings};

/// How long the server may take to start, which includes recovery after a crash, or to stop.
const TIMEOUT: Duration = Duration::from_mins(1);

/// How often a server that is neither ready nor gone is asked again.
const INTERVAL: Duration = Duration::from_millis(50);

/// Why a start fails that will do better in a moment: processes of a server that was killed are
/// still ending, or the port was taken by another program.
const PASSING_FAILURES: [&str; 2] = ["pre-existing shared memory block", "could not bind"];

/// The server of one home.
pub(super) struct Server {
    pub(super) home: Home,
    pub(super) binaries: Binaries,
    settings: Vec<(String, String)>,
}

/// What became of the server, as seen from outside.
enum State {
    /// It accepts connections and has the product's database.
    Ready(Endpoint),
    /// It starts, recovers or stops.
    Busy,
    /// There is none.
    Absent,
}

impl Server {
    /// Finds the programs that fit the home's cluster.
    pub(super) async fn find(home: Home, settings: Vec<(String, String)>) -> Result<Self, Problem> {
        let binaries = Binaries::find(&home).await?;
        Ok(Self {
            home,
            binaries,
            settings,
        })
    }

    /// Brings the server to where it accepts connections; answers with the URL of the database.
    pub(super) async fn ensure_running(&self) -> Result<(String, Origin), Problem> {
        let durable = !self.settings.contains(&("fsync".into(), "off".into()));
        let (created, password) =
            initialization::ensure_cluster(&self.home, &self.binaries, durable).await?;
        let deadline = Instant::now() + TIMEOUT;
        let mut origin = Origin::Joined;
        loop {
            match self.state(&password).await? {
                State::Ready(endpoint) => return Ok((endpoint.url(&password), origin)),
                State::Busy if Instant::now() > deadline => {
                    return Err(self.start_timeout(0).await);
                }
                State::Busy => tokio::time::sleep(INTERVAL).await,
                State::Absent => {
                    self.start(deadline).await?;
                    origin = if created {
                        Origin::Created
                    } else {
                        Origin::Started
                    };
                }
            }
        }
    }

    /// Whoever answers at the server's address is the server, even if its process cannot be seen
    /// from here, as from within a container.
    async fn state(&self, password: &str) -> Result<State, Problem> {
        let Some(postmaster) = self.postmaster().await? else {
            return Ok(State::Absent);
        };
        let endpoint = Endpoint::of_running(&self.home, postmaster.port);
        match endpoint.prepare_database(password).await {
            Preparation::Done => Ok(State::Ready(endpoint)),
            Preparation::NotYet { answered: true } => Ok(State::Busy),
            // Also when refused: a port may have gone to another server since ours died. Where
            // nobody can say whether it lives, the server itself refuses to start twice.
            _ if self.is_alive(postmaster).await? != Some(true) => Ok(State::Absent),
            Preparation::NotYet { answered: false } => Ok(State::Busy),
            Preparation::Refused(cause) => Err(Problem::Database { cause }),
        }
    }

    async fn postmaster(&self) -> Result<Option<Postmaster>, Problem> {
        let cluster = self.home.cluster();
        files::blocking(move || Postmaster::read(&cluster)).await
    }

    async fn is_alive(&self, postmaster: Postmaster) -> Result<Option<bool>, Problem> {
        let cluster = self.home.cluster();
        files::blocking(move || postmaster.is_alive(&cluster)).await
    }

    async fn start(&self, deadline: Instant) -> Result<(), Problem> {
        loop {
            let log_start = self.prepare_start().await?;
            let seconds = TIMEOUT.as_secs().to_string();
            let arguments = ["start", "-w", "-t", &seconds, "-l", LOG_NAME];
            let output = self.pg_ctl(&arguments).await?;
            if output.status.success() {
                return Ok(());
            }
            let problem = self.start_failure(&output, log_start).await;
            let passing = matches!(&problem, Problem::NotStarted { tail, .. }
                if PASSING_FAILURES.iter().any(|text| tail.contains(text)));
            if !passing || Instant::now() > deadline {
                return Err(problem);
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }

    /// Writes what the server reads when it starts; answers with the length of its log.
    async fn prepare_start(&self) -> Result<u64, Problem> {
        let (home, settings) = (self.home.clone(), self.settings.clone());
        files::blocking(move || {
            let endpoint = Endpoint::choose(&home)?;
            let text = settings::render(&endpoint, &settings)?;
            files::create_private_folder(&home.socket_folder(), &home.account)?;
            // Like `postmaster.pid` it outlives a crash, and stops a server whose predecessor's
            // process id is in use.
            files::remove(&home.socket_folder().join(SOCKET_LOCK_NAME))?;
            files::replace(&home.settings(), text.as_bytes(), &home.account)?;
            log::prepare(&home)
        })
        .await
    }

    async fn pg_ctl(&self, arguments: &[&str]) -> Result<Output, Problem> {
        let program = self.binaries.program("pg_ctl");
        let mut command = self.home.account.command(&program);
        command
            .current_dir(&self.home.folder)
            .args(["-D", CLUSTER_NAME])
            .args(arguments)
            .output()
            .await
            .map_err(|error| Problem::io("run", &program, error))
    }

    async fn start_failure(&self, output: &Output, log_start: u64) -> Problem {
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        if printed.contains("did not start in time") {
            return self.start_timeout(log_start).await;
        }
        let tail = log::tail(&self.home, log_start).await;
        if says_disk_full(&tail) || says_disk_full(&printed) {
            let folder = self.home.folder.clone();
            return Problem::DiskFull { folder };
        }
        Problem::NotStarted {
            log: self.home.log(),
            tail: if tail.is_empty() { printed } else { tail },
        }
    }

    async fn start_timeout(&self, log_start: u64) -> Problem {
        Problem::StartTimeout {
            seconds: TIMEOUT.as_secs(),
            log: self.home.log(),
            tail: log::tail(&self.home, log_start).await,
        }
    }

    /// Ends all connections and stops the server; waits until it has ended.
    pub(super) async fn stop(&self) -> Result<(), Problem> {
        let postmaster = match self.postmaster().await? {
            Some(postmaster) if self.is_alive(postmaster).await? != Some(false) => postmaster,
            _ => return Ok(()),
        };
        let seconds = TIMEOUT.as_secs().to_string();
        let arguments = ["stop", "-w", "-t", &seconds, "-m", "fast"];
        let output = self.pg_ctl(&arguments).await?;
        if output.status.success() || self.postmaster().await?.is_none() {
            self.wait_for_end(postmaster).await?;
            tracing::info!(cluster = %self.home.cluster().display(), "embedded server stopped");
            return Ok(());
        }
        Err(Problem::Program {
            program: self.binaries.program("pg_ctl"),
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Waits for the process itself: `pg_ctl` waits for its file to go, which comes first.
    async fn wait_for_end(&self, postmaster: Postmaster) -> Result<(), Problem> {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            let cluster = self.home.cluster();
            let lingers = files::blocking(move || Ok(postmaster.lingers(&cluster))).await?;
            if !lingers || Instant::now() > deadline {
                return Ok(());
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }

    pub(super) fn log_joined(&self, origin: Origin) {
        tracing::info!(
            version = %self.binaries.version,
            binaries = %self.binaries.folder.display(),
            cluster = %self.home.cluster().display(),
            ?origin,
            "embedded server ready"
        );
    }
}
