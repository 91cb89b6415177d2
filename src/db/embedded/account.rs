//! The operating-system user that runs the server: this process's own, or, since PostgreSQL
//! refuses root, an unprivileged one.

use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use super::error::Problem;

/// The user that runs the server and owns the cluster.
#[derive(Debug, Clone)]
pub(super) struct Account {
    other: Option<OtherUser>,
}

/// A user other than the one this process runs as.
#[derive(Debug, Clone)]
struct OtherUser {
    name: String,
    #[cfg_attr(not(unix), allow(dead_code))]
    uid: u32,
    #[cfg_attr(not(unix), allow(dead_code))]
    gid: u32,
}

impl Account {
    /// The user's name for messages.
    pub(super) fn name(&self) -> &str {
        self.other
            .as_ref()
            .map_or("of this process", |user| &user.name)
    }

    /// A command that runs as this user, with nothing on its standard input, with messages in
    /// English, and without the variables that would point it at another cluster.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .stdin(Stdio::null())
            .env("LC_ALL", "C")
            .env_remove("PGDATA")
            .env_remove("PGPORT")
            .kill_on_drop(true);
        #[cfg(unix)]
        if let Some(user) = &self.other {
            command.uid(user.uid).gid(user.gid);
        }
        command
    }

    /// Whether this user can enter a folder, found out by entering it.
    pub(super) async fn reaches(&self, folder: &Path) -> Result<bool, Problem> {
        if self.other.is_none() {
            return Ok(true);
        }
        let mut shell = self.command("/bin/sh");
        match shell.args(["-c", ":"]).current_dir(folder).status().await {
            Ok(status) => Ok(status.success()),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(false),
            Err(error) => Err(Problem::io("enter", folder, error)),
        }
    }

    /// Hands an open file or folder over to this user.
    pub(super) fn own(&self, file: &File) -> io::Result<()> {
        #[cfg(unix)]
        if let Some(user) = &self.other {
            return std::os::unix::fs::fchown(file, Some(user.uid), Some(user.gid));
        }
        let _ = file;
        Ok(())
    }

    /// Hands a folder and all that is in it over to this user.
    #[cfg(feature = "download-postgresql")]
    pub(super) fn own_tree(&self, path: &Path) -> io::Result<()> {
        #[cfg(unix)]
        if let Some(user) = &self.other {
            std::os::unix::fs::lchown(path, Some(user.uid), Some(user.gid))?;
            if path.symlink_metadata()?.is_dir() {
                for entry in std::fs::read_dir(path)? {
                    self.own_tree(&entry?.path())?;
                }
            }
        }
        let _ = path;
        Ok(())
    }
}

#[cfg(unix)]
mod lookup {
    use std::os::unix::fs::MetadataExt;

    use nix::unistd::{Uid, User};

    use super::{Account, Metadata, OtherUser, Problem};

    /// Who runs the server when this process is root, the first that exists.
    const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

    impl Account {
        /// The user for a cluster that does not exist yet.
        pub(in super::super) fn for_new_cluster() -> Result<Self, Problem> {
            if !Uid::effective().is_root() {
                return Ok(Self { other: None });
            }
            UNPRIVILEGED
                .iter()
                .find_map(|name| User::from_name(name).ok().flatten())
                .map(|user| Self {
                    other: Some(OtherUser {
                        name: user.name,
                        uid: user.uid.as_raw(),
                        gid: user.gid.as_raw(),
                    }),
                })
                .ok_or(Problem::NoAccount)
        }

        /// The owner of a cluster that exists: PostgreSQL runs as nobody else, even when a user
        /// `postgres` has come to the machine since.
        pub(in super::super) fn of_cluster(cluster: &Metadata) -> Self {
            if !Uid::effective().is_root() {
                return Self { other: None };
            }
            Self {
                other: Some(OtherUser {
                    name: user_name(cluster.uid()),
                    uid: cluster.uid(),
                    gid: cluster.gid(),
                }),
            }
        }
    }

    /// The names of a file's owner and of this process's user, unless they are the same.
    pub(in super::super) fn other_owner(file: &Metadata) -> Option<(String, String)> {
        let ours = Uid::effective().as_raw();
        (file.uid() != ours).then(|| (user_name(file.uid()), user_name(ours)))
    }

    fn user_name(uid: u32) -> String {
        User::from_uid(Uid::from_raw(uid))
            .ok()
            .flatten()
            .map_or_else(|| uid.to_string(), |user| user.name)
    }
}

#[cfg(not(unix))]
mod lookup {
    use super::{Account, Metadata, Problem};

    impl Account {
        pub(in super::super) fn for_new_cluster() -> Result<Self, Problem> {
            Ok(Self { other: None })
        }

        pub(in super::super) fn of_cluster(_cluster: &Metadata) -> Self {
            Self { other: None }
        }
    }

    pub(in super::super) fn other_owner(_file: &Metadata) -> Option<(String, String)> {
        None
    }
}

pub(super) use lookup::other_owner;
