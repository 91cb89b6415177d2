//! Requests whose client goes away while PostgreSQL is at their statements.

use std::collections::HashSet;

use futures_util::poll;
use imprenta::accounts::model::Role;
use serde_json::Value;

use crate::support::{Database, TestApp, post};

/// The connections that the application has.
async fn backends(database: &Database) -> HashSet<i32> {
    let of_program = "SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'imprenta'";
    let rows = database.connect().await.query(of_program, &[]).await;
    rows.unwrap().iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn their_connections_are_used_again() {
    let app = TestApp::new().await;
    app.import([post("one").tag("Rust")]).await;
    app.hear_alone();
    let client = app.anonymous();
    // One statement, and several in a snapshot.
    for query in [
        "{ posts { nodes { title } } }",
        r#"{ tag(by: { slug: "rust" }) { posts { totalCount } } }"#,
    ] {
        client.query(query).await;
        let before = backends(&app.database).await;
        for _ in 0..20 {
            let mut abandoned = Box::pin(client.query(query));
            assert!(poll!(abandoned.as_mut()).is_pending());
            drop(abandoned);
            client.query(query).await;
        }
        // One that PostgreSQL leaves waiting for long is closed, as on a busy machine any may be.
        let after = backends(&app.database).await;
        assert!(!before.is_disjoint(&after), "{query}: all were closed");
    }
}

#[tokio::test]
async fn a_statement_that_takes_long_is_cancelled() {
    let app = TestApp::new().await;
    app.hear_alone();
    let client = app.anonymous();
    client.query("{ posts { totalCount } }").await;
    let blocker = app.database.connect().await;
    let lock = "BEGIN; LOCK TABLE posts IN ACCESS EXCLUSIVE MODE";
    blocker.batch_execute(lock).await.unwrap();
    let waiting =
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'posts'::regclass";
    let watcher = app.database.connect().await;
    let number_waiting = async || -> i64 { watcher.query_one(waiting, &[]).await.unwrap().get(0) };

    let mut abandoned = Box::pin(client.graphql("{ posts { totalCount } }", Value::Null));
    while number_waiting().await == 0 {
        assert!(poll!(abandoned.as_mut()).is_pending());
    }
    drop(abandoned);
    while number_waiting().await > 0 {
        tokio::task::yield_now().await;
    }
    blocker.batch_execute("COMMIT").await.unwrap();
    client.query("{ posts { totalCount } }").await;
}

#[tokio::test]
async fn changes_are_taken_back_and_their_connections_used_again() {
    let app = TestApp::new().await;
    let editor = app.person("editor", Role::Editor).await;
    app.hear_alone();
    let (blocker, watcher) = (app.database.connect().await, app.database.connect().await);
    let waiting = "SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'tags'::regclass";
    let state = "SELECT state FROM pg_stat_activity WHERE pid = $1";
    let create = r#"mutation { createTag(input: { name: "Canals" }) { userErrors { code } } }"#;
    let mut is_kept = false;
    // One that PostgreSQL leaves waiting for long is closed, as on a busy machine any may be.
    for _ in 0..20 {
        let lock = "BEGIN; LOCK TABLE tags IN EXCLUSIVE MODE";
        blocker.batch_execute(lock).await.unwrap();
        let mut abandoned = Box::pin(editor.graphql(create, Value::Null));
        let pid: i32 = loop {
            if let Some(row) = watcher.query_opt(waiting, &[]).await.unwrap() {
                break row.get(0);
            }
            assert!(poll!(abandoned.as_mut()).is_pending());
        };
        drop(abandoned);
        blocker.batch_execute("COMMIT").await.unwrap();
        is_kept |= loop {
            let row = watcher.query_opt(state, &[&pid]).await.unwrap();
            match row.map(|row| row.get::<_, String>(0)).as_deref() {
                None => break false,
                Some("idle") => break true,
                Some(_) => tokio::task::yield_now().await,
            }
        };
        let stored = "SELECT count(*) FROM tags";
        let stored: i64 = watcher.query_one(stored, &[]).await.unwrap().get(0);
        assert_eq!(stored, 0);
    }
    assert!(is_kept, "all were closed");
    let created = editor.query(create).await;
    assert_eq!(created["createTag"]["userErrors"], serde_json::json!([]));
}
