//! What is committed at one process is heard at the others.

use serde_json::json;

use crate::authoring::writing::Desk;
use crate::support::TestApp;

const PUBLISHED: &str = "subscription { postPublished { title } }";

#[tokio::test]
async fn a_change_is_heard_at_every_process_once() {
    let desk = Desk::new().await;
    let replicas: Vec<TestApp> = (0..2).map(|_| desk.app.replica()).collect();
    let mut streams = Vec::new();
    for replica in &replicas {
        replica.follow();
        streams.push(replica.anonymous().subscribe(PUBLISHED, json!({})).await);
    }
    for title in ["One", "Two", "Three"] {
        desk.published(title).await;
    }
    for stream in &mut streams {
        for title in ["One", "Two", "Three"] {
            assert_eq!(stream.data().await["postPublished"]["title"], title);
        }
    }
}

#[tokio::test]
async fn a_lost_connection_to_the_database_loses_no_change() {
    let desk = Desk::new().await;
    let replica = desk.app.replica();
    replica.follow();
    let mut stream = replica.anonymous().subscribe(PUBLISHED, json!({})).await;
    desk.published("Before").await;
    assert_eq!(stream.data().await["postPublished"]["title"], "Before");
    let database = desk.app.database.connect().await;
    // All that the listening process has, and with it the one that listens.
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    let cut = database.query_one(cut, &[]).await.unwrap();
    assert_eq!(cut.get::<_, i64>(0), 1);
    for title in ["One", "Two"] {
        desk.published(title).await;
    }
    for title in ["One", "Two"] {
        assert_eq!(stream.data().await["postPublished"]["title"], title);
    }
}

#[tokio::test]
async fn numbers_rise_in_the_order_of_commits() {
    let desk = Desk::new().await;
    let (first, second) = (
        desk.app.database.connect().await,
        desk.app.database.connect().await,
    );
    let rename = |name: &str| format!("UPDATE authors SET bio = '{name}'");
    first.batch_execute("BEGIN").await.unwrap();
    first
        .batch_execute(
            "INSERT INTO tags (id, slug, name, created_at, updated_at)
        VALUES (gen_random_uuid(), 'slow', 'Slow', now(), now())",
        )
        .await
        .unwrap();
    // Changed later, and committed before.
    second.batch_execute(&rename("quick")).await.unwrap();
    first.batch_execute("COMMIT").await.unwrap();
    let rows = second
        .query(
            "SELECT subject_type FROM content_changes ORDER BY number DESC LIMIT 2",
            &[],
        )
        .await
        .unwrap();
    let newest: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(newest, ["tag", "author"]);
}
