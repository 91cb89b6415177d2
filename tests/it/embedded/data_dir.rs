//! What the tests of the embedded cluster share: a folder of their own, whose server ends with them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use imprenta::db::embedded::{EmbeddedCluster, EmbeddedOptions};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio_postgres::{Client, NoTls};

/// A data directory that is removed at the end, even of a test that fails, with its server killed.
pub struct DataDir {
    _folder: tempfile::TempDir,
    pub path: PathBuf,
}

impl DataDir {
    /// One that every user can pass through, with the given path below it.
    pub fn new(below: &str) -> Self {
        Self::with_mode(0o755, below)
    }

    pub fn with_mode(mode: u32, below: &str) -> Self {
        let folder = tempfile::Builder::new()
            .permissions(fs::Permissions::from_mode(mode))
            .tempdir()
            .unwrap();
        let path = folder.path().join(below);
        Self {
            _folder: folder,
            path,
        }
    }

    /// Where the cluster's files lie, which may be elsewhere when the tests run as root.
    pub fn home(&self) -> PathBuf {
        fs::read_link(self.path.join("postgres-home")).unwrap_or(self.path.clone())
    }

    pub async fn join(&self) -> EmbeddedCluster {
        EmbeddedCluster::join(self.options()).await.unwrap()
    }

    pub fn options(&self) -> EmbeddedOptions {
        EmbeddedOptions {
            data_dir: self.path.clone(),
            settings: vec![("fsync".into(), "off".into())],
        }
    }

    /// All processes of this folder's server.
    pub fn processes(&self) -> Vec<i32> {
        processes_in(&self.home().join("cluster"))
    }

    /// Whether no process of this folder's server is left.
    pub fn is_stopped(&self) -> bool {
        self.processes().is_empty()
    }

    /// Waits until no process is left of a server whose main process was killed: the others end by
    /// themselves when they notice.
    pub async fn until_stopped(&self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while !self.is_stopped() {
            assert!(Instant::now() < deadline, "left: {:?}", self.processes());
            tokio::task::yield_now().await;
        }
    }

    /// The server's main process.
    pub fn postmaster(&self) -> i32 {
        let file = fs::read_to_string(self.home().join("cluster/postmaster.pid")).unwrap();
        file.lines().next().unwrap().parse().unwrap()
    }
}

impl Drop for DataDir {
    fn drop(&mut self) {
        let home = self.home();
        for process in processes_in(&home.join("cluster")) {
            let _ = kill(Pid::from_raw(process), Signal::SIGKILL);
        }
        if home != self.path {
            let _ = fs::remove_dir_all(home);
        }
    }
}

fn processes_in(folder: &Path) -> Vec<i32> {
    let Ok(folder) = folder.canonicalize() else {
        return Vec::new();
    };
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter(|entry| fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd == folder))
        .filter_map(|entry| entry.file_name().to_string_lossy().parse().ok())
        .collect()
}

pub fn kill_hard(process: i32) {
    kill(Pid::from_raw(process), Signal::SIGKILL).unwrap();
}

pub async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Commits a row.
pub async fn write_row(cluster: &EmbeddedCluster) {
    let client = connect(cluster.url()).await;
    client
        .batch_execute("CREATE TABLE kept (name text); INSERT INTO kept VALUES ('row')")
        .await
        .unwrap();
}

/// The rows that [`write_row`] has committed.
pub async fn rows(cluster: &EmbeddedCluster) -> Vec<String> {
    let client = connect(cluster.url()).await;
    let rows = client.query("SELECT name FROM kept", &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}
