//! Where password hashes are computed: a few threads of low priority, with a short queue.
//!
//! A hash takes 10 to 20 milliseconds of a CPU core. Many at once must neither stall the async
//! threads nor take the cores from other queries, so there are as many threads as the caller says,
//! they yield to everything else, and what would wait too long is refused at once.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::hash::{self, Workspace};
use super::rules::{self, Problem};
use crate::error::{Error, Result};

/// How many callers may wait for a thread.
const MAX_WAITING: usize = 256;

/// How long a caller waits for a thread.
const PATIENCE: Duration = Duration::from_secs(10);

/// The niceness of the threads (0 is normal, 19 the lowest priority): the scheduler gives such a
/// thread a tenth of what a normal one gets when both want the same core, and all of it otherwise.
const NICENESS: i32 = 10;

type Job = Box<dyn FnOnce(&mut Workspace) + Send>;

/// Why no answer about a password can be given.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure {
    /// Too many passwords are waiting. Trying again later helps.
    #[error("too many passwords are being checked: try again in a few seconds")]
    Overloaded,
    /// A fault of ours.
    #[error("a password could not be hashed")]
    Internal(#[source] Error),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Overloaded => {
                Self::Overloaded("too many people are logging in; try again in a few seconds")
            }
            Failure::Internal(error) => error,
        }
    }
}

/// Whether a password is the right one.
#[derive(Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is.
    pub matches: bool,
    /// A new hash of the password, to be stored instead of an outdated one that it matched.
    pub rehashed: Option<String>,
}

impl std::fmt::Debug for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verdict")
            .field("matches", &self.matches)
            .field("rehashed", &self.rehashed.is_some())
            .finish()
    }
}

/// Hashes and checks passwords off the async threads, a few at a time. Clones share the threads,
/// which end after the last clone is gone.
#[derive(Clone)]
pub struct PasswordHasher {
    jobs: mpsc::Sender<Job>,
    /// One permit for each thread. It is fair, and a caller that gives up leaves the queue.
    turns: Arc<Semaphore>,
    /// One permit for each caller that may wait or be served.
    places: Arc<Semaphore>,
    patience: Duration,
}

impl std::fmt::Debug for PasswordHasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordHasher")
            .field("idle_threads", &self.turns.available_permits())
            .finish_non_exhaustive()
    }
}

impl PasswordHasher {
    /// With as many threads as this machine can spare: half its cores. With all of them, fifty
    /// people who log in at once made the slowest other requests wait three times as long.
    ///
    /// # Errors
    /// The system cannot start a thread.
    pub fn of_this_machine() -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self::new(NonZeroUsize::new(cores / 2).unwrap_or(NonZeroUsize::MIN))
    }

    /// Starts the threads. Each keeps 19 MiB of memory from its first hash on.
    ///
    /// # Errors
    /// The system cannot start a thread.
    pub fn new(threads: NonZeroUsize) -> Result<Self> {
        Self::with_limits(threads, MAX_WAITING, PATIENCE)
    }

    pub(super) fn with_limits(
        threads: NonZeroUsize,
        waiting: usize,
        patience: Duration,
    ) -> Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let receiver = Arc::new(Mutex::new(receiver));
        for number in 0..threads.get() {
            let receiver = Arc::clone(&receiver);
            std::thread::Builder::new()
                .name(format!("passwords-{number}"))
                .spawn(move || work(&receiver))
                .map_err(Error::internal)?;
        }
        Ok(Self {
            jobs: sender,
            turns: Arc::new(Semaphore::new(threads.get())),
            places: Arc::new(Semaphore::new(threads.get() + waiting)),
            patience,
        })
    }

    /// The hash of a password that the rules accept, as a PHC string.
    pub async fn hash(&self, password: SecretString) -> Result<String, Failure> {
        self.run(move |workspace| hash::hash(password.expose_secret(), workspace))
            .await?
            .map_err(Failure::Internal)
    }

    /// Compares a password with a stored hash.
    ///
    /// `None` is an account that does not exist or has no password: it takes the same time, and
    /// never matches.
    pub async fn verify(
        &self,
        password: SecretString,
        stored: Option<String>,
    ) -> Result<Verdict, Failure> {
        self.run(move |workspace| verdict(password.expose_secret(), stored.as_deref(), workspace))
            .await
    }

    /// Applies [`rules::check`] to a new password; `personal` has its owner's e-mail address and
    /// name. The inner result is the rules' answer.
    pub async fn check_rules(
        &self,
        password: SecretString,
        personal: Vec<String>,
    ) -> Result<Result<(), Problem>, Failure> {
        self.run(move |_| {
            let personal: Vec<&str> = personal.iter().map(String::as_str).collect();
            rules::check(password.expose_secret(), &personal)
        })
        .await
    }

    /// Runs `task` on one of the threads, when it is this caller's turn. What a caller waited for
    /// that has given up is not run.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        task: impl FnOnce(&mut Workspace) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| Failure::Overloaded)?;
        let turn = self.turn().await?;
        let (answer, answered) = oneshot::channel();
        let job = job(task, answer, (place, turn));
        self.jobs
            .send(job)
            .map_err(|_| fault("the threads for passwords have ended"))?;
        answered.await.map_err(|_| fault("a password job panicked"))
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, Failure> {
        let turn = Arc::clone(&self.turns).acquire_owned();
        tokio::time::timeout(self.patience, turn)
            .await
            .map_err(|_| Failure::Overloaded)?
            .map_err(|_| fault("the queue for passwords is closed"))
    }
}

/// The job that does `task` and answers. It keeps its permits until it has ended, even if the
/// caller has not waited for that.
fn job<T: Send + 'static>(
    task: impl FnOnce(&mut Workspace) -> T + Send + 'static,
    answer: oneshot::Sender<T>,
    permits: (OwnedSemaphorePermit, OwnedSemaphorePermit),
) -> Job {
    Box::new(move |workspace| {
        let _permits = permits;
        if !answer.is_closed() {
            // Nobody to tell: the caller gave up meanwhile.
            let _ = answer.send(task(workspace));
        }
    })
}

fn fault(message: &'static str) -> Failure {
    Failure::Internal(Error::internal(message))
}

fn verdict(password: &str, stored: Option<&str>, workspace: &mut Workspace) -> Verdict {
    let verification = match stored {
        Some(stored) => hash::verify(password, stored, workspace),
        None => hash::verify_dummy(workspace),
    };
    let rehashed = (verification.matches && verification.outdated)
        .then(|| hash::hash(password, workspace))
        .and_then(|hash| {
            hash.inspect_err(|error| {
                // The old hash still serves.
                tracing::error!(error = crate::error::with_causes(error), "cannot rehash");
            })
            .ok()
        });
    Verdict {
        matches: verification.matches,
        rehashed,
    }
}

/// One thread: one job after another, until no sender is left.
fn work(jobs: &Mutex<mpsc::Receiver<Job>>) {
    lower_priority();
    let mut workspace = Workspace::default();
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // The panic itself is reported by the process's panic hook. The workspace is only memory,
        // which every job overwrites.
        let _ = catch_unwind(AssertUnwindSafe(|| job(&mut workspace)));
    }
}

/// On Linux, niceness belongs to the thread (setpriority(2), "C library/kernel differences").
#[cfg(target_os = "linux")]
fn lower_priority() {
    use rustix::process::{getpriority_process, setpriority_process};
    let thread = Some(rustix::thread::gettid());
    // Never higher than that of a process which was started with a lower one.
    let lowered =
        getpriority_process(thread).and_then(|now| setpriority_process(thread, now.max(NICENESS)));
    if let Err(error) = lowered {
        tracing::debug!(%error, "the threads for passwords keep the normal priority");
    }
}

#[cfg(not(target_os = "linux"))]
fn lower_priority() {
    tracing::debug!(
        NICENESS,
        "the threads for passwords keep the normal priority"
    );
}
