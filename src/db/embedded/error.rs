//! What can go wrong with the embedded cluster, and the one text that names the ways out.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// What a person can do about any of these errors.
const WAYS_OUT: &str = "There are three ways out: install PostgreSQL 14 or later \
    (Debian, Ubuntu: `apt-get install postgresql`; macOS: `brew install postgresql`), \
    or set DATABASE_URL to a PostgreSQL server that runs already, \
    or start everything in containers with `docker compose up`.";

/// What a new cluster and its first write-ahead log take, with room to work in.
const DISK_NEEDED_MEGABYTES: u32 = 200;

/// How the C library names a full disk and a used-up quota in the texts of the server programs,
/// which run with `LC_ALL=C`.
const DISK_FULL_TEXTS: [&str; 2] = ["No space left on device", "Disk quota exceeded"];

/// The embedded cluster cannot be used. Its text says what was tried, what happened, and what a
/// person can do.
#[derive(Debug)]
pub struct EmbeddedError {
    problem: Box<Problem>,
}

impl EmbeddedError {
    /// What happened, for callers that tell the cases apart.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl From<Problem> for EmbeddedError {
    fn from(problem: Problem) -> Self {
        Self {
            problem: Box::new(problem),
        }
    }
}

impl fmt::Display for EmbeddedError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}\n{WAYS_OUT}", self.problem)
    }
}

impl std::error::Error for EmbeddedError {}

/// One case of [`EmbeddedError`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// A file or a program could not be used, for a reason without a case of its own.
    #[error("The embedded PostgreSQL could not {action} {}: {cause}.", path.display())]
    Io {
        /// What was tried, such as "write".
        action: &'static str,
        /// The file, folder or program.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The system refused access.
    #[error(
        "The embedded PostgreSQL has no permission to {action} {}. \
         Give this user access to it, or choose another DATA_DIR.",
        path.display()
    )]
    NoPermission {
        /// What was tried, such as "write".
        action: &'static str,
        /// The file, folder or program.
        path: PathBuf,
    },
    /// No space is left for the cluster.
    #[error(
        "The disk is full: the embedded PostgreSQL needs about {DISK_NEEDED_MEGABYTES} MB for {}. \
         Free some space, or choose another DATA_DIR.",
        folder.display()
    )]
    DiskFull {
        /// The folder that needs the space.
        folder: PathBuf,
    },
    /// The data directory was set up by another user of this machine.
    #[error(
        "The embedded PostgreSQL in {} belongs to the user {owner}, and this process runs as the \
         user {ours}. Run it as {owner}, or choose another DATA_DIR.",
        folder.display()
    )]
    OtherUser {
        /// The data directory.
        folder: PathBuf,
        /// Whose it is.
        owner: String,
        /// Who we are.
        ours: String,
    },
    /// The process is root, which PostgreSQL refuses to run as, and there is nobody else.
    #[error(
        "PostgreSQL does not run as root, and this machine has neither a user `postgres` nor a \
         user `nobody` to run it as. Run this process as an ordinary user."
    )]
    NoAccount,
    /// The user that runs the server cannot enter the folder that holds its cluster.
    #[error(
        "The user {account}, who runs the embedded PostgreSQL, cannot enter {}. \
         Let that user pass through the folders above it, or choose another DATA_DIR.",
        folder.display()
    )]
    Unreachable {
        /// The folder.
        folder: PathBuf,
        /// The user that runs the server.
        account: String,
    },
    /// No server programs were found, and none could be had.
    #[error(
        "No PostgreSQL server programs of version 14 or later were found \
         (looked in: {searched}), and {download}."
    )]
    NoBinaries {
        /// The folders looked at.
        searched: String,
        /// Why a download did not help.
        download: String,
    },
    /// Server programs could not be downloaded; part of the two cases around this one.
    #[error("{reason}")]
    Download {
        /// Why, as part of a sentence.
        reason: String,
    },
    /// The cluster needs server programs of a major version which this machine does not have.
    #[error(
        "The cluster in {} was created by PostgreSQL {cluster}, and this machine has {found}; \
         {download}. Install PostgreSQL {cluster} beside it, or move the content over with \
         `pg_dump` (or `imprenta export`) and start with a new DATA_DIR.",
        folder.display()
    )]
    VersionMismatch {
        /// The cluster's folder.
        folder: PathBuf,
        /// The cluster's major version.
        cluster: u32,
        /// The versions that were found.
        found: String,
        /// Why a download did not help.
        download: String,
    },
    /// The cluster exists, but the file with its password does not.
    #[error("The password of the embedded PostgreSQL is missing: {} is gone.", path.display())]
    PasswordMissing {
        /// Where the password was.
        path: PathBuf,
    },
    /// A server program failed.
    #[error("{} failed: {output}", program.display())]
    Program {
        /// The program.
        program: PathBuf,
        /// What it printed.
        output: String,
    },
    /// The server ended while starting.
    #[error(
        "The embedded PostgreSQL did not start. The end of its log, {}, reads:\n{tail}",
        log.display()
    )]
    NotStarted {
        /// The server's log file.
        log: PathBuf,
        /// The log's last lines, of this start only.
        tail: String,
    },
    /// The server was still starting, recovering or stopping when the time was up.
    #[error(
        "The embedded PostgreSQL was not ready within {seconds} seconds. It may still be \
         recovering from a crash: try again in a while. The end of its log, {}, reads:\n{tail}",
        log.display()
    )]
    StartTimeout {
        /// How long it was waited for.
        seconds: u64,
        /// The server's log file.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
    /// Another process has been starting or stopping the server all the time.
    #[error(
        "Another process has been starting or stopping the embedded PostgreSQL for {seconds} \
         seconds; it holds {}.",
        path.display()
    )]
    LockTimeout {
        /// How long it was waited for.
        seconds: u64,
        /// The lock file.
        path: PathBuf,
    },
    /// The server runs, but refuses our work.
    #[error("The embedded PostgreSQL could not be prepared: {cause}.")]
    Database {
        /// What it said.
        cause: String,
    },
    /// A server setting has a name that no setting can have.
    #[error("`{name}` is not the name of a PostgreSQL setting.")]
    SettingName {
        /// The name.
        name: String,
    },
}

impl Problem {
    /// What a failed system call amounts to.
    pub(super) fn io(action: &'static str, path: &Path, cause: io::Error) -> Self {
        let folder = if path.is_dir() { None } else { path.parent() }.unwrap_or(path);
        let (path, folder) = (path.to_path_buf(), folder.to_path_buf());
        match cause.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { folder },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::NoPermission { action, path }
            }
            _ => Self::Io {
                action,
                path,
                cause,
            },
        }
    }
}

/// Whether a server program or the server's log says that the disk is full.
pub(super) fn says_disk_full(text: &str) -> bool {
    DISK_FULL_TEXTS.iter().any(|full| text.contains(full))
}
