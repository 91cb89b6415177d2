//! A request with an `Idempotency-Key` has one effect, however often and wherever it is sent.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::writing::{Desk, number, operation, row_counts, rows, run, until_waiting, until_within};
use crate::support::{Answer, Client, PASSWORD};

/// Sends a mutation with values of the header.
async fn send(client: &Client, keys: &[&[u8]], mutation: &str, input: &Value) -> Answer {
    let body = json!({ "query": operation(mutation), "variables": { "input": input } });
    send_body(client, keys, &body.to_string()).await
}

async fn send_body(client: &Client, keys: &[&[u8]], body: &str) -> Answer {
    let mut request = Request::post("/graphql")
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "application/graphql-response+json");
    for key in keys {
        request = request.header("Idempotency-Key", *key);
    }
    client
        .send(request.body(Body::from(body.to_owned())).unwrap())
        .await
}

async fn posts(desk: &Desk) -> i64 {
    number(&desk.app.database, "SELECT count(*) FROM posts").await
}

fn assert_same(one: &Answer, two: &Answer) {
    assert_eq!((one.status, one.text()), (two.status, two.text()));
    for name in ["content-type", "vary", "cache-control"] {
        assert_eq!(one.header(name), two.header(name), "{name}");
    }
}

#[tokio::test]
async fn the_same_request_again_has_the_same_answer_on_every_replica() {
    let desk = Desk::new().await;
    let input = desk.draft(json!({}));
    let first = send(&desk.editor, &[b"k1"], "createPost", &input).await;
    assert_eq!(first.json()["data"]["it"]["userErrors"], json!([]));
    let again = send(&desk.editor, &[b"\"k1\""], "createPost", &input).await;
    assert_same(&first, &again);
    let replica = desk.app.replica();
    let there = send(&desk.editor.at(&replica), &[b"k1"], "createPost", &input).await;
    assert_same(&first, &there);
    assert_eq!(posts(&desk).await, 1);
}

#[tokio::test]
async fn a_repetition_waits_for_the_first_wherever_that_runs() {
    let desk = Desk::new().await;
    let post = desk.post("One").await;
    let input = json!({ "id": post["id"], "expectedVersion": 1, "title": "Two" });
    let holder = desk.app.database.connect().await;
    let lock = "BEGIN; SELECT 1 FROM posts FOR UPDATE";
    holder.batch_execute(lock).await.unwrap();
    let replica = desk.app.replica();
    let there = desk.editor.at(&replica);
    let first = send(&desk.editor, &[b"k"], "updatePost", &input);
    let second = async {
        until_waiting(&desk.app.database, 1).await;
        let second = send(&there, &[b"k"], "updatePost", &input);
        let release = async {
            until_waiting(&desk.app.database, 2).await;
            holder.batch_execute("COMMIT").await.unwrap();
        };
        tokio::join!(second, release).0
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!(first.json()["data"]["it"]["value"]["title"], "Two");
    assert_same(&first, &second);
    assert_eq!(desk.read(&post).await["version"], 2);
}

/// A request that has changed a post and waits for another one, and goes away then.
async fn go_away(desk: &Desk, key: &'static [u8], input: &Value) {
    let holder = desk.app.database.connect().await;
    let lock = "BEGIN; SELECT 1 FROM posts FOR UPDATE";
    holder.batch_execute(lock).await.unwrap();
    let (client, input) = (desk.editor.clone(), input.clone());
    let first = tokio::spawn(async move { send(&client, &[key], "updatePost", &input).await });
    until_waiting(&desk.app.database, 1).await;
    first.abort();
    assert!(first.await.is_err());
    holder.batch_execute("COMMIT").await.unwrap();
}

#[tokio::test]
async fn if_the_first_goes_away_the_second_is_the_first() {
    let desk = Desk::new().await;
    let post = desk.post("One").await;
    let input = json!({ "id": post["id"], "expectedVersion": 1, "title": "Two" });
    go_away(&desk, b"k", &input).await;
    let second = send(&desk.editor, &[b"k"], "updatePost", &input).await;
    assert_eq!(second.json()["data"]["it"]["value"]["version"], 2);
    assert_eq!(desk.read(&post).await["version"], 2);
}

/// What a transaction that nobody goes on with holds, nobody else gets.
async fn assert_nothing_is_held(desk: &Desk) {
    let held = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND state LIKE 'idle in transaction%'";
    until_within(&desk.app.database, held, 0, Duration::from_secs(5)).await;
    let rows = "BEGIN; SELECT 1 FROM posts FOR UPDATE; SELECT 1 FROM idempotency_keys FOR UPDATE;
        COMMIT";
    run(&desk.app.database, rows).await;
}

#[tokio::test]
async fn a_repetition_holds_nothing_when_it_is_answered() {
    let desk = Desk::new().await;
    let input = desk.draft(json!({}));
    let first = send(&desk.editor, &[b"k"], "createPost", &input).await;
    let again = send(&desk.editor, &[b"k"], "createPost", &input).await;
    assert_same(&first, &again);
    assert_nothing_is_held(&desk).await;
}

#[tokio::test]
async fn a_request_whose_key_is_taken_holds_nothing_when_it_is_answered() {
    let desk = Desk::new().await;
    let first = send(&desk.editor, &[b"k"], "createPost", &desk.draft(json!({}))).await;
    assert_eq!(first.status, 200);
    let other = desk.draft(json!({}));
    let refused = send(&desk.editor, &[b"k"], "createPost", &other).await;
    assert_eq!(refused.status, 422);
    assert_nothing_is_held(&desk).await;
}

#[tokio::test]
async fn a_request_whose_client_goes_away_holds_nothing() {
    let desk = Desk::new().await;
    let post = desk.post("One").await;
    let input = json!({ "id": post["id"], "expectedVersion": 1, "title": "Two" });
    go_away(&desk, b"k", &input).await;
    assert_nothing_is_held(&desk).await;
    let replica = desk.app.replica();
    let there = send(&desk.editor.at(&replica), &[b"k"], "updatePost", &input).await;
    assert_eq!(there.json()["data"]["it"]["value"]["version"], 2);
}

#[tokio::test]
async fn another_request_with_the_same_key_is_refused() {
    let desk = Desk::new().await;
    let input = desk.draft(json!({ "title": "One" }));
    let first = send(&desk.editor, &[b"k"], "createPost", &input).await;
    assert_eq!(first.status, 200);
    let other = desk.draft(json!({ "title": "Two" }));
    let refused = send(&desk.editor, &[b"k"], "createPost", &other).await;
    assert_eq!(refused.status, 422);
    assert_eq!(posts(&desk).await, 1);
    let again = send(&desk.editor, &[b"k"], "createPost", &input).await;
    assert_same(&first, &again);
}

#[tokio::test]
async fn an_answer_is_kept_for_a_day() {
    let desk = Desk::new().await;
    let key = desk
        .app
        .api_key(&desk.editor, &["CONTENT_READ_DRAFTS", "CONTENT_WRITE"]);
    let (key, input) = (key.await, desk.draft(json!({})));
    let first = send(&key, &[b"k"], "createPost", &input).await;
    desk.app.advance(TimeDelta::hours(24));
    let accounts = &desk.app.app.accounts;
    let system = imprenta::accounts::Viewer::system();
    accounts.forget_expired(&system).await.unwrap();
    let again = send(&key, &[b"k"], "createPost", &input).await;
    assert_same(&first, &again);
    desk.app.advance(TimeDelta::seconds(1));
    let later = send(&key, &[b"k"], "createPost", &input).await;
    assert_ne!(later.text(), first.text());
    assert_eq!(posts(&desk).await, 2);
    desk.app.advance(TimeDelta::hours(25));
    accounts.forget_expired(&system).await.unwrap();
    let kept = "SELECT count(*) FROM idempotency_keys";
    assert_eq!(number(&desk.app.database, kept).await, 0);
}

#[tokio::test]
async fn everyone_has_keys_of_their_own() {
    let desk = Desk::new().await;
    let input = desk.draft(json!({ "title": "One" }));
    let key = desk
        .app
        .api_key(&desk.editor, &["CONTENT_READ_DRAFTS", "CONTENT_WRITE"]);
    let key = key.await;
    for (client, slug) in [(&desk.editor, "one"), (&desk.ana, "one-2"), (&key, "one-3")] {
        let made = send(client, &[b"k"], "createPost", &input).await.json();
        assert_eq!(made["data"]["it"]["value"]["slug"], slug);
    }
}

#[tokio::test]
async fn an_answer_that_says_why_not_is_repeated_too() {
    let desk = Desk::new().await;
    let taken = desk.post("One").await;
    let input = desk.draft(json!({ "slug": "one" }));
    let first = send(&desk.editor, &[b"k"], "createPost", &input).await;
    let code = &first.json()["data"]["it"]["userErrors"][0]["code"];
    assert_eq!(code, "INVALID_INPUT");
    desk.transition("trashPost", &taken).await;
    let again = send(&desk.editor, &[b"k"], "createPost", &input).await;
    assert_same(&first, &again);
    assert_eq!(posts(&desk).await, 1);
}

#[tokio::test]
async fn a_request_that_was_never_begun_takes_no_key() {
    let desk = Desk::new().await;
    let unreadable = send_body(&desk.editor, &[b"k"], r#"{"query":"mutation { nothing }"}"#).await;
    assert_eq!(unreadable.status, 400);
    let input = desk.draft(json!({}));
    let made = send(&desk.editor, &[b"k"], "createPost", &input).await;
    assert_eq!(made.status, 200);
    assert_eq!(posts(&desk).await, 1);
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let desk = Desk::new().await;
    let before = row_counts(&desk.app.database).await;
    let input = desk.draft(json!({}));
    let long = [b'k'; 256];
    for keys in [
        &[&b""[..]][..],
        &[b"\"\""],
        &[b" "],
        &[b"two words"],
        &[b"\xc3\xa9"],
        &[&long],
        &[b"one", b"two"],
        &[b"k", b"k"],
    ] {
        let answer = send(&desk.editor, keys, "createPost", &input).await;
        assert_eq!(answer.status, 400, "{keys:?}");
    }
    assert_eq!(row_counts(&desk.app.database).await, before);
    let answer = send(&desk.editor, &[&long[..255]], "createPost", &input).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_login_is_repeated_and_its_tokens_are_stored_nowhere_to_be_read() {
    let desk = Desk::new().await;
    desk.app
        .user("cleo", imprenta::accounts::model::Role::Author)
        .await;
    let body = json!({
        "query": "mutation($input: LogInInput!) { logIn(input: $input) {
            session { accessToken refreshToken } userErrors { code } } }",
        "variables": { "input": { "email": "cleo@example.org", "password": PASSWORD } },
    })
    .to_string();
    let visitor = desk.app.anonymous();
    let first = send_body(&visitor, &[b"k"], &body).await;
    let again = send_body(&visitor, &[b"k"], &body).await;
    assert_same(&first, &again);
    let json = first.json();
    let session = &json["data"]["logIn"]["session"];
    let kept = rows(&desk.app.database, "SELECT * FROM idempotency_keys").await;
    let sql = "SELECT encode(answer, 'escape'), encode(request_hash, 'escape')
        FROM idempotency_keys";
    let bytes = rows(&desk.app.database, sql).await;
    for name in ["accessToken", "refreshToken"] {
        let token = session[name].as_str().unwrap();
        for text in kept.iter().chain(&bytes) {
            assert!(!text.contains(token) && !text.contains(name), "{name}");
            assert!(!text.contains("cleo"));
        }
    }
    let opened = "SELECT count(*) FROM audit_events WHERE action = 'session.opened'";
    assert_eq!(number(&desk.app.database, opened).await, 1);
    // Put into another row, it does not open.
    run(
        &desk.app.database,
        "UPDATE idempotency_keys SET key = 'other'",
    )
    .await;
    let other = send_body(&visitor, &[b"other"], &body).await;
    assert!(other.status.is_server_error(), "{}", other.status);
}
