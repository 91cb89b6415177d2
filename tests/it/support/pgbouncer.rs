use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use imprenta::config::{DatabaseUrl, Pooler};
use nix::unistd::User;
use tempfile::TempDir;
use tokio_postgres::config::Host;

use super::Database;

/// How many connections to PostgreSQL it has for all its clients: fewer than an application has to it.
const SERVER_CONNECTIONS: usize = 2;

/// A PgBouncer before the database of a test, which gives out connections by the transaction. Ends when
/// dropped, and with this process.
pub struct PgBouncer {
    direct: Database,
    port: u16,
    process: Child,
    _folder: TempDir,
}

impl PgBouncer {
    /// Starts one and waits until it takes connections.
    pub fn start(database: &Database) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let config = folder.path().join("pgbouncer.ini");
        std::fs::write(&config, configuration(database, port)).unwrap();
        // As its input ends however this process does.
        let script = r#""$0" "$1" & read -r _; kill "$!"; wait"#;
        let mut command = Command::new("sh");
        command
            .args(["-c", script, "pgbouncer"])
            .arg(&config)
            .env("PATH", path_with_system_programs())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .process_group(0);
        // It refuses to be root.
        if nix::unistd::Uid::effective().is_root() {
            let names = ["postgres", "nobody"].into_iter();
            let mut users = names.filter_map(|name| User::from_name(name).ok().flatten());
            let user = users.next().expect("there is an unprivileged user");
            let (uid, gid) = (user.uid.as_raw(), user.gid.as_raw());
            for path in [folder.path(), &config] {
                chown(path, Some(uid), Some(gid)).unwrap();
            }
            command.uid(uid).gid(gid);
        }
        let mut process = command.spawn().unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut said = String::new();
        while !said.contains("process up") {
            let line = lines.next().and_then(Result::ok);
            said.push_str(&line.unwrap_or_else(|| panic!("PgBouncer does not start: {said}")));
        }
        // It would stop once the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            direct: database.clone(),
            port,
            process,
            _folder: folder,
        }
    }

    /// The test's database, as it is reached through this.
    pub fn url(&self) -> DatabaseUrl {
        let name = self.direct.url.postgres().get_dbname().unwrap();
        let url = format!("postgresql://application@127.0.0.1:{}/{name}", self.port);
        url.parse().unwrap()
    }

    /// What a program is told that uses it.
    pub fn setting(&self) -> Pooler {
        let direct = Box::new(self.direct.url.clone());
        Pooler::Transaction { direct }
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

fn configuration(database: &Database, port: u16) -> String {
    let server = database.url.postgres();
    let host = match &server.get_hosts()[0] {
        Host::Tcp(name) => name.clone(),
        Host::Unix(folder) => folder.display().to_string(),
    };
    let server_port = server.get_ports().first().unwrap_or(&5432);
    let user = server.get_user().unwrap();
    let password = String::from_utf8_lossy(server.get_password().unwrap_or_default());
    format!(
        "[databases]\n\
         * = host='{host}' port={server_port} user='{user}' password='{password}'\n\
         [pgbouncer]\n\
         listen_addr = 127.0.0.1\n\
         listen_port = {port}\n\
         unix_socket_dir =\n\
         auth_type = any\n\
         pool_mode = transaction\n\
         default_pool_size = {SERVER_CONNECTIONS}\n"
    )
}

/// Where Debian puts it is not on everybody's path.
fn path_with_system_programs() -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    format!("{path}:/usr/sbin")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
