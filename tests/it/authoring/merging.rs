//! What two change at the same time is merged, or told as a conflict: never lost.

use serde_json::{Value, json};

use super::writing::{Desk, done, payload, refused, row_counts, with};

/// Two versions, and the first one's fields as their editors found them.
async fn base(desk: &Desk, fields: Value) -> Value {
    desk.create(fields).await
}

/// Saves what an editor made of version 1.
fn of_first(post: &Value, fields: Value) -> Value {
    with(json!({ "id": post["id"], "expectedVersion": 1 }), fields)
}

#[tokio::test]
async fn changes_of_different_fields_are_merged() {
    let desk = Desk::new().await;
    let post = base(&desk, json!({ "title": "One" })).await;
    desk.update(&post, json!({ "title": "Two" })).await;
    let merged = of_first(&post, json!({ "content": "New." }));
    let merged = done(&desk.ana, "updatePost", merged).await;
    let found = (&merged["title"], &merged["content"], &merged["version"]);
    assert_eq!(found, (&json!("Two"), &json!("New."), &json!(3)));
}

#[tokio::test]
async fn texts_are_merged_by_lines() {
    let desk = Desk::new().await;
    let post = base(&desk, json!({ "content": "one\ntwo\nthree\nfour\n" })).await;
    desk.update(&post, json!({ "content": "ONE\ntwo\nthree\nfour\n" }))
        .await;
    let merged = of_first(&post, json!({ "content": "one\ntwo\nthree\nfour\nfive\n" }));
    let merged = done(&desk.editor, "updatePost", merged).await;
    assert_eq!(merged["content"], "ONE\ntwo\nthree\nfour\nfive\n");
}

#[tokio::test]
async fn the_same_change_by_two_is_no_conflict() {
    let desk = Desk::new().await;
    let post = base(&desk, json!({})).await;
    desk.update(&post, json!({ "title": "Two", "content": "New." }))
        .await;
    let same = of_first(&post, json!({ "title": "Two", "content": "New." }));
    let same = done(&desk.editor, "updatePost", same).await;
    assert_eq!(same["version"], 2);
}

#[tokio::test]
async fn conflicts_are_told_all_at_once_with_all_three_values() {
    let desk = Desk::new().await;
    let post = base(&desk, json!({ "title": "Base", "content": "base\n" })).await;
    let tags = |name: &str| json!([{ "name": name }]);
    let theirs = json!({ "title": "Theirs", "content": "theirs\n", "tags": tags("a") });
    desk.update(&post, theirs).await;
    let before = row_counts(&desk.app.database).await;
    let yours = json!({
        "title": "Yours", "content": "yours\n", "metaTitle": "No conflict", "tags": tags("b"),
    });
    let payload = payload(&desk.editor, "updatePost", of_first(&post, yours)).await;
    assert_eq!(payload["value"], Value::Null);
    let errors = payload["userErrors"].as_array().unwrap();
    let of = |field: &str| {
        let path = json!(["input", field]);
        errors.iter().find(|error| error["path"] == path).unwrap()
    };
    for (field, values) in [
        ("title", ["Base", "Theirs", "Yours"]),
        ("content", ["base\n", "theirs\n", "yours\n"]),
    ] {
        let error = of(field);
        assert_eq!(error["__typename"], "Conflict");
        let told = [&error["base"], &error["current"], &error["yours"]];
        assert_eq!(told, values, "{field}");
        assert_eq!(error["currentVersion"], 2);
    }
    // As clients name tags.
    let query = r#"{ tag(by: { slug: "a" }) { id } }"#;
    let a = desk.editor.query(query).await["tag"]["id"].clone();
    assert_eq!(
        (&of("tags")["base"], &of("tags")["current"]),
        (&json!([]), &json!([a]))
    );
    assert_eq!(errors.len(), 3);
    assert_eq!(row_counts(&desk.app.database).await, before);
    assert_eq!(desk.read(&post).await["title"], "Theirs");
}

#[tokio::test]
async fn a_conflict_is_settled_by_expecting_its_current_version() {
    let desk = Desk::new().await;
    let post = desk.published("Base").await;
    desk.update(&post, json!({ "title": "Theirs" })).await;
    let yours = of_first(&post, json!({ "title": "Yours" }));
    let refusal = payload(&desk.editor, "updatePost", yours.clone()).await;
    let version = refusal["userErrors"][0]["currentVersion"].clone();
    let settled = with(yours, json!({ "expectedVersion": version }));
    let settled = done(&desk.editor, "updatePost", settled).await;
    assert_eq!(settled["draft"]["title"], "Yours");
}

#[tokio::test]
async fn a_version_that_never_was_is_refused() {
    let desk = Desk::new().await;
    let post = base(&desk, json!({})).await;
    for version in [-1, 0, 2, i32::MAX] {
        let input = json!({ "id": post["id"], "expectedVersion": version, "title": "New" });
        let errors = refused(&desk.editor, "updatePost", input).await;
        assert_eq!(errors, ["INVALID_INPUT input.expectedVersion"], "{version}");
    }
}

#[tokio::test]
async fn what_cannot_be_merged_is_not_done_to_a_version_that_is_not_the_newest() {
    let desk = Desk::new().await;
    let post = desk.published("One").await;
    desk.update(&post, json!({ "title": "Two" })).await;
    for mutation in [
        "publishPost",
        "unpublishPost",
        "archivePost",
        "trashPost",
        "discardDraft",
    ] {
        let input = of_first(&post, json!({}));
        let payload = payload(&desk.editor, mutation, input).await;
        let error = &payload["userErrors"][0];
        assert_eq!(
            error["path"],
            json!(["input", "expectedVersion"]),
            "{mutation}"
        );
        let told = (&error["yours"], &error["current"], &error["currentVersion"]);
        assert_eq!(told, (&json!(1), &json!(2), &json!(2)), "{mutation}");
    }
    let input = of_first(&post, json!({ "number": 1 }));
    let errors = refused(&desk.editor, "restoreRevision", input).await;
    assert_eq!(errors, ["CONFLICT input.expectedVersion"]);
    assert_eq!(desk.read(&post).await["draft"]["title"], "Two");
}
