//! The two lock files through which processes share one server.
//!
//! `start.lock` is held, by one process, only while it starts or stops the server. `users.lock` is
//! shared by all that use the server, for as long as they do. The kernel releases both when a
//! process dies, and neither is inherited by the programs it starts. The files are never removed:
//! two processes could otherwise lock two different files of one name.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use super::account::other_owner;
use super::error::Problem;
use super::files;
use super::home::Home;

/// How long to wait for another process that starts or stops the server: longer than both take.
const LOCK_TIMEOUT: Duration = Duration::from_mins(3);

/// How often a lock is tried again. Trying, unlike waiting in the kernel, can be cancelled.
const LOCK_INTERVAL: Duration = Duration::from_millis(25);

/// The right to start and stop the server.
pub(super) struct StartLock {
    /// Locked until it is closed.
    _file: File,
}

impl StartLock {
    pub(super) async fn acquire(home: &Home) -> Result<Self, Problem> {
        let file = lock(home, "start.lock", File::try_lock).await?;
        Ok(Self { _file: file })
    }
}

/// The sign that this process uses the server.
pub(super) struct UsersLock {
    file: File,
}

impl UsersLock {
    pub(super) async fn share(home: &Home) -> Result<Self, Problem> {
        let file = lock(home, "users.lock", File::try_lock_shared).await?;
        Ok(Self { file })
    }

    /// Gives the lock up; answers with the file, now locked against everybody, if nobody else
    /// shares it. The caller must hold the start lock.
    pub(super) fn release_and_test_last(self, home: &Home) -> Result<Option<File>, Problem> {
        let failed = |error| Problem::io("lock", &home.folder, error);
        self.file.unlock().map_err(failed)?;
        match self.file.try_lock() {
            Ok(()) => Ok(Some(self.file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

async fn lock(
    home: &Home,
    name: &str,
    attempt: impl Fn(&File) -> Result<(), TryLockError>,
) -> Result<File, Problem> {
    let path = home.folder.join(name);
    let file = open(path.clone(), home.folder.clone()).await?;
    let deadline = Instant::now() + LOCK_TIMEOUT;
    let mut told = false;
    loop {
        match attempt(&file) {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(Problem::io("lock", &path, error)),
            Err(TryLockError::WouldBlock) if Instant::now() > deadline => {
                let seconds = LOCK_TIMEOUT.as_secs();
                return Err(Problem::LockTimeout { seconds, path });
            }
            Err(TryLockError::WouldBlock) => {}
        }
        if !told {
            tracing::debug!(lock = %path.display(), "waiting for another process");
            told = true;
        }
        tokio::time::sleep(LOCK_INTERVAL).await;
    }
}

/// Opens a lock file, which must belong to this process's user: the cluster's files can be used by
/// one user only, and this is the first of them to be touched.
async fn open(path: PathBuf, folder: PathBuf) -> Result<File, Problem> {
    files::blocking(move || {
        refuse_other_owner(&path, &folder)?;
        files::private(OpenOptions::new().write(true).create(true).truncate(false))
            .open(&path)
            .map_err(|error| Problem::io("open", &path, error))
    })
    .await
}

fn refuse_other_owner(path: &Path, folder: &Path) -> Result<(), Problem> {
    let Some((owner, ours)) = path.metadata().ok().and_then(|file| other_owner(&file)) else {
        return Ok(());
    };
    let folder = folder.to_path_buf();
    Err(Problem::OtherUser {
        folder,
        owner,
        ours,
    })
}
