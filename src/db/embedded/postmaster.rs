//! What the cluster's `postmaster.pid` says, and whether it is true: the file outlives a crash, and
//! its process id may belong to somebody else by then.

use std::fs;
use std::io;
use std::path::Path;

use super::error::Problem;
use super::files;

/// The server's main process, as it wrote itself down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Postmaster {
    pub(super) process: u32,
    pub(super) port: u16,
}

impl Postmaster {
    /// Reads a cluster's `postmaster.pid`. A file that a crash has left empty or in pieces is
    /// removed, since the server would refuse to start.
    pub(super) fn read(cluster: &Path) -> Result<Option<Self>, Problem> {
        let path = cluster.join("postmaster.pid");
        match fs::read_to_string(&path) {
            Ok(text) => {
                let parsed = Self::parse(&text);
                if parsed.is_none() {
                    files::remove(&path)?;
                }
                Ok(parsed)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Problem::io("read", &path, error)),
        }
    }

    /// Line 1 is the process id, negative for a server in single-user mode, and line 4 the port.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines().map(str::trim);
        let process: i64 = lines.next()?.parse().ok()?;
        let port = lines.nth(2).and_then(|line| line.parse().ok());
        Some(Self {
            process: u32::try_from(process.abs()).ok()?,
            port: port.unwrap_or_default(),
        })
    }

    /// Whether the process is the server of this cluster; `None` where that cannot be said. If it
    /// is gone or another process, the file is removed: the server takes any process of its user
    /// for a server, and would refuse to start.
    pub(super) fn is_alive(self, cluster: &Path) -> Result<Option<bool>, Problem> {
        let alive = works_in(self.process, cluster);
        if alive == Some(false) {
            tracing::info!(
                process = self.process,
                "the embedded server was not stopped properly"
            );
            files::remove(&cluster.join("postmaster.pid"))?;
        }
        Ok(alive)
    }

    /// Whether the process is still there as the server of this cluster, whatever the file says: it
    /// removes its file a moment before it ends.
    pub(super) fn lingers(self, cluster: &Path) -> bool {
        works_in(self.process, cluster) == Some(true)
    }
}

/// Whether a process has a folder as its current one, as a server has its cluster; `None` where
/// that cannot be said.
#[cfg(target_os = "linux")]
fn works_in(process: u32, folder: &Path) -> Option<bool> {
    fs::read_link("/proc/self/cwd").ok()?;
    let current = fs::read_link(format!("/proc/{process}/cwd"));
    Some(current.is_ok_and(|current| current == folder))
}

/// Asks `lsof`, which macOS always has.
#[cfg(all(unix, not(target_os = "linux")))]
fn works_in(process: u32, folder: &Path) -> Option<bool> {
    let output = std::process::Command::new("lsof")
        .args(["-a", "-d", "cwd", "-Fn", "-p", &process.to_string()])
        .output()
        .ok()?;
    let current = String::from_utf8_lossy(&output.stdout).into_owned();
    let current = current.lines().find_map(|line| line.strip_prefix('n'));
    Some(current.is_some_and(|current| Path::new(current) == folder))
}

#[cfg(not(unix))]
fn works_in(_process: u32, _folder: &Path) -> Option<bool> {
    None
}
