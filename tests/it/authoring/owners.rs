//! Authors and tags, which the posts of many share.

use imprenta::accounts::model::Role;
use serde_json::{Value, json};

use super::writing::{Desk, author, done, payload, refused, row_counts, until_waiting, with};

#[tokio::test]
async fn a_profile_is_made_changed_and_removed() {
    let desk = Desk::new().await;
    let input =
        json!({ "name": "Ünal", "bio": " Writes. ", "avatarUrl": "https://a.example/u.png" });
    let made = done(&desk.editor, "createAuthor", input.clone()).await;
    let wanted = json!({
        "id": made["id"], "slug": "unal", "name": "Ünal", "bio": "Writes.",
        "avatarUrl": "https://a.example/u.png", "version": 1,
    });
    assert_eq!(made, wanted);
    assert_eq!(
        done(&desk.editor, "createAuthor", input).await["slug"],
        "unal-2"
    );
    let change = json!({
        "id": made["id"], "expectedVersion": 1, "slug": "u", "avatarUrl": null,
    });
    let changed = done(&desk.editor, "updateAuthor", change).await;
    let wanted = with(
        made.clone(),
        json!({ "slug": "u", "avatarUrl": null, "version": 2 }),
    );
    assert_eq!(changed, wanted);
    let removed = done(&desk.editor, "deleteAuthor", json!({ "id": made["id"] })).await;
    assert_eq!(removed, made["id"]);
    let errors = refused(&desk.editor, "deleteAuthor", json!({ "id": made["id"] })).await;
    assert_eq!(errors, ["NOT_FOUND"]);
}

#[tokio::test]
async fn what_is_wrong_with_a_profile_is_told_all_at_once() {
    let desk = Desk::new().await;
    let before = row_counts(&desk.app.database).await;
    let wrong = json!({ "name": "…", "slug": "A", "bio": "\0", "avatarUrl": "ftp://a.example" });
    let wanted = ["avatarUrl", "bio", "name", "slug"].map(|it| format!("INVALID_INPUT input.{it}"));
    assert_eq!(
        refused(&desk.editor, "createAuthor", wrong.clone()).await,
        wanted
    );
    let update = with(wrong, json!({ "id": desk.ana_id, "expectedVersion": 1 }));
    assert_eq!(refused(&desk.editor, "updateAuthor", update).await, wanted);
    let taken = json!({ "name": "Ana", "slug": "ana" });
    let errors = refused(&desk.editor, "createAuthor", taken).await;
    assert_eq!(errors, ["INVALID_INPUT input.slug"]);
    assert_eq!(row_counts(&desk.app.database).await, before);
}

#[tokio::test]
async fn a_profile_that_somebody_else_has_changed_is_a_conflict() {
    let desk = Desk::new().await;
    let of = |version: i32, name: &str| json!({ "id": desk.ana_id, "expectedVersion": version, "name": name });
    done(&desk.editor, "updateAuthor", of(1, "Ana B.")).await;
    let payload = payload(&desk.ana, "updateAuthor", of(1, "Ana C.")).await;
    let error = &payload["userErrors"][0];
    let told = (&error["current"], &error["yours"], &error["currentVersion"]);
    assert_eq!(told, (&json!("Ana B."), &json!("Ana C."), &json!(2)));
    assert_eq!(error["path"], json!(["input", "name"]));
    // What both say alike is none.
    assert_eq!(
        done(&desk.ana, "updateAuthor", of(1, "Ana B.")).await["version"],
        3
    );
}

#[tokio::test]
async fn authors_change_their_own_profile_and_nothing_else_that_is_shared() {
    let desk = Desk::new().await;
    let (_, ben) = author(&desk.app, &desk.editor, "Ben").await;
    let bio = |id: &str| json!({ "id": id, "expectedVersion": 1, "bio": "New." });
    assert_eq!(
        done(&desk.ana, "updateAuthor", bio(&desk.ana_id)).await["bio"],
        "New."
    );
    // Nobody sees a profile without a public post.
    assert_eq!(
        refused(&desk.ana, "updateAuthor", bio(&ben)).await,
        ["NOT_FOUND"]
    );
    desk.create(json!({ "authors": [ben], "publish": true }))
        .await;
    assert_eq!(
        refused(&desk.ana, "updateAuthor", bio(&ben)).await,
        ["FORBIDDEN"]
    );
    let tag = done(&desk.editor, "createTag", json!({ "name": "Rust" })).await;
    let id = json!({ "id": tag["id"] });
    for (mutation, input) in [
        ("createAuthor", json!({ "name": "New" })),
        ("deleteAuthor", json!({ "id": ben })),
        ("createTag", json!({ "name": "New" })),
        (
            "renameTag",
            with(id.clone(), json!({ "expectedVersion": 1, "name": "New" })),
        ),
        (
            "mergeTags",
            json!({ "from": [tag["id"]], "into": tag["id"] }),
        ),
        ("deleteTag", id),
    ] {
        let reader = desk.app.anonymous();
        assert_eq!(
            refused(&desk.ana, mutation, input.clone()).await,
            ["FORBIDDEN"],
            "{mutation}"
        );
        let query = super::writing::operation(mutation);
        let answer = reader
            .graphql(&query, json!({ "input": input }))
            .await
            .json();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    }
    let reader = desk.app.person("reader", Role::Reader).await;
    let errors = refused(&reader, "createTag", json!({ "name": "New" })).await;
    assert_eq!(errors, ["FORBIDDEN"]);
}

#[tokio::test]
async fn an_author_whom_a_working_draft_names_stays() {
    let desk = Desk::new().await;
    let (_, ben) = author(&desk.app, &desk.editor, "Ben").await;
    let post = desk.published("One").await;
    desk.update(&post, json!({ "authors": [desk.ana_id, ben] }))
        .await;
    let errors = refused(&desk.editor, "deleteAuthor", json!({ "id": ben })).await;
    assert_eq!(errors, ["INVALID_INPUT input.id"]);
    desk.transition("discardDraft", &post).await;
    done(&desk.editor, "deleteAuthor", json!({ "id": ben })).await;
}

/// The names of a post's tags.
async fn tags(desk: &Desk, post: &Value) -> Vec<String> {
    let query = "query($id: ID!) { post(by: { id: $id }) { tags { name } } }";
    let data = desk
        .editor
        .query_with(query, json!({ "id": post["id"] }))
        .await;
    let tags = data["post"]["tags"].as_array().unwrap().iter();
    tags.map(|it| super::writing::text(&it["name"])).collect()
}

/// A tag, by its slug.
async fn tag(desk: &Desk, slug: &str) -> Value {
    let query = "query($slug: String!) { tag(by: { slug: $slug }) { id version postCount } }";
    let data = desk.editor.query_with(query, json!({ "slug": slug })).await;
    data["tag"].clone()
}

fn named(names: &[&str]) -> Value {
    let tags = names.iter().map(|name| json!({ "name": name }));
    json!({ "tags": tags.collect::<Value>(), "publish": true })
}

#[tokio::test]
async fn a_tag_is_made_renamed_and_removed() {
    let desk = Desk::new().await;
    let made = done(&desk.editor, "createTag", json!({ "name": "Rust" })).await;
    let errors = refused(&desk.editor, "createTag", json!({ "name": "RUST" })).await;
    assert_eq!(errors, ["INVALID_INPUT input.name"]);
    let post = desk.create(named(&["rust", "Other"])).await;
    let rename = json!({ "id": made["id"], "expectedVersion": 1, "name": "Rustlang" });
    let renamed = done(&desk.editor, "renameTag", rename.clone()).await;
    assert_eq!(
        (&renamed["slug"], &renamed["version"]),
        (&json!("rust"), &json!(2))
    );
    assert_eq!(tags(&desk, &post).await, ["Rustlang", "Other"]);
    let stale = with(rename, json!({ "name": "Another" }));
    let errors = refused(&desk.editor, "renameTag", stale).await;
    assert_eq!(errors, ["CONFLICT input.name"]);
    // The name is what it is; the slug would be overwritten.
    let stale =
        json!({ "id": made["id"], "expectedVersion": 1, "name": "Rustlang", "slug": "rustlang" });
    let errors = refused(&desk.editor, "renameTag", stale).await;
    assert_eq!(errors, ["CONFLICT input.slug"]);
    done(&desk.editor, "deleteTag", json!({ "id": made["id"] })).await;
    assert_eq!(tags(&desk, &post).await, ["Other"]);
    // Its posts can still be saved.
    desk.update(&post, json!({ "title": "New" })).await;
    desk.transition("publishPost", &post).await;
    assert_eq!(tags(&desk, &post).await, ["Other"]);
}

/// It was there when the post was looked at, and is no more when it is stored.
#[tokio::test]
async fn a_tag_that_goes_while_a_post_is_made_is_told_of() {
    let desk = Desk::new().await;
    let made = done(&desk.editor, "createTag", json!({ "name": "Rust" })).await;
    let blocker = desk.app.database.connect().await;
    let lock = "BEGIN; LOCK TABLE post_revisions IN SHARE MODE";
    blocker.batch_execute(lock).await.unwrap();
    let input = desk.draft(json!({ "tags": [{ "id": made["id"] }] }));
    let remove = async {
        until_waiting(&desk.app.database, 1).await;
        done(&desk.editor, "deleteTag", json!({ "id": made["id"] })).await;
        blocker.batch_execute("COMMIT").await.unwrap();
    };
    let (errors, ()) = tokio::join!(refused(&desk.editor, "createPost", input), remove);
    assert_eq!(errors, ["INVALID_INPUT input.tags"]);
}

#[tokio::test]
async fn merged_tags_are_one_on_every_post_and_draft() {
    let desk = Desk::new().await;
    let from = desk.create(named(&["Old", "Other"])).await;
    let both = desk.create(named(&["Old", "Target", "Older"])).await;
    let draft = desk.published("Draft").await;
    desk.update(&draft, json!({ "tags": [{ "name": "Old" }] }))
        .await;
    let (old, older) = (tag(&desk, "old").await, tag(&desk, "older").await);
    let target = tag(&desk, "target").await;
    let input = json!({ "from": [old["id"], older["id"]], "into": target["id"] });
    done(&desk.editor, "mergeTags", input.clone()).await;
    assert_eq!(tags(&desk, &from).await, ["Target", "Other"]);
    assert_eq!(tags(&desk, &both).await, ["Target"]);
    assert_eq!(tag(&desk, "old").await, Value::Null);
    assert_eq!(tag(&desk, "target").await["postCount"], 2);
    let query = "query($id: ID!) { post(by: { id: $id }) { draft { tags { name } } } }";
    let data = desk
        .editor
        .query_with(query, json!({ "id": draft["id"] }))
        .await;
    assert_eq!(data["post"]["draft"]["tags"], json!([{ "name": "Target" }]));
    desk.transition("publishPost", &draft).await;
    assert_eq!(tags(&desk, &draft).await, ["Target"]);
    let errors = refused(&desk.editor, "mergeTags", input).await;
    let wanted = ["INVALID_INPUT input.from.0", "INVALID_INPUT input.from.1"];
    assert_eq!(errors, wanted);
}

#[tokio::test]
async fn a_tag_that_was_merged_twice_is_what_it_became_last() {
    let desk = Desk::new().await;
    let draft = desk.published("Draft").await;
    desk.update(&draft, json!({ "tags": [{ "name": "A" }] }))
        .await;
    desk.create(named(&["B", "C"])).await;
    for (from, into) in [("a", "b"), ("b", "c")] {
        let (from, into) = (tag_id(&desk, from).await, tag_id(&desk, into).await);
        let input = json!({ "from": [from], "into": into });
        done(&desk.editor, "mergeTags", input).await;
    }
    desk.transition("publishPost", &draft).await;
    assert_eq!(tags(&desk, &draft).await, ["C"]);
}

/// A tag's id, whether or not a post has it.
async fn tag_id(desk: &Desk, slug: &str) -> Value {
    tag(desk, slug).await["id"].clone()
}

#[tokio::test]
async fn a_tag_is_not_merged_into_itself_or_nothing() {
    let desk = Desk::new().await;
    desk.create(named(&["A", "B"])).await;
    let (a, b) = (tag_id(&desk, "a").await, tag_id(&desk, "b").await);
    for (input, wanted) in [
        (
            json!({ "from": [a], "into": a }),
            "INVALID_INPUT input.from",
        ),
        (json!({ "from": [], "into": a }), "INVALID_INPUT input.from"),
        (
            json!({ "from": [b, b], "into": a }),
            "INVALID_INPUT input.from.1",
        ),
        (
            json!({ "from": [b], "into": desk.ana_id }),
            "INVALID_INPUT input.into",
        ),
        (
            json!({ "from": [desk.ana_id], "into": a }),
            "INVALID_INPUT input.from.0",
        ),
    ] {
        let before = row_counts(&desk.app.database).await;
        assert_eq!(refused(&desk.editor, "mergeTags", input).await, [wanted]);
        assert_eq!(row_counts(&desk.app.database).await, before);
    }
}
