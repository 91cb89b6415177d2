//! The key that access tokens are made with, where the settings have none.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRngCore;
use rand::rngs::OsRng;

use super::CommandError;
use crate::config::{Config, DatabaseSource, MIN_SECRET_KEY_LENGTH};

/// The file in `DATA_DIR` that holds the key.
const FILE_NAME: &str = "secret-key";

/// Why there is no key to go on with, where every process has to have the same.
const MISSING: &str = "SECRET_KEY: missing; with a database of your own, every process needs the \
    same key of 32 characters or more. Make one with `openssl rand -base64 32` and keep it";

/// Sees to it that there is a key: that of the settings, or else, with the embedded database, the
/// one in `DATA_DIR`, which is made if it is not there.
pub(super) fn ensure(config: &mut Config) -> Result<(), CommandError> {
    if config.accounts.secret_key.is_some() {
        return Ok(());
    }
    if let DatabaseSource::Url(_) = config.database.source {
        return Err(MISSING.into());
    }
    let path = config.data_dir.join(FILE_NAME);
    let key = read_or_make(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    config.accounts.secret_key = Some(key.into());
    Ok(())
}

/// The file is locked from before it is looked at: of two processes that start at once, one writes
/// the key, and the other waits and reads it. The kernel releases the lock when the file is closed,
/// however that comes about.
fn read_or_make(path: &Path) -> io::Result<String> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = open(path)?;
    file.lock()?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    // Also what is left of a process that was ended between the two steps.
    if text.is_empty() {
        text = new_key()?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
    }
    let key = text.trim();
    if key.chars().count() < MIN_SECRET_KEY_LENGTH || key.contains('\0') {
        let problem = "not a key of 32 characters or more; remove the file, and the next start \
            makes a new one, with which everyone has to log in again";
        return Err(io::Error::other(problem));
    }
    Ok(key.to_owned())
}

/// Readable by this process's user alone.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn new_key() -> io::Result<String> {
    let mut bytes = [0; 32];
    OsRng.try_fill_bytes(&mut bytes).map_err(io::Error::other)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
