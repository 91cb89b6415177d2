//! How much 50 people who log in at once delay everyone else.
//!
//! `cargo bench --bench log_in_storm` starts the program with a database of its own, asks for a page
//! of posts 200 times a second, first alone and then while 50 clients log in again and again, and
//! prints how long the answers took. Both halves are measured in turns, so that what else the
//! machine does falls on both.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement on a terminal, which ends at the first fault"
)]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

/// Clients that log in at the same time.
const STORM: usize = 50;
/// Between one page and the next.
const PACE: Duration = Duration::from_millis(5);
/// How long each half of a round takes.
const HALF: Duration = Duration::from_secs(5);
const ROUNDS: usize = 3;

const PASSWORD: &str = "fifty sailors in a storm";
const PAGE: &str =
    "{ posts(first: 20) { totalCount nodes { title author { name } tags { name } } } }";
const LOG_IN: &str = "mutation($email: String!, $password: String!) {
    logIn(input: { email: $email, password: $password }) { session { expiresIn } }
}";

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    for number in 0..STORM {
        server.make_user(number);
    }
    let (mut idle, mut storm) = (Vec::new(), Vec::new());
    let log_ins = Arc::new(AtomicU64::new(0));
    for _ in 0..ROUNDS {
        idle.extend(pages(server.port).await);
        let stop = Arc::new(AtomicBool::new(false));
        let sailors: Vec<_> = (0..STORM)
            .map(|number| {
                let (stop, log_ins) = (Arc::clone(&stop), Arc::clone(&log_ins));
                tokio::spawn(log_in(server.port, number, stop, log_ins))
            })
            .collect();
        storm.extend(pages(server.port).await);
        stop.store(true, Ordering::Relaxed);
        for sailor in sailors {
            sailor.await.unwrap();
        }
    }
    let seconds = HALF.as_secs() * ROUNDS as u64;
    let rate = log_ins.load(Ordering::Relaxed) / seconds;
    println!("{STORM} clients at once, {rate} log-ins a second; a page of posts each {PACE:?}");
    let (idle, storm) = (Times::of(idle), Times::of(storm));
    println!("          p50        p99");
    println!("idle  {:>9.2?}  {:>9.2?}", idle.p50, idle.p99);
    println!("storm {:>9.2?}  {:>9.2?}", storm.p50, storm.p99);
    let ratio = |a: Duration, b: Duration| a.as_secs_f64() / b.as_secs_f64();
    let (p50, p99) = (ratio(storm.p50, idle.p50), ratio(storm.p99, idle.p99));
    println!("ratio {p50:>9.2}  {p99:>9.2}");
}

/// The program, which ends with this.
struct Server {
    child: Child,
    port: u16,
    folder: std::path::PathBuf,
}

impl Server {
    fn start(folder: &std::path::Path) -> Self {
        let mut child = program(folder)
            .env("LOG_FORMAT", "json")
            .env("LOG_LEVEL", "info")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let port = loop {
            let line = log.next().expect("it serves").unwrap();
            let line: Value = serde_json::from_str(&line).unwrap_or_default();
            if line["message"] == "serving" {
                let address = line["address"].as_str().unwrap();
                break address.rsplit(':').next().unwrap().parse().unwrap();
            }
        };
        std::thread::spawn(move || log.for_each(drop));
        let folder = folder.to_owned();
        Self {
            child,
            port,
            folder,
        }
    }

    fn make_user(&self, number: usize) {
        let mut child = program(&self.folder)
            .args(["user", "create", "--name", "Sailor", "--role", "reader"])
            .args(["--email", &email(number), "--password-stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        writeln!(input, "{PASSWORD}").unwrap();
        drop(input);
        assert!(child.wait().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let pid = nix::unistd::Pid::from_raw(self.child.id().cast_signed());
        let _ = nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM);
        let _ = self.child.wait();
    }
}

fn program(folder: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_imprenta"));
    command
        .current_dir(folder)
        .env("PORT", "0")
        .env_remove("DATABASE_URL");
    command
}

fn email(number: usize) -> String {
    format!("sailor{number}@example.org")
}

async fn connect(port: u16) -> SendRequest<Full<bytes::Bytes>> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

async fn ask(client: &mut SendRequest<Full<bytes::Bytes>>, query: &str, variables: Value) -> Value {
    let body = json!({ "query": query, "variables": variables }).to_string();
    let request = Request::post("/graphql")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .body(Full::from(body))
        .unwrap();
    client.ready().await.unwrap();
    let answer = client.send_request(request).await.unwrap();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    let answer: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(answer.get("errors"), None, "{answer}");
    answer
}

/// How long each page took, from the moment it was due: one that waits for the one before it counts
/// as waiting.
async fn pages(port: u16) -> Vec<Duration> {
    let mut client = connect(port).await;
    let mut times = Vec::new();
    let mut clock = tokio::time::interval(PACE);
    let start = Instant::now();
    while start.elapsed() < HALF {
        let due = clock.tick().await;
        ask(&mut client, PAGE, Value::Null).await;
        times.push(due.elapsed());
    }
    times
}

async fn log_in(port: u16, number: usize, stop: Arc<AtomicBool>, log_ins: Arc<AtomicU64>) {
    let mut client = connect(port).await;
    let variables = json!({ "email": email(number), "password": PASSWORD });
    while !stop.load(Ordering::Relaxed) {
        let answer = ask(&mut client, LOG_IN, variables.clone()).await;
        let session = &answer["data"]["logIn"]["session"];
        assert!(session.is_object(), "{answer}");
        log_ins.fetch_add(1, Ordering::Relaxed);
    }
}

struct Times {
    p50: Duration,
    p99: Duration,
}

impl Times {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
        Self {
            p50: at(50),
            p99: at(99),
        }
    }
}
