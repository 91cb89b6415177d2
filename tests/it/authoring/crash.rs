//! The real program, ended in the middle, and several of it at once.

use std::collections::BTreeMap;

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::writing::{Desk, number, row_counts, rows, run, until, until_waiting};
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

#[tokio::test]
async fn a_server_that_is_killed_in_the_middle_of_a_request_leaves_nothing_of_it() {
    let desk = Desk::new().await;
    let app = &desk.app;
    // Keys have no end; the program's clock is another one than the test's.
    let data = desk
        .editor
        .query(
            "mutation { createApiKey(input: { name: \"k\",
                scopes: [CONTENT_READ_DRAFTS, CONTENT_WRITE] }) { secret } }",
        )
        .await;
    let key = data["createApiKey"]["secret"].as_str().unwrap().to_owned();
    let before = content(app).await;
    let blocker = app.database.connect().await;
    let lock = "BEGIN; LOCK TABLE tags IN ACCESS EXCLUSIVE MODE";
    blocker.batch_execute(lock).await.unwrap();
    let running = server(app).start();
    let make = |fields: &str| {
        format!(
            "createPost(input: {{ title: \"T\", content: \"C\", publish: true,
            authors: [{:?}]{fields} }}) {{ post {{ id }} }}",
            desk.ana_id
        )
    };
    let (first, second) = (make(""), make(", tags: [{ name: \"Blocked\" }]"));
    let query = format!("mutation {{ first: {first} second: {second} }}");
    let body = json!({ "query": query }).to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
        Authorization: Bearer {key}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut socket = TcpStream::connect(("127.0.0.1", running.port))
        .await
        .unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
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

#[tokio::test]
async fn three_servers_publish_what_is_due_exactly_once() {
    let app = TestApp::new().await;
    app.import((0..300).map(|it| post(&format!("p{it}")).draft()))
        .await;
    run(
        &app.database,
        "UPDATE posts SET status = 'scheduled', published_at = now() - interval '1 hour'",
    )
    .await;
    let running = [
        server(&app).start(),
        server(&app).start(),
        server(&app).start(),
    ];
    let published = "SELECT count(*) FROM posts WHERE status = 'published'";
    until(&app.database, published, 300).await;
    until(&app.database, AT_WORK, 0).await;
    let events = "SELECT count(*) FROM audit_events WHERE action = 'post.published'";
    assert_eq!(number(&app.database, events).await, 300);
    let subjects = "SELECT count(DISTINCT subject_id) FROM audit_events
        WHERE action = 'post.published'";
    assert_eq!(number(&app.database, subjects).await, 300);
    for running in running {
        assert!(running.terminate().success());
    }
    assert_eq!(number(&app.database, events).await, 300);
}
