//! Three processes of the real program on one database, which write and read at random and are killed in
//! between: no answer is older than a commit that was acknowledged before it was asked for, at the
//! process that made the commit; at the others, none is for longer than they take to hear of it.
//!
//! `RESPONSE_CACHE_SECONDS` makes it longer than a few seconds; it then says what it has seen.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use imprenta::accounts::Role;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Running, TestApp, post, program};

const PROCESSES: usize = 3;
const POSTS: usize = 8;
const READERS: usize = 6;
/// A process that hears nothing gives nothing that is older.
const AT_MOST_BEHIND: Duration = Duration::from_millis(1500);

/// The numbers of a post's titles that were acknowledged: when, and by which process.
type Acknowledged = Vec<(u64, Instant, usize)>;

/// What all who take part know.
struct World {
    /// The servers, of which one may be away.
    servers: RefCell<Vec<Option<Rc<Running>>>>,
    key: String,
    acknowledged: RefCell<HashMap<usize, Acknowledged>>,
    until: Instant,
    seen: RefCell<Seen>,
}

/// What was seen of it.
#[derive(Debug, Default)]
struct Seen {
    writes: usize,
    reads: usize,
    hits: usize,
    kills: usize,
    /// Answers that were behind what another process had acknowledged, and by how much at most.
    behind: usize,
    longest: Duration,
}

fn duration() -> Duration {
    let seconds = std::env::var("RESPONSE_CACHE_SECONDS");
    Duration::from_secs(seconds.map_or(6, |it| it.parse().unwrap()))
}

/// Sends one request; `None` if the server is gone.
async fn send(port: u16, key: Option<&str>, body: &Value) -> Option<(String, Value)> {
    let body = body.to_string();
    let key = key.map(|key| format!("Authorization: Bearer {key}\r\n"));
    let request = format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
        {}Content-Length: {}\r\n\r\n{body}",
        key.unwrap_or_default(),
        body.len()
    );
    let mut socket = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    socket.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.to_owned(), serde_json::from_str(body).ok()?))
}

impl World {
    fn is_over(&self) -> bool {
        Instant::now() >= self.until
    }

    /// A server that is there, with its number.
    fn server(&self, random: &mut StdRng) -> Option<(usize, Rc<Running>)> {
        let index = random.random_range(0..PROCESSES);
        let server = self.servers.borrow()[index].clone()?;
        Some((index, server))
    }

    /// Gives posts new titles, each with the next number.
    async fn write(&self, seed: u64, posts: std::ops::Range<usize>, ids: &[String]) {
        let random = &mut StdRng::seed_from_u64(seed);
        let mut numbers = [0_u64; POSTS];
        while !self.is_over() {
            let Some((index, server)) = self.server(random) else {
                tokio::task::yield_now().await;
                continue;
            };
            let post = random.random_range(posts.clone());
            numbers[post] += 1;
            let number = numbers[post];
            // Published at once, with whatever was there before: every number is higher than all before it.
            let query = "mutation($id: ID!, $version: Int!, $title: String!) {
                updatePost(input: { id: $id, expectedVersion: $version, title: $title }) {
                    post { version } userErrors { message } }
                publishPost(input: { id: $id }) { post { title } userErrors { message } } }";
            let read = json!({ "query": "query($id: ID!) { node(id: $id) { ... on Post { version draft { number } } } }",
                "variables": { "id": ids[post] } });
            let Some((_, read)) = send(server.port, Some(&self.key), &read).await else {
                continue;
            };
            let node = &read["data"]["node"];
            let version = node["draft"]["number"]
                .as_i64()
                .or(node["version"].as_i64());
            let variables =
                json!({ "id": ids[post], "version": version, "title": format!("Number {number}") });
            let body = json!({ "query": query, "variables": variables });
            let Some((_, answer)) = send(server.port, Some(&self.key), &body).await else {
                continue;
            };
            if answer["data"]["publishPost"]["post"]["title"].is_string() {
                let now = Instant::now();
                let mut acknowledged = self.acknowledged.borrow_mut();
                acknowledged
                    .entry(post)
                    .or_default()
                    .push((number, now, index));
                self.seen.borrow_mut().writes += 1;
            }
        }
    }

    async fn ask(&self, seed: u64) {
        let random = &mut StdRng::seed_from_u64(seed);
        while !self.is_over() {
            let Some((index, server)) = self.server(random) else {
                tokio::task::yield_now().await;
                continue;
            };
            let post = random.random_range(0..POSTS);
            let query = if random.random_bool(0.5) {
                format!(r#"{{ post(by: {{ slug: "p{post}" }}) {{ slug title }} }}"#)
            } else {
                "{ posts(first: 20, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { slug title } } }"
                    .to_owned()
            };
            let asked = Instant::now();
            let body = json!({ "query": query });
            let Some((head, answer)) = send(server.port, None, &body).await else {
                continue;
            };
            let nodes = answer["data"]["posts"]["nodes"].as_array().cloned();
            let nodes = nodes.unwrap_or_else(|| vec![answer["data"]["post"].clone()]);
            for node in nodes {
                self.check(index, asked, &node, &head);
            }
            let mut counts = self.seen.borrow_mut();
            counts.reads += 1;
            counts.hits += usize::from(head.contains("cache-status: Imprenta; hit"));
        }
    }

    /// An answer is not older than what it has to be.
    fn check(&self, index: usize, asked: Instant, node: &Value, head: &str) {
        let (Some(slug), Some(title)) = (node["slug"].as_str(), node["title"].as_str()) else {
            return;
        };
        let post: usize = slug[1..].parse().unwrap();
        let shown: u64 = title
            .strip_prefix("Number ")
            .map_or(0, |it| it.parse().unwrap());
        let acknowledged = self.acknowledged.borrow();
        let newer = acknowledged.get(&post).into_iter().flatten();
        for (number, at, by) in newer.filter(|it| it.0 > shown && it.1 < asked) {
            let behind = asked - *at;
            assert!(
                *by != index && behind < AT_MOST_BEHIND,
                "{slug}: {shown} at process {index}, {behind:?} after {number} was acknowledged by {by}\n{head}"
            );
            let mut counts = self.seen.borrow_mut();
            counts.behind += 1;
            counts.longest = counts.longest.max(behind);
        }
    }

    /// Kills a server now and then, and starts another one in its place.
    async fn kill(&self, app: &TestApp) {
        let random = &mut StdRng::seed_from_u64(99);
        while !self.is_over() {
            let next = Instant::now() + Duration::from_millis(random.random_range(1000..3000));
            while Instant::now() < next.min(self.until) {
                tokio::task::yield_now().await;
            }
            let index = random.random_range(0..PROCESSES);
            let server = self.servers.borrow_mut()[index].take();
            // Whoever is at it finds it gone.
            if let Some(server) = server {
                server.kill_now();
            }
            let url = app.database.url_text.clone();
            let started = tokio::task::spawn_blocking(move || start(&url))
                .await
                .unwrap();
            // What it had acknowledged was acknowledged by somebody else than the new one.
            let mut acknowledged = self.acknowledged.borrow_mut();
            for (_, _, by) in acknowledged.values_mut().flatten() {
                if *by == index {
                    *by = usize::MAX;
                }
            }
            self.servers.borrow_mut()[index] = Some(Rc::new(started));
            self.seen.borrow_mut().kills += 1;
        }
    }
}

fn start(url: &str) -> Running {
    program(&["serve"])
        .env("DATABASE_URL", url)
        .env("GRAPHIQL", "off")
        .start()
}

#[tokio::test]
async fn no_process_answers_with_what_was_overtaken() {
    let app = TestApp::new().await;
    app.import((0..POSTS).map(|it| post(&format!("p{it}"))))
        .await;
    let editor = app.person("Eda", Role::Editor).await;
    // Keys have no end; the programs' clock is another one than the test's.
    let made = editor
        .query(
            "mutation { createApiKey(input: { name: \"k\",
                scopes: [CONTENT_READ_DRAFTS, CONTENT_WRITE] }) { secret } }",
        )
        .await;
    let key = made["createApiKey"]["secret"].as_str().unwrap().to_owned();
    let mut ids = Vec::new();
    for post in 0..POSTS {
        let query = format!(r#"{{ post(by: {{ slug: "p{post}" }}) {{ id }} }}"#);
        ids.push(
            editor.query(&query).await["post"]["id"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    let url = &app.database.url_text;
    let servers = (0..PROCESSES).map(|_| Some(Rc::new(start(url))));
    let world = World {
        servers: RefCell::new(servers.collect()),
        key,
        acknowledged: RefCell::default(),
        until: Instant::now() + duration(),
        seen: RefCell::default(),
    };
    let readers = (0..READERS).map(|it| world.ask(it as u64));
    let half = POSTS / 2;
    tokio::join!(
        world.write(50, 0..half, &ids),
        world.write(51, half..POSTS, &ids),
        futures_util::future::join_all(readers),
        world.kill(&app),
    );
    let seen = world.seen.borrow();
    if std::env::var_os("RESPONSE_CACHE_SECONDS").is_some() {
        #[expect(
            clippy::print_stderr,
            reason = "asked for: what there is to say of a long run"
        )]
        {
            eprintln!("{seen:?}");
        }
    }
    assert!(
        seen.writes > 5 && seen.hits > 20 && seen.kills > 0,
        "{seen:?}"
    );
}
