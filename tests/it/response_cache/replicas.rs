//! Several processes on one database, each with what it keeps.

use serde_json::{Value, json};

use super::watched::{ask, is_hit};
use crate::authoring::writing::Desk;
use crate::support::{Client, TestApp};

const QUERY: &str = "{ posts(first: 1) { nodes { title } } }";

async fn title(visitor: &Client) -> Value {
    ask(visitor, QUERY).await.json()["data"]["posts"]["nodes"][0]["title"].take()
}

/// Waits until an answer is kept.
async fn until_kept(visitor: &Client) {
    while !is_hit(&ask(visitor, QUERY).await) {
        tokio::task::yield_now().await;
    }
}

/// As processes that serve.
async fn replicas(desk: &Desk) -> Vec<TestApp> {
    let replicas: Vec<_> = (0..2).map(|_| desk.app.replica()).collect();
    for app in replicas.iter().chain([&desk.app]) {
        app.hear_alone();
        app.follow();
    }
    for replica in &replicas {
        until_kept(&replica.anonymous()).await;
    }
    replicas
}

#[tokio::test]
async fn a_commit_is_noticed_at_every_process_and_at_once_at_its_own() {
    let desk = Desk::new().await;
    desk.published("Before").await;
    let replicas = replicas(&desk).await;
    let here = desk.app.anonymous();
    for round in 0..30 {
        until_kept(&here).await;
        let new = format!("Round {round}");
        desk.published(&new).await;
        assert_eq!(title(&here).await, new);
        for replica in &replicas {
            let there = replica.anonymous();
            while title(&there).await != new {
                tokio::task::yield_now().await;
            }
            until_kept(&there).await;
            assert_eq!(title(&there).await, new);
        }
    }
}

#[tokio::test]
async fn a_process_that_cannot_hear_gives_nothing_that_it_kept() {
    let desk = Desk::new().await;
    desk.published("Before").await;
    let replicas = replicas(&desk).await;
    let database = desk.app.database.connect().await;
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    for round in 0..3 {
        database.query_one(cut, &[]).await.unwrap();
        let new = format!("Round {round}");
        desk.published(&new).await;
        for app in replicas.iter().chain([&desk.app]) {
            let visitor = app.anonymous();
            while title(&visitor).await != new {
                tokio::task::yield_now().await;
            }
            until_kept(&visitor).await;
        }
    }
}

#[tokio::test]
async fn without_a_look_at_what_was_committed_nothing_is_given_for_long() {
    let desk = Desk::new().await;
    desk.published("Before").await;
    let visitor = desk.app.anonymous();
    title(&visitor).await;
    desk.app.hear_alone();
    // Another one's commit, of which nobody tells this process.
    let database = desk.app.database.connect().await;
    let sql = "UPDATE posts SET title = 'After'";
    database.batch_execute(sql).await.unwrap();
    while title(&visitor).await != "After" {
        tokio::task::yield_now().await;
    }
    let answer = ask(&visitor, QUERY).await;
    assert_eq!(answer.header("cache-status"), "Imprenta; fwd=bypass");
}

#[tokio::test]
async fn a_database_from_before_is_another_database() {
    let desk = Desk::new().await;
    desk.published("Before").await;
    let visitor = desk.app.anonymous();
    assert_eq!(title(&visitor).await, "Before");
    assert!(is_hit(&ask(&visitor, QUERY).await));
    // As a copy that was restored: other content, and fewer changes.
    let database = desk.app.database.connect().await;
    let restore = "SET session_replication_role = replica;
        UPDATE posts SET title = 'Restored';
        SELECT setval('content_changes_number_seq', 1)";
    database.batch_execute(restore).await.unwrap();
    assert_eq!(title(&visitor).await, json!("Restored"));
}
