//! Files and folders which the server's user must be able to read, written so that a crash leaves
//! the old content or the new.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::account::Account;
use super::error::Problem;

/// Runs work that blocks on the file system away from the async threads.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Problem::Io {
            action: "finish work on",
            path: "the file system".into(),
            cause: io::Error::other(error),
        }),
    }
}

/// Replaces a file with new content at once, readable by the server's user and nobody else.
pub(super) fn replace(path: &Path, content: &[u8], account: &Account) -> Result<(), Problem> {
    let temporary = path.with_added_extension("new");
    write_new(&temporary, content, account)
        .and_then(|()| fs::rename(&temporary, path))
        .map_err(|error| Problem::io("write", path, error))
}

/// Removes a file that may not be there.
pub(super) fn remove(path: &Path) -> Result<(), Problem> {
    remove_if_present(path).map_err(|error| Problem::io("remove", path, error))
}

fn remove_if_present(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn write_new(path: &Path, content: &[u8], account: &Account) -> io::Result<()> {
    remove_if_present(path)?;
    let mut file = private(OpenOptions::new().write(true).create_new(true)).open(path)?;
    account.own(&file)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Creates a folder which only the server's user can enter; one that exists is left as it is.
pub(super) fn create_private_folder(path: &Path, account: &Account) -> Result<(), Problem> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let create = || match builder.create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) => Err(error),
        Ok(()) => own_folder(path, account),
    };
    create().map_err(|error| Problem::io("create", path, error))
}

#[cfg(unix)]
fn own_folder(path: &Path, account: &Account) -> io::Result<()> {
    account.own(&File::open(path)?)
}

#[cfg(not(unix))]
fn own_folder(_path: &Path, _account: &Account) -> io::Result<()> {
    Ok(())
}

/// Makes a rename in this folder survive a power cut. Only Unix opens folders.
pub(super) fn sync_folder(path: &Path) -> Result<(), Problem> {
    if cfg!(unix) {
        File::open(path)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| Problem::io("write", path, error))?;
    }
    Ok(())
}

/// Files made with these options are closed to every other user.
pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Removes what earlier, interrupted runs left in a folder. What cannot be removed, since a program
/// of such a run may still be writing into it, waits for the next time.
pub(super) fn remove_leftovers(folder: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        if !entry.file_name().to_string_lossy().starts_with(prefix) {
            continue;
        }
        if let Err(error) = fs::remove_dir_all(entry.path()) {
            tracing::debug!(path = %entry.path().display(), %error, "leftover not removed yet");
        }
    }
}
