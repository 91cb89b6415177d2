//! Subscriptions to posts.

use chrono::TimeDelta;
use imprenta::accounts::Viewer;
use serde_json::{Value, json};

use crate::authoring::writing::{Desk, done};
use crate::support::TestApp;

const PUBLISHED: &str = "subscription { postPublished { title author { name } tags { name } } }";
const CHANGED: &str = "subscription($post: ID!) {
    postChanged(post: $post) { kind post { title status content draft { title } } committedAt }
}";

async fn desk() -> Desk {
    let desk = Desk::new().await;
    desk.app.follow();
    desk
}

#[tokio::test]
async fn a_post_that_becomes_public_is_told_of_once() {
    let desk = desk().await;
    let mut visitor = desk.app.anonymous().subscribe(PUBLISHED, json!({})).await;
    let first = desk
        .create(json!({ "title": "First", "tags": [{ "name": "Rust" }] }))
        .await;
    desk.update(&first, json!({ "title": "The first" })).await;
    desk.transition("publishPost", &first).await;
    let told = visitor.data().await["postPublished"].take();
    assert_eq!(told["title"], "The first");
    assert_eq!(told["tags"], json!([{ "name": "Rust" }]));
    // It is public already, and then it is not.
    desk.update(&first, json!({ "content": "Other text." }))
        .await;
    desk.transition("publishPost", &first).await;
    desk.transition("unpublishPost", &first).await;
    desk.published("Second").await;
    let told = visitor.data().await["postPublished"].take();
    assert_eq!(told["title"], "Second");
    assert_eq!(told["author"]["name"], "Ana");
}

#[tokio::test]
async fn what_goes_public_by_itself_is_told_of() {
    let desk = desk().await;
    let mut visitor = desk.app.anonymous().subscribe(PUBLISHED, json!({})).await;
    let post = desk.post("Later").await;
    let input = json!({ "id": post["id"], "at": "2026-06-01T13:00:00Z" });
    done(&desk.editor, "schedulePost", input).await;
    desk.app.advance(TimeDelta::hours(1));
    let schedule = &desk.app.app.blog.schedule;
    schedule.run_due(&Viewer::system()).await.unwrap();
    assert_eq!(visitor.data().await["postPublished"]["title"], "Later");
}

#[tokio::test]
async fn what_was_taken_back_is_not_told_of() {
    let desk = desk().await;
    let mut visitor = desk.app.anonymous().subscribe(PUBLISHED, json!({})).await;
    let half = desk
        .editor
        .graphql(
            "mutation($a: CreatePostInput!, $b: CreatePostInput!) {
                a: createPost(input: $a) { userErrors { message } }
                b: createPost(input: $b) { userErrors { message } }
            }",
            json!({
                "a": desk.draft(json!({ "title": "Half", "publish": true })),
                "b": desk.draft(json!({ "title": "" })),
            }),
        )
        .await;
    assert_ne!(half.json()["data"]["b"]["userErrors"], json!([]));
    desk.published("Whole").await;
    assert_eq!(visitor.data().await["postPublished"]["title"], "Whole");
}

/// The kinds of the next changes.
async fn kinds(stream: &mut crate::support::EventStream, count: usize) -> Vec<Value> {
    let mut kinds = Vec::new();
    for _ in 0..count {
        kinds.push(stream.data().await["postChanged"]["kind"].take());
    }
    kinds
}

#[tokio::test]
async fn a_post_s_readers_and_its_editors_are_told_of_what_each_may_know() {
    let desk = desk().await;
    let post = desk.post("Mine").await;
    let id = json!({ "post": post["id"] });
    let mut visitor = desk.app.anonymous().subscribe(CHANGED, id.clone()).await;
    let mut editor = desk.editor.subscribe(CHANGED, id.clone()).await;
    let mut ana = desk.ana.subscribe(CHANGED, id).await;

    desk.update(&post, json!({ "title": "Draft" })).await;
    for stream in [&mut editor, &mut ana] {
        let change = stream.data().await["postChanged"].take();
        assert_eq!(change["kind"], "CHANGED");
        assert_eq!(change["post"]["title"], "Draft");
    }
    desk.transition("publishPost", &post).await;
    let change = visitor.data().await["postChanged"].take();
    assert_eq!(change["kind"], "APPEARED");
    assert_eq!(change["post"]["draft"], Value::Null);
    // Beside the live copy: of this the public learns nothing.
    desk.update(&post, json!({ "title": "Working draft" }))
        .await;
    desk.transition("archivePost", &post).await;
    let change = visitor.data().await["postChanged"].take();
    assert_eq!(
        (&change["kind"], &change["post"]),
        (&json!("DISAPPEARED"), &Value::Null)
    );
    for stream in [&mut editor, &mut ana] {
        assert_eq!(kinds(stream, 3).await, ["CHANGED", "CHANGED", "CHANGED"]);
    }
    desk.transition("trashPost", &post).await;
    desk.transition("purgePost", &post).await;
    assert_eq!(kinds(&mut editor, 2).await, ["CHANGED", "DISAPPEARED"]);
}

#[tokio::test]
async fn a_hidden_post_and_none_are_the_same_silence() {
    let app = TestApp::new().await;
    let mut nobody = app
        .anonymous()
        .subscribe(CHANGED, json!({ "post": "not an id" }))
        .await;
    let frame = nobody.next().await.unwrap();
    assert_eq!(
        frame.data["errors"][0]["extensions"]["code"],
        "BAD_USER_INPUT"
    );
    assert_eq!(nobody.next().await.unwrap().event, "complete");
}
