//! The working draft of a public post, and who sees it.

use imprenta::accounts::model::Role;
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value, json};

use super::writing::{Desk, author, done, refused, rows, run, seen_by};
use crate::support::Client;

#[tokio::test]
async fn readers_see_what_they_saw_until_a_change_is_published() {
    let desk = Desk::new().await;
    let post = desk.published("One").await;
    let changed = desk
        .update(&post, json!({ "title": "Two", "content": "New." }))
        .await;
    assert_eq!(
        (&changed["title"], &changed["version"]),
        (&json!("One"), &json!(1))
    );
    let draft = json!({ "number": 2, "title": "Two", "content": "New." });
    assert_eq!(changed["draft"], draft);
    let visitor = desk.app.anonymous();
    assert_eq!(seen_by(&visitor, &post).await["title"], "One");
    desk.transition("publishPost", &post).await;
    let seen = seen_by(&visitor, &post).await;
    assert_eq!(
        (&seen["title"], &seen["content"]),
        (&json!("Two"), &json!("New."))
    );
    let newest = desk.read(&post).await;
    assert_eq!(
        (&newest["draft"], &newest["version"]),
        (&Value::Null, &json!(2))
    );
}

#[tokio::test]
async fn a_discarded_draft_is_not_published_and_stays_in_the_history() {
    let desk = Desk::new().await;
    let post = desk.published("One").await;
    desk.update(&post, json!({ "title": "Two" })).await;
    let discarded = desk.transition("discardDraft", &post).await;
    assert_eq!(
        (&discarded["draft"], &discarded["title"]),
        (&Value::Null, &json!("One"))
    );
    let again = desk.transition("publishPost", &post).await;
    assert_eq!(again["title"], "One");
    let query = "query($id: ID!) { post(by: { id: $id }) { revision(number: 2) { title } } }";
    let data = desk
        .editor
        .query_with(query, json!({ "id": post["id"] }))
        .await;
    assert_eq!(data["post"]["revision"]["title"], "Two");
    let id = json!({ "id": post["id"] });
    let errors = refused(&desk.editor, "discardDraft", id).await;
    assert_eq!(errors, ["INVALID_INPUT input.id"]);
}

#[tokio::test]
async fn saving_what_is_there_already_makes_no_revision() {
    let desk = Desk::new().await;
    let post = desk.published("One").await;
    let same = desk
        .update(&post, json!({ "title": " One ", "content": "Text." }))
        .await;
    assert_eq!(
        (&same["draft"], &same["version"]),
        (&Value::Null, &json!(1))
    );
}

/// What somebody sees of a post's history.
async fn history(client: &Client, post: &Value) -> Value {
    let query = "query($id: ID!) { post(by: { id: $id }) {
        draft { number } revision(number: 1) { number }
        revisions { totalCount nodes { number } } previewLinks { id } } }";
    let mut data = client.query_with(query, json!({ "id": post["id"] })).await;
    data["post"].take()
}

#[tokio::test]
async fn the_history_is_for_whoever_may_change_the_post() {
    let desk = Desk::new().await;
    let post = desk.published("One").await;
    desk.update(&post, json!({ "title": "Two" })).await;
    done(
        &desk.editor,
        "createPreviewLink",
        json!({ "post": post["id"] }),
    )
    .await;
    let (ben, _) = author(&desk.app, &desk.editor, "Ben").await;
    let reader = desk.app.person("reader", Role::Reader).await;
    let key = desk
        .app
        .api_key(&desk.editor, &["CONTENT_READ", "CONTENT_WRITE"]);
    let nothing = json!({
        "draft": null, "revision": null,
        "revisions": { "totalCount": 0, "nodes": [] }, "previewLinks": [],
    });
    for client in [desk.app.anonymous(), reader, ben, key.await] {
        assert_eq!(history(&client, &post).await, nothing);
    }
    for client in [&desk.ana, &desk.editor] {
        let seen = history(client, &post).await;
        assert_eq!(seen["draft"], json!({ "number": 2 }));
        assert_eq!(seen["revision"], json!({ "number": 1 }));
        assert_eq!(seen["revisions"]["totalCount"], 2);
        assert_eq!(seen["previewLinks"].as_array().unwrap().len(), 1);
    }
}

/// What a save may change.
#[derive(Clone, Debug)]
struct Edit {
    slug: Option<u8>,
    path: Option<u8>,
    tags: Option<Vec<u8>>,
    both_authors: Option<bool>,
}

fn edit() -> impl Strategy<Value = Edit> {
    let tags = proptest::collection::vec(0_u8..4, 0..4);
    let of = proptest::option::of::<BoxedStrategy<u8>>;
    (
        of((0_u8..4).boxed()),
        of((0_u8..4).boxed()),
        proptest::option::of(tags),
        proptest::option::of(any::<bool>()),
    )
        .prop_map(|(slug, path, tags, both_authors)| Edit {
            slug,
            path,
            tags,
            both_authors,
        })
}

impl Edit {
    fn fields(&self, authors: &[&str; 2]) -> Value {
        let mut fields = json!({});
        if let Some(slug) = self.slug {
            fields["slug"] = json!(format!("slug-{slug}"));
        }
        if let Some(path) = self.path {
            fields["path"] = json!(format!("/2026/path-{path}"));
        }
        if let Some(tags) = &self.tags {
            let tags = tags
                .iter()
                .map(|tag| json!({ "name": format!("Tag {tag}") }));
            fields["tags"] = tags.collect();
        }
        if let Some(both) = self.both_authors {
            fields["authors"] = json!(authors[..if both { 2 } else { 1 }]);
        }
        fields
    }
}

/// All that links a post to something else.
async fn relations(desk: &Desk) -> Vec<Vec<String>> {
    let mut relations = Vec::new();
    for sql in [
        "SELECT author_id, position FROM post_authors ORDER BY position",
        "SELECT tag_id, position FROM post_tags ORDER BY position",
        "SELECT path, post_id FROM redirects ORDER BY path",
        "SELECT slug, post_id FROM former_slugs ORDER BY slug",
        "SELECT slug, path FROM posts",
    ] {
        relations.push(rows(&desk.app.database, sql).await);
    }
    relations
}

/// Does `work` with some posts; fails as a property does.
fn for_some(work: &impl AsyncFn(&Desk, &str, Vec<Edit>) -> (Vec<Vec<String>>, Vec<Vec<String>>)) {
    let config = Config {
        cases: 12,
        failure_persistence: None,
        ..Config::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    let (desk, ben) = runtime.block_on(async {
        let desk = Desk::new().await;
        let (_, ben) = author(&desk.app, &desk.editor, "Ben").await;
        (desk, ben)
    });
    proptest!(config, |(edits in proptest::collection::vec(edit(), 1..4))| {
        let (before, after) = runtime.block_on(async {
            run(&desk.app.database, "DELETE FROM posts").await;
            work(&desk, &ben, edits).await
        });
        prop_assert_eq!(before, after);
    });
}

/// Gives a post that is public another name, so that its former ones lead to it.
async fn rename(desk: &Desk, post: &Value) {
    let names = json!({ "slug": "renamed", "path": "/renamed" });
    desk.update(post, names).await;
    desk.transition("publishPost", post).await;
}

#[test]
fn publishing_and_unpublishing_leaves_every_relation_as_it_was() {
    for_some(&async |desk: &Desk, ben: &str, edits: Vec<Edit>| {
        let post = desk.post("One").await;
        if edits.len().is_multiple_of(2) {
            desk.transition("publishPost", &post).await;
            rename(desk, &post).await;
            desk.transition("unpublishPost", &post).await;
        }
        for edit in edits {
            desk.update(&post, edit.fields(&[&desk.ana_id, ben])).await;
        }
        let before = relations(desk).await;
        desk.transition("publishPost", &post).await;
        desk.transition("unpublishPost", &post).await;
        (before, relations(desk).await)
    });
}

#[test]
fn editing_and_discarding_leaves_every_relation_as_it_was() {
    for_some(&async |desk: &Desk, ben: &str, edits: Vec<Edit>| {
        let post = desk.post("One").await;
        desk.update(&post, edits[0].fields(&[&desk.ana_id, ben]))
            .await;
        desk.transition("publishPost", &post).await;
        if edits.len().is_multiple_of(2) {
            rename(desk, &post).await;
        }
        let before = relations(desk).await;
        for edit in &edits {
            desk.update(&post, edit.fields(&[&desk.ana_id, ben])).await;
        }
        desk.update(&post, json!({ "title": "Other", "slug": "other" }))
            .await;
        desk.transition("discardDraft", &post).await;
        let after = relations(desk).await;
        desk.transition("publishPost", &post).await;
        assert_eq!(relations(desk).await, before);
        (before, after)
    });
}
