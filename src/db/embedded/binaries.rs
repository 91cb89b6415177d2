//! PostgreSQL's server programs: where this machine may have them, and which of them fit.

use std::env;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::error::Problem;
use super::files;
use super::home::Home;

/// The oldest major version the product supports.
const OLDEST_MAJOR: u32 = 14;

/// What a folder must hold to be of use.
const PROGRAMS: [&str; 3] = ["postgres", "initdb", "pg_ctl"];

/// Where packages put the programs: a folder, how the names of its entries begin (there is one for
/// each version), and the way from there.
const PACKAGE_FOLDERS: [(&str, &str, &str); 6] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql", "bin"),
    ("/usr/local/opt", "postgresql", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
];

/// A version of PostgreSQL, ordered from old to new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The major version; only servers that share it can use the same cluster.
    pub major: u32,
    /// The minor version.
    pub minor: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

impl Version {
    /// Reads the output of `postgres --version`, such as `postgres (PostgreSQL) 15.14 (Debian)`.
    /// Versions before a release, such as `18beta1`, are none: a release cannot read their clusters.
    fn parse(output: &str) -> Option<Self> {
        let number = output.split("(PostgreSQL)").nth(1)?;
        let mut parts = number.split_whitespace().next()?.split('.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next().map_or(Ok(0), str::parse).ok()?;
        Some(Self { major, minor })
    }
}

/// Server programs that were asked for their version.
#[derive(Debug, Clone)]
pub(super) struct Binaries {
    pub(super) folder: PathBuf,
    pub(super) version: Version,
}

impl Binaries {
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The programs in a folder, if they run here as the server's user.
    pub(super) async fn examine(folder: PathBuf, home: &Home) -> Option<Self> {
        let mut postgres = home.account.command(folder.join("postgres"));
        postgres.arg("--version").current_dir(&home.folder);
        let output = postgres.output().await.ok()?;
        let version = Version::parse(&String::from_utf8_lossy(&output.stdout));
        tracing::debug!(folder = %folder.display(), ?version, "server programs found");
        version.map(|version| Self { folder, version })
    }

    /// The newest programs on this machine that fit the cluster, or else downloaded ones.
    pub(super) async fn find(home: &Home) -> Result<Self, Problem> {
        let required = cluster_major(home).await?;
        let searched = candidates(home).await?;
        let mut found = Vec::new();
        for folder in searched.iter().cloned() {
            found.extend(Self::examine(folder, home).await);
        }
        let newest = found
            .iter()
            .filter(|binaries| binaries.version.major >= OLDEST_MAJOR)
            .filter(|binaries| required.is_none_or(|major| binaries.version.major == major))
            .max_by_key(|binaries| binaries.version);
        if let Some(binaries) = newest {
            return Ok(binaries.clone());
        }
        match download(home, required).await {
            Ok(binaries) => Ok(binaries),
            Err(full @ Problem::DiskFull { .. }) => Err(full),
            Err(failed) => Err(none_fit(
                home,
                required,
                &searched,
                &found,
                failed.to_string(),
            )),
        }
    }
}

#[cfg(feature = "download-postgresql")]
async fn download(home: &Home, major: Option<u32>) -> Result<Binaries, Problem> {
    super::download::download(home, major).await
}

#[cfg(not(feature = "download-postgresql"))]
#[expect(clippy::unused_async, reason = "stands in for the one that waits")]
async fn download(_home: &Home, _major: Option<u32>) -> Result<Binaries, Problem> {
    let reason = "this build does not download them (feature `download-postgresql`)";
    Err(Problem::Download {
        reason: reason.to_owned(),
    })
}

fn none_fit(
    home: &Home,
    required: Option<u32>,
    searched: &[PathBuf],
    found: &[Binaries],
    download: String,
) -> Problem {
    let Some(cluster) = required else {
        let searched = list(searched.iter().map(|folder| folder.display()));
        return Problem::NoBinaries { searched, download };
    };
    Problem::VersionMismatch {
        folder: home.cluster(),
        cluster,
        found: match found {
            [] => "no server programs".to_owned(),
            found => list(found.iter().map(|binaries| binaries.version)),
        },
        download,
    }
}

fn list(items: impl Iterator<Item = impl fmt::Display>) -> String {
    let items: Vec<String> = items.map(|item| item.to_string()).collect();
    if items.is_empty() {
        return "nowhere, since no folder has them".to_owned();
    }
    items.join(", ")
}

/// The major version that the cluster demands, if there is a cluster.
async fn cluster_major(home: &Home) -> Result<Option<u32>, Problem> {
    let path = home.cluster().join("PG_VERSION");
    match tokio::fs::read_to_string(&path).await {
        Ok(version) => version.trim().parse().map(Some).map_err(|_| Problem::Io {
            action: "read the version in",
            path,
            cause: std::io::ErrorKind::InvalidData.into(),
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Problem::io("read", &path, error)),
    }
}

/// All folders with server programs, each once even if several links lead to it.
async fn candidates(home: &Home) -> Result<Vec<PathBuf>, Problem> {
    let path = search_path();
    let mut folders = path.clone();
    for folder in path {
        folders.extend(configured_folder(&folder).await);
    }
    let downloads = home.downloads();
    files::blocking(move || {
        for (parent, prefix, rest) in PACKAGE_FOLDERS {
            folders.extend(entries(Path::new(parent), prefix, rest));
        }
        folders.extend(entries(&downloads, "", "bin"));
        let mut distinct = Vec::new();
        for folder in folders.iter().filter_map(|folder| resolve(folder)) {
            if !distinct.contains(&folder) {
                distinct.push(folder);
            }
        }
        Ok(distinct)
    })
    .await
}

/// The folders of the variable PATH, the only part of the environment that is read here.
fn search_path() -> Vec<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "where programs lie is no setting of ours"
    )]
    env::var_os("PATH").map_or_else(Vec::new, |path| {
        env::split_paths(&path)
            .filter(|folder| folder.is_absolute())
            .collect()
    })
}

/// What the `pg_config` in a folder names as the folder of the programs.
async fn configured_folder(folder: &Path) -> Option<PathBuf> {
    let mut pg_config = tokio::process::Command::new(folder.join("pg_config"));
    let output = pg_config.arg("--bindir").output().await.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(text.trim()))
}

fn entries(parent: &Path, prefix: &str, rest: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path().join(rest))
        .collect()
}

/// The folder which `postgres` really lies in, if the other programs are there too. A folder such as
/// `/usr/local/bin` may hold links to it.
fn resolve(folder: &Path) -> Option<PathBuf> {
    let has_programs = |folder: &Path| {
        PROGRAMS.iter().all(|name| {
            folder
                .join(name)
                .with_extension(env::consts::EXE_EXTENSION)
                .is_file()
        })
    };
    if !has_programs(folder) {
        return None;
    }
    let postgres = folder
        .join("postgres")
        .with_extension(env::consts::EXE_EXTENSION)
        .canonicalize()
        .ok()?;
    let real = postgres.parent().filter(|parent| has_programs(parent));
    Some(real.unwrap_or(folder).to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn reads_the_version_of_packages_and_releases() {
        let of = |text: &str| Version::parse(text).map(|version| version.to_string());
        let debian = "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n";
        assert_eq!(of(debian).as_deref(), Some("15.14"));
        assert_eq!(of("postgres (PostgreSQL) 9.6.24").as_deref(), Some("9.6"));
        assert_eq!(of("postgres (PostgreSQL) 18beta1"), None);
        assert_eq!(of("something else 15.1"), None);
    }
}
