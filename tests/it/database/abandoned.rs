//! Requests whose client goes away while PostgreSQL is at their statements.

use std::collections::HashSet;

use futures_util::poll;

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

    let mut abandoned =
        Box::pin(client.graphql("{ posts { totalCount } }", serde_json::Value::Null));
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
