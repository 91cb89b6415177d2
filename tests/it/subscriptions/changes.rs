//! The subscription to everything, and going on where one stopped.

use serde_json::{Value, json};

use crate::authoring::writing::{Desk, done};
use crate::support::{Client, EventStream};

const CHANGES: &str = "subscription($since: String) { changes(since: $since) {
    cursor
    changes { kind id node { __typename id ... on Post { title } ... on Tag { name } ... on Author { name } } }
} }";

/// A stream, and the cursor that it begins with.
async fn follow(client: &Client, since: Value) -> (EventStream, Value) {
    let mut stream = client.subscribe(CHANGES, json!({ "since": since })).await;
    let mut first = stream.data().await["changes"].take();
    (stream, first["cursor"].take())
}

/// The next changes, each as its kind, its type and its title or name; at least so many.
async fn next(stream: &mut EventStream, count: usize) -> (Vec<String>, Value) {
    let (mut seen, mut cursor) = (Vec::new(), Value::Null);
    while seen.len() < count {
        let mut part = stream.data().await["changes"].take();
        cursor = part["cursor"].take();
        seen.extend(part["changes"].as_array().unwrap().iter().map(word));
    }
    (seen, cursor)
}

fn word(change: &Value) -> String {
    let node = &change["node"];
    let name = node["title"].as_str().or(node["name"].as_str());
    let kind = change["kind"].as_str().unwrap();
    match name {
        Some(name) => format!("{kind} {} {name}", node["__typename"].as_str().unwrap()),
        None => kind.to_owned(),
    }
}

async fn desk() -> Desk {
    let desk = Desk::new().await;
    desk.app.follow();
    desk
}

#[tokio::test]
async fn a_site_learns_what_to_build_anew() {
    let desk = desk().await;
    let (mut site, _) = follow(&desk.app.anonymous(), Value::Null).await;
    let post = desk
        .create(json!({ "title": "One", "publish": true, "tags": [{ "name": "Rust" }] }))
        .await;
    let (seen, _) = next(&mut site, 2).await;
    assert_eq!(seen, ["APPEARED Tag Rust", "APPEARED Post One"]);

    let rust = desk
        .app
        .anonymous()
        .query("{ tag(by: { slug: \"rust\" }) { id } }")
        .await;
    let input = json!({ "id": rust["tag"]["id"], "expectedVersion": 1, "name": "Ferris" });
    done(&desk.editor, "renameTag", input).await;
    assert_eq!(next(&mut site, 1).await.0, ["CHANGED Tag Ferris"]);

    desk.update(&post, json!({ "title": "Two" })).await;
    desk.transition("publishPost", &post).await;
    assert_eq!(next(&mut site, 1).await.0, ["CHANGED Post Two"]);

    desk.transition("trashPost", &post).await;
    assert_eq!(next(&mut site, 1).await.0, ["DISAPPEARED"]);
}

#[tokio::test]
async fn the_first_answer_has_what_was_missed() {
    let desk = desk().await;
    let visitor = desk.app.anonymous();
    let (stream, cursor) = follow(&visitor, Value::Null).await;
    drop(stream);
    for number in 0..250 {
        desk.published(&format!("Post {number}")).await;
    }
    let mut stream = visitor.subscribe(CHANGES, json!({ "since": cursor })).await;
    let (seen, cursor) = next(&mut stream, 250).await;
    let expected: Vec<_> = (0..250)
        .map(|it| format!("APPEARED Post Post {it}"))
        .collect();
    assert_eq!(seen, expected);
    desk.published("News").await;
    assert_eq!(next(&mut stream, 1).await.0, ["APPEARED Post News"]);
    // At another server that has just started, too.
    let replica = desk.app.replica();
    replica.follow();
    let (mut other, _) = follow(&visitor.at(&replica), cursor.clone()).await;
    desk.published("More").await;
    assert_eq!(next(&mut other, 1).await.0, ["APPEARED Post More"]);
    let refused = visitor
        .subscribe(CHANGES, json!({ "since": "elsewhere" }))
        .await
        .next()
        .await;
    let error = &refused.unwrap().data["errors"][0];
    assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .starts_with("since: not a cursor")
    );
}

#[tokio::test]
async fn cursors_do_not_tell_how_much_is_hidden() {
    let desk = desk().await;
    let cursor = async || follow(&desk.app.anonymous(), Value::Null).await.1;
    let (before, same) = (cursor().await, cursor().await);
    desk.post("Hidden").await;
    let after = cursor().await;
    // Nothing in them is the same twice, not even for one place.
    assert_ne!(before, same);
    assert_eq!(
        before.as_str().unwrap().len(),
        after.as_str().unwrap().len()
    );
}

#[tokio::test]
async fn what_is_too_old_is_refused_instead_of_left_out() {
    let desk = desk().await;
    let (_, cursor) = follow(&desk.app.anonymous(), Value::Null).await;
    desk.published("Old").await;
    desk.published("Older").await;
    let database = desk.app.database.connect().await;
    let age = "UPDATE content_changes SET committed_at = '2026-01-01'";
    database.execute(age, &[]).await.unwrap();
    let changes = &desk.app.app.blog.changes;
    let system = imprenta::accounts::Viewer::system();
    changes.forget_old(&system).await.unwrap();
    let kept = database
        .query_one("SELECT count(*) FROM content_changes", &[])
        .await;
    assert_eq!(kept.unwrap().get::<_, i64>(0), 1);
    let mut stream = desk
        .app
        .anonymous()
        .subscribe(CHANGES, json!({ "since": cursor }))
        .await;
    let error = stream.next().await.unwrap().data["errors"][0].take();
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .starts_with("since: too far back"),
        "{error}"
    );
}
