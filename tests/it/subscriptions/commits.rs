//! Changes are committed side by side, and told of in one order.

use serde_json::json;
use tokio_postgres::Client;

use crate::authoring::writing::Desk;
use crate::support::EventStream;

const CHANGES: &str = "subscription { changes { changes { node { ... on Tag { name } } } } }";

/// A site, and someone who follows it from now on.
async fn followed() -> (Desk, EventStream) {
    let desk = Desk::new().await;
    desk.app.follow();
    let mut stream = desk.editor.subscribe(CHANGES, json!({})).await;
    stream.data().await;
    (desk, stream)
}

/// The names of the next tags that are told of; at least so many.
async fn told(stream: &mut EventStream, count: usize) -> Vec<String> {
    let mut names = Vec::new();
    while names.len() < count {
        let part = stream.data().await["changes"].take();
        let changes = part["changes"].as_array().unwrap();
        let name = changes.iter().filter_map(|it| it["node"]["name"].as_str());
        names.extend(name.map(str::to_owned));
    }
    names
}

/// Makes a tag.
async fn add_tag(database: &Client, name: &str) {
    let insert = format!(
        "INSERT INTO tags (id, slug, name, created_at, updated_at)
         VALUES (gen_random_uuid(), lower('{name}'), '{name}', now(), now())"
    );
    database.batch_execute(&insert).await.unwrap();
}

/// A transaction that has made a tag and gone as far as it goes before it is on the disk.
async fn about_to_commit(desk: &Desk, name: &str) -> Client {
    let client = desk.app.database.connect().await;
    client.batch_execute("BEGIN").await.unwrap();
    add_tag(&client, name).await;
    let log = "SET CONSTRAINTS ALL IMMEDIATE";
    client.batch_execute(log).await.unwrap();
    client
}

#[tokio::test]
async fn who_has_taken_a_number_keeps_nobody_from_committing_and_is_waited_for() {
    let (desk, mut stream) = followed().await;
    let slow = about_to_commit(&desk, "Slow").await;
    let quick = desk.app.database.connect().await;
    add_tag(&quick, "Quick").await;
    // The one who follows waits by now, or will: for the lower number, which nobody can see yet.
    let waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
    while quick.query_one(waits, &[]).await.unwrap().get::<_, i64>(0) == 0 {}
    slow.batch_execute("COMMIT").await.unwrap();
    assert_eq!(told(&mut stream, 2).await, ["Slow", "Quick"]);
}

#[tokio::test]
async fn who_takes_a_number_back_is_waited_for_no_longer() {
    let (desk, mut stream) = followed().await;
    let slow = about_to_commit(&desk, "Slow").await;
    let quick = desk.app.database.connect().await;
    add_tag(&quick, "Quick").await;
    slow.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(told(&mut stream, 1).await, ["Quick"]);
}

#[tokio::test]
async fn who_holds_a_name_is_not_waited_for() {
    let (desk, mut stream) = followed().await;
    // As a new post holds that of its title: a hash, of either sign.
    let holder = desk.app.database.connect().await;
    let hold = "BEGIN; SELECT pg_advisory_xact_lock(6814, -7), pg_advisory_xact_lock(6814, 7)";
    holder.batch_execute(hold).await.unwrap();
    let quick = desk.app.database.connect().await;
    add_tag(&quick, "Quick").await;
    assert_eq!(told(&mut stream, 1).await, ["Quick"]);
}
