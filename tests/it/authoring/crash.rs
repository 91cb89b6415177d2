//! The real program, ended in the middle, and several of it at once.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::writing::{Desk, number, row_counts, rows, run, text, until, until_waiting};
use crate::support::{Program, TestApp, post, program};

/// A server on the application's database.
fn server(app: &TestApp) -> Program {
    program(&["serve"]).env("DATABASE_URL", &app.database.url_text)
}

/// What anybody else does in the database at the moment.
const AT_WORK: &str = "SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'";

/// How many rows each table has that a server does not clean by itself.
async fn content(app: &TestApp) -> BTreeMap<String, i64> {
    let mut counts = row_counts(&app.database).await;
    counts.retain(|table, _| !["sessions", "refresh_tokens"].contains(&table.as_str()));
    counts
}

/// The secret of a key of the editor's. It has no end; the program's clock is another one than the test's.
async fn key(desk: &Desk) -> String {
    let query = "mutation { createApiKey(input: { name: \"k\",
        scopes: [CONTENT_READ_DRAFTS, CONTENT_WRITE] }) { secret } }";
    let data = desk.editor.query(query).await;
    text(&data["createApiKey"]["secret"])
}

/// Two posts of one request, the second of which has a new tag.
fn two_posts(desk: &Desk) -> String {
    let make = |fields: &str| {
        format!(
            "createPost(input: {{ title: \"T\", content: \"C\", publish: true,
            authors: [{:?}]{fields} }}) {{ post {{ slug }} }}",
            desk.ana_id
        )
    };
    let (first, second) = (make(""), make(", tags: [{ name: \"Blocked\" }]"));
    format!("mutation {{ first: {first} second: {second} }}")
}

/// Sends a request with a key, and an `Idempotency-Key`.
async fn send(port: u16, key: &str, query: &str) -> TcpStream {
    let body = json!({ "query": query }).to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
        Authorization: Bearer {key}\r\nIdempotency-Key: \"once\"\r\nConnection: close\r\n\
        Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut socket = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    socket
}

#[tokio::test]
async fn a_server_that_is_killed_in_the_middle_of_a_request_leaves_nothing_of_it() {
    let desk = Desk::new().await;
    let app = &desk.app;
    let key = key(&desk).await;
    let before = content(app).await;
    let blocker = app.database.connect().await;
    let lock = "BEGIN; LOCK TABLE tags IN ACCESS EXCLUSIVE MODE";
    blocker.batch_execute(lock).await.unwrap();
    let running = server(app).start();
    let _socket = send(running.port, &key, &two_posts(&desk)).await;
    until_waiting(&app.database, 1).await;
    // It is the second that waits: the first is through.
    let waiting = "SELECT query FROM pg_stat_activity WHERE wait_event_type = 'Lock'
        AND datname = current_database()";
    let waiting = rows(&app.database, waiting).await;
    assert!(waiting[0].contains("tags"), "{waiting:?}");
    running.kill();
    blocker.batch_execute("COMMIT").await.unwrap();
    until(&app.database, AT_WORK, 0).await;
    assert_eq!(content(app).await, before);
    assert_eq!(number(&app.database, "SELECT count(*) FROM posts").await, 0);
    // The names are free: no lock of it is left. The server's clock has ended the session.
    desk.later().await.post("T").await;
}

/// From the first of its rows to the last, which is written while it is committed. Whoever repeats the request
/// then has done it once.
#[tokio::test]
async fn wherever_a_server_is_killed_all_of_a_request_is_there_or_nothing() {
    let mut stored = BTreeSet::new();
    for table in [
        "idempotency_keys",
        "post_revisions",
        "post_tags",
        "audit_events",
        "content_changes",
    ] {
        let desk = Desk::new().await;
        let app = &desk.app;
        let (key, query) = (key(&desk).await, two_posts(&desk));
        let before = content(app).await;
        let running = server(app).start();
        let blocker = app.database.connect().await;
        let lock = format!("BEGIN; LOCK TABLE {table} IN SHARE MODE");
        blocker.batch_execute(&lock).await.unwrap();
        let _socket = send(running.port, &key, &query).await;
        until_waiting(&app.database, 1).await;
        running.kill();
        blocker.batch_execute("COMMIT").await.unwrap();
        until(&app.database, AT_WORK, 0).await;
        let posts = number(&app.database, "SELECT count(*) FROM posts").await;
        if posts == 0 {
            assert_eq!(content(app).await, before, "{table}");
        } else {
            assert_eq!(posts, 2, "{table}");
        }
        stored.insert(posts);
        let running = server(app).start();
        let mut answer = String::new();
        let mut socket = send(running.port, &key, &query).await;
        socket.read_to_string(&mut answer).await.unwrap();
        assert!(answer.contains("\"slug\":\"t-2\""), "{table}: {answer}");
        let posts = number(&app.database, "SELECT count(*) FROM posts").await;
        assert_eq!(posts, 2, "{table}");
        assert!(running.terminate().success());
    }
    // What waits while it is committed is stored, though nobody is left to hear of it.
    assert_eq!(stored, BTreeSet::from([0, 2]));
}

/// A half was due before they start, a half becomes it while they run.
#[tokio::test]
async fn three_servers_publish_what_is_due_exactly_once() {
    const POSTS: i64 = 1000;
    let app = TestApp::new().await;
    app.import((0..POSTS).map(|it| post(&format!("p{it}")).draft()))
        .await;
    run(
        &app.database,
        "UPDATE posts SET status = 'scheduled', published_at = clock_timestamp()
            + CASE WHEN right(slug, 1) < '5' THEN interval '-1 hour' ELSE interval '5 s' END",
    )
    .await;
    let running = [
        server(&app).start(),
        server(&app).start(),
        server(&app).start(),
    ];
    let published = "SELECT count(*) FROM posts WHERE status = 'published'";
    until(&app.database, published, POSTS).await;
    until(&app.database, AT_WORK, 0).await;
    let events = "SELECT count(*) FROM audit_events WHERE action = 'post.published'";
    assert_eq!(number(&app.database, events).await, POSTS);
    let subjects = "SELECT count(DISTINCT subject_id) FROM audit_events
        WHERE action = 'post.published'";
    assert_eq!(number(&app.database, subjects).await, POSTS);
    let early = "SELECT count(*) FROM posts JOIN audit_events ON subject_id = posts.id
        WHERE action = 'post.published' AND occurred_at < published_at";
    assert_eq!(number(&app.database, early).await, 0);
    for running in running {
        assert!(running.terminate().success());
    }
    assert_eq!(number(&app.database, events).await, POSTS);
}
