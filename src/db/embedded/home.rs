//! Where the embedded cluster's files lie: in the data directory itself, or, when the user that
//! runs the server cannot enter it, below `/var/lib/imprenta`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::account::Account;
use super::error::Problem;
use super::files;

/// Holds the homes of data directories which the server's user cannot enter.
const RELOCATED_HOMES: &str = "/var/lib/imprenta";

/// The symbolic link in the data directory that leads to a home elsewhere.
const LINK_NAME: &str = "postgres-home";

/// The folder that holds the cluster and everything around it, with the user that runs the server.
#[derive(Debug, Clone)]
pub(super) struct Home {
    /// Canonical, so that every process names it alike.
    pub(super) folder: PathBuf,
    pub(super) account: Account,
}

impl Home {
    /// Finds the home of a data directory, and creates both where they are missing. Two processes
    /// at once come to the same answer, so this needs no lock.
    pub(super) async fn resolve(data_dir: &Path) -> Result<Self, Problem> {
        let wanted = data_dir.to_path_buf();
        let (data_dir, existing) = files::blocking(move || find_existing(&wanted)).await?;
        if let Some(home) = existing {
            return home.require_reachable().await;
        }
        let account = Account::for_new_cluster()?;
        if account.reaches(&data_dir).await? {
            let folder = data_dir;
            return Ok(Self { folder, account });
        }
        let link = data_dir.join(LINK_NAME);
        let folder = files::blocking(move || relocate(&data_dir)).await?;
        tracing::info!(
            account = account.name(), folder = %folder.display(), link = %link.display(),
            "the cluster is kept elsewhere, since its user cannot enter the data directory"
        );
        Self { folder, account }.require_reachable().await
    }

    async fn require_reachable(self) -> Result<Self, Problem> {
        if self.account.reaches(&self.folder).await? {
            return Ok(self);
        }
        Err(Problem::Unreachable {
            account: self.account.name().to_owned(),
            folder: self.folder,
        })
    }

    /// The cluster: either whole or not there.
    pub(super) fn cluster(&self) -> PathBuf {
        self.folder.join(CLUSTER_NAME)
    }

    /// The superuser's password, which the server's user can read.
    pub(super) fn password(&self) -> PathBuf {
        self.folder.join(PASSWORD_NAME)
    }

    /// What the server's Unix socket lies in.
    pub(super) fn socket_folder(&self) -> PathBuf {
        self.folder.join("socket")
    }

    /// The server's log since it was last started, or longer while it is small.
    pub(super) fn log(&self) -> PathBuf {
        self.folder.join(LOG_NAME)
    }

    /// The settings of the last start, included by the cluster's `postgresql.conf`.
    pub(super) fn settings(&self) -> PathBuf {
        self.folder.join(SETTINGS_NAME)
    }

    /// Downloaded server programs, in a folder for each version.
    pub(super) fn downloads(&self) -> PathBuf {
        self.folder.join("postgresql")
    }
}

/// The names within a home. Server programs run with the home as their current folder and get
/// these instead of full paths, since `pg_ctl` puts the paths it is given into a shell command.
pub(super) const CLUSTER_NAME: &str = "cluster";
pub(super) const LOG_NAME: &str = "postgres.log";
pub(super) const PASSWORD_NAME: &str = "password";
pub(super) const SETTINGS_NAME: &str = "server.conf";

/// Creates the data directory, and finds the home it already has. A cluster stays where it was
/// created, even if a new one would be placed elsewhere by now.
fn find_existing(data_dir: &Path) -> Result<(PathBuf, Option<Home>), Problem> {
    let data_dir = fs::create_dir_all(data_dir)
        .and_then(|()| data_dir.canonicalize())
        .map_err(|error| Problem::io("create", data_dir, error))?;
    let folder = match fs::read_link(data_dir.join(LINK_NAME)) {
        Ok(target) => create_relocated(&target)?,
        Err(_) => data_dir.clone(),
    };
    let is_relocated = folder != data_dir;
    let home = match fs::metadata(folder.join(CLUSTER_NAME)) {
        Ok(cluster) => Some(Home {
            account: Account::of_cluster(&cluster),
            folder,
        }),
        Err(_) if is_relocated => Some(Home {
            account: Account::for_new_cluster()?,
            folder,
        }),
        Err(_) => None,
    };
    Ok((data_dir, home))
}

/// Gives a data directory a home elsewhere, and links to it.
fn relocate(data_dir: &Path) -> Result<PathBuf, Problem> {
    let name = format!("{:016x}", fnv1a(data_dir.as_os_str().as_encoded_bytes()));
    let folder = create_relocated(&Path::new(RELOCATED_HOMES).join(name))?;
    let link = data_dir.join(LINK_NAME);
    match create_link(&folder, &link) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(Problem::io("create", &link, error))
        }
        _ => Ok(folder),
    }
}

/// Creates a folder which everybody may pass through, whatever the umask.
fn create_relocated(folder: &Path) -> Result<PathBuf, Problem> {
    let create = || {
        fs::create_dir_all(folder)?;
        for passed in [folder.parent(), Some(folder)].into_iter().flatten() {
            open_for_passage(passed)?;
        }
        folder.canonicalize()
    };
    create().map_err(|error| Problem::io("create", folder, error))
}

#[cfg(unix)]
fn open_for_passage(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = fs::metadata(folder)?.permissions();
    if permissions.mode() & 0o111 != 0o111 {
        permissions.set_mode(0o711);
        fs::set_permissions(folder, permissions)?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn open_for_passage(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn create_link(target: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(not(unix))]
fn create_link(_target: &Path, _link: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The 64-bit FNV-1a hash, which unlike the standard library's stays the same for ever.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
