use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use imprenta::config::{Config, DatabaseUrl, Environment};
use imprenta::db::embedded::{EmbeddedCluster, EmbeddedOptions};
use imprenta::db::{Pool, migrations};
use tokio_postgres::NoTls;

/// A database of one test.
#[derive(Clone)]
pub struct Database {
    pub url: DatabaseUrl,
    /// The same as text, for the environment of a program.
    pub url_text: String,
}

/// A new database with the product's schema and no content.
pub async fn database() -> Database {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let server = server();
    let name = format!(
        "{}_{}",
        server.prefix,
        NUMBER.fetch_add(1, Ordering::Relaxed)
    );
    let template = format!("{}_template", server.prefix);
    execute(
        &server.url,
        &format!("CREATE DATABASE {name} TEMPLATE {template}"),
    )
    .await;
    server.database(&name)
}

/// The PostgreSQL of this run.
struct Server {
    url: String,
    /// Begins the names of this run's databases.
    prefix: String,
    /// Held to the end of the run; see [`stop_with_this_process`].
    _keep: Option<(EmbeddedCluster, Child)>,
}

impl Server {
    fn database(&self, name: &str) -> Database {
        let (address, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
        let (server, _) = address.rsplit_once('/').expect("the URL names a database");
        let url_text = format!("{server}/{name}?{query}");
        Database {
            url: url_text.parse().unwrap(),
            url_text,
        }
    }
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    // A runtime of its own: the tests' runtimes end with the tests.
    SERVER.get_or_init(|| {
        let start = || tokio::runtime::Runtime::new().unwrap().block_on(start());
        std::thread::spawn(start).join().expect("PostgreSQL starts")
    })
}

async fn start() -> Server {
    let prefix = format!("imprenta_test_{}", std::process::id());
    let server = match std::env::var("TEST_DATABASE_URL") {
        Ok(url) => Server {
            url,
            prefix,
            _keep: None,
        },
        Err(_) => start_embedded(prefix).await,
    };
    sweep_databases(&server.url).await;
    let template = format!("{}_template", server.prefix);
    execute(&server.url, &format!("CREATE DATABASE {template}")).await;
    let config = Config::from_environment(&Environment::default()).unwrap();
    let pool = Pool::new(&server.database(&template).url, &config.database).unwrap();
    migrations::run(&pool).await.unwrap();
    server
}

async fn start_embedded(prefix: String) -> Server {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    sweep_folders(folder);
    let data_dir = folder.join(format!("postgresql-{}", std::process::id()));
    let fast = [
        ("fsync", "off"),
        ("full_page_writes", "off"),
        ("max_connections", "200"),
    ];
    let cluster = EmbeddedCluster::join(EmbeddedOptions {
        data_dir: data_dir.clone(),
        settings: fast
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
    })
    .await
    .unwrap();
    let watcher = stop_with_this_process(&cluster.cluster_folder(), &data_dir);
    Server {
        url: cluster.url().to_owned(),
        prefix,
        _keep: Some((cluster, watcher)),
    }
}

/// A test binary has no last act in which to stop a server. So a shell waits for the end of its
/// input, which the kernel closes however this process ends, and stops the server then.
fn stop_with_this_process(cluster: &Path, data_dir: &Path) -> Child {
    let script = r#"
        read -r _
        pid=$(head -n 1 "$1/postmaster.pid")
        kill -QUIT "$pid"
        while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
        rm -rf "$1" "$2"
    "#;
    Command::new("sh")
        .args(["-c", script, "sh"])
        .args([cluster, data_dir])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Ctrl-C is for the tests; the shell has its work to do after them.
        .process_group(0)
        .spawn()
        .unwrap()
}

/// Removes what a run left that was killed together with its shell.
fn sweep_folders(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.strip_prefix("postgresql-").is_some_and(is_over) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Drops databases of runs that are over, where the server outlives them.
async fn sweep_databases(url: &str) {
    let names = "SELECT datname FROM pg_database WHERE datname LIKE 'imprenta\\_test\\_%'";
    let client = connect(url).await;
    for row in client.query(names, &[]).await.unwrap() {
        let name: String = row.get(0);
        let run = name.split('_').nth(2).unwrap_or_default();
        if is_over(run) {
            let _ = client
                .batch_execute(&format!("DROP DATABASE IF EXISTS {name}"))
                .await;
        }
    }
}

/// Whether a process id is nobody's any more.
fn is_over(pid: &str) -> bool {
    let pid = pid.parse().map(nix::unistd::Pid::from_raw);
    pid.is_ok_and(|pid| nix::sys::signal::kill(pid, None) == Err(nix::errno::Errno::ESRCH))
}

async fn execute(url: &str, sql: &str) {
    connect(url).await.batch_execute(sql).await.unwrap();
}

async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

impl Database {
    /// A connection of a test's own, for what no front door shows.
    pub async fn connect(&self) -> tokio_postgres::Client {
        let (client, connection) = self.url.postgres().connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    /// Takes it away from under the application: ends its connections and lets it make no new ones.
    pub async fn take_away(&self) {
        let connection = self.connect().await;
        let sql = "SELECT current_database()";
        let name: String = connection.query_one(sql, &[]).await.unwrap().get(0);
        drop(connection);
        let elsewhere = self.url.with_database("postgres");
        let (admin, driver) = elsewhere
            .postgres()
            .connect(tokio_postgres::NoTls)
            .await
            .unwrap();
        tokio::spawn(driver);
        let rename = format!("ALTER DATABASE {name} RENAME TO {name}_away");
        let terminate = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        );
        while admin.batch_execute(&rename).await.is_err() {
            admin.batch_execute(&terminate).await.unwrap();
        }
    }
}
