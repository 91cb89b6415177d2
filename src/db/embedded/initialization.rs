//! Creates the cluster beside its final place and moves it there when it is whole. Called under the
//! start lock only.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rand::distr::{Alphanumeric, SampleString};

use super::binaries::Binaries;
use super::endpoint::NAME;
use super::error::{Problem, says_disk_full};
use super::files;
use super::home::{Home, PASSWORD_NAME, SETTINGS_NAME};

/// About 190 bits.
const PASSWORD_LENGTH: usize = 32;

/// How the name of an unfinished cluster begins. Each attempt has a name of its own, since an
/// `initdb` whose parent was killed may still be writing.
const PARTIAL_PREFIX: &str = "cluster.partial-";

/// The locales to try: sorted by code point with all of Unicode's letters, and what every system
/// has.
const LOCALES: [&str; 2] = ["C.UTF-8", "C"];

/// Creates the cluster if there is none. Answers whether it did, with the password.
///
/// `durable` waits until the new files have reached the disk.
pub(super) async fn ensure_cluster(
    home: &Home,
    binaries: &Binaries,
    durable: bool,
) -> Result<(bool, String), Problem> {
    let place = home.clone();
    let (exists, password) = files::blocking(move || {
        let exists = place.cluster().exists();
        files::remove_leftovers(&place.folder, PARTIAL_PREFIX);
        Ok((exists, read_or_create_password(&place, exists)?))
    })
    .await?;
    if !exists {
        tracing::info!(folder = %home.cluster().display(), "creating the embedded cluster");
        create(home, binaries, durable).await?;
    }
    Ok((!exists, password))
}

fn read_or_create_password(home: &Home, cluster_exists: bool) -> Result<String, Problem> {
    let path = home.password();
    match fs::read_to_string(&path) {
        Ok(password) => Ok(password.trim_end().to_owned()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Problem::io("read", &path, error))
        }
        Err(_) if cluster_exists => Err(Problem::PasswordMissing { path }),
        Err(_) => {
            let password = Alphanumeric.sample_string(&mut rand::rng(), PASSWORD_LENGTH);
            files::replace(&path, format!("{password}\n").as_bytes(), &home.account)?;
            Ok(password)
        }
    }
}

async fn create(home: &Home, binaries: &Binaries, durable: bool) -> Result<(), Problem> {
    let suffix = Alphanumeric.sample_string(&mut rand::rng(), 8);
    let name = format!("{PARTIAL_PREFIX}{suffix}");
    let partial = home.folder.join(&name);
    let result = fill(home, binaries, &name, durable).await;
    let home = home.clone();
    files::blocking(move || match result {
        Ok(()) => complete(&home, &partial),
        Err(problem) => {
            files::remove_leftovers(&home.folder, &name);
            Err(problem)
        }
    })
    .await
}

async fn fill(home: &Home, binaries: &Binaries, name: &str, durable: bool) -> Result<(), Problem> {
    for locale in LOCALES {
        let (partial, account) = (home.folder.join(name), home.account.clone());
        files::blocking(move || files::create_private_folder(&partial, &account)).await?;
        let Err(output) = initdb(home, binaries, name, locale, durable).await? else {
            return Ok(());
        };
        if !output.contains("locale") || locale == LOCALES[LOCALES.len() - 1] {
            return Err(initdb_failed(home, binaries, output));
        }
        tracing::debug!(locale, "the server programs do not know this locale");
    }
    Ok(())
}

/// Runs `initdb`; the inner error is what it printed.
async fn initdb(
    home: &Home,
    binaries: &Binaries,
    name: &str,
    locale: &str,
    durable: bool,
) -> Result<Result<(), String>, Problem> {
    let program = binaries.program("initdb");
    let mut command = home.account.command(&program);
    command
        .current_dir(&home.folder)
        .args(["-D", name, "--username", NAME, "--encoding", "UTF8"])
        .args(["--auth", "scram-sha-256", "--data-checksums"])
        .args(["--locale", locale, "--pwfile", PASSWORD_NAME]);
    if !durable {
        command.arg("--no-sync");
    }
    let output = command
        .output()
        .await
        .map_err(|error| Problem::io("run", &program, error))?;
    if output.status.success() {
        return Ok(Ok(()));
    }
    let mut text = String::from_utf8_lossy(&output.stderr).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stdout));
    Ok(Err(text))
}

fn initdb_failed(home: &Home, binaries: &Binaries, output: String) -> Problem {
    if says_disk_full(&output) {
        let folder = home.folder.clone();
        return Problem::DiskFull { folder };
    }
    Problem::Program {
        program: binaries.program("initdb"),
        output,
    }
}

/// Makes the new cluster read our settings, and gives it its final name.
fn complete(home: &Home, partial: &Path) -> Result<(), Problem> {
    let configuration: PathBuf = partial.join("postgresql.conf");
    OpenOptions::new()
        .append(true)
        .open(&configuration)
        .and_then(|mut file| {
            writeln!(file, "\ninclude = '../{SETTINGS_NAME}'")?;
            file.sync_all()
        })
        .map_err(|error| Problem::io("write", &configuration, error))?;
    fs::rename(partial, home.cluster())
        .map_err(|error| Problem::io("create", &home.cluster(), error))?;
    files::sync_folder(&home.folder)
}
