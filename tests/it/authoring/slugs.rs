//! Names of posts: what they had before leads to them, until another post takes it.

use std::pin::pin;

use chrono::TimeDelta;
use futures_util::future::{Either, select};
use serde_json::{Value, json};

use super::writing::{Desk, done, rows, seen_by, text, until_waiting};
use crate::support::Client;

/// What a visitor finds at a path: the post's slug, or where it moved.
async fn at(client: &Client, path: &str) -> Value {
    let query = "query($path: String!) { route(path: $path) {
        ... on Post { slug } ... on Redirect { status location } } }";
    let mut data = client.query_with(query, json!({ "path": path })).await;
    data["route"].take()
}

/// Which post a visitor finds by a slug.
async fn by_slug(client: &Client, slug: &str) -> Value {
    let query = "query($slug: String!) { post(by: { slug: $slug }) { id } }";
    let mut data = client.query_with(query, json!({ "slug": slug })).await;
    data["post"]["id"].take()
}

async fn rename(desk: &Desk, post: &Value, slug: &str) {
    desk.update(post, json!({ "slug": slug })).await;
    desk.transition("publishPost", post).await;
}

#[tokio::test]
async fn former_names_of_a_public_post_lead_to_it() {
    let desk = Desk::new().await;
    let post = desk
        .create(json!({ "title": "One", "path": "/2026/one", "publish": true }))
        .await;
    let visitor = desk.app.anonymous();
    desk.update(&post, json!({ "slug": "two" })).await;
    assert_eq!(at(&visitor, "/2026/one").await, json!({ "slug": "one" }));
    assert_eq!(at(&visitor, "/2026/two").await, Value::Null);
    desk.transition("publishPost", &post).await;
    for slug in ["one", "two"] {
        assert_eq!(by_slug(&visitor, slug).await, post["id"], "{slug}");
    }
    let moved = json!({ "status": 308, "location": "/2026/two" });
    let found = at(&visitor, "/2026/one").await;
    assert_eq!(found["location"], moved["location"], "{found}");
    assert_eq!(at(&visitor, "/2026/two").await, json!({ "slug": "two" }));
}

#[tokio::test]
async fn names_of_what_was_never_public_are_forgotten() {
    let desk = Desk::new().await;
    let post = desk.post("One").await;
    desk.update(&post, json!({ "slug": "two" })).await;
    desk.transition("publishPost", &post).await;
    let visitor = desk.app.anonymous();
    assert_eq!(by_slug(&visitor, "one").await, Value::Null);
    assert_eq!(at(&visitor, "/one").await, Value::Null);
}

async fn schedule(desk: &Desk, post: &Value) {
    let input = json!({ "id": post["id"], "at": "2026-07-01T00:00:00Z" });
    done(&desk.editor, "schedulePost", input).await;
}

#[tokio::test]
async fn what_was_public_once_keeps_its_names_and_its_date_whatever_is_planned_since() {
    let desk = Desk::new().await;
    let post = desk.published("One").await;
    let first = seen_by(&desk.editor, &post).await["publishedAt"].clone();
    desk.transition("unpublishPost", &post).await;
    schedule(&desk, &post).await;
    desk.update(&post, json!({ "slug": "two" })).await;
    desk.transition("unpublishPost", &post).await;
    rename(&desk, &post, "three").await;
    let visitor = desk.app.anonymous();
    for slug in ["one", "two", "three"] {
        assert_eq!(by_slug(&visitor, slug).await, post["id"], "{slug}");
    }
    assert_eq!(seen_by(&visitor, &post).await["publishedAt"], first);
    // What its editor says of it counts, whatever was before.
    desk.transition("unpublishPost", &post).await;
    let early = json!({ "id": post["id"], "publishedAt": "2020-01-01T00:00:00Z" });
    let early = done(&desk.editor, "publishPost", early).await["publishedAt"].clone();
    desk.transition("unpublishPost", &post).await;
    schedule(&desk, &post).await;
    let back = desk.transition("unpublishPost", &post).await;
    assert_eq!(back["publishedAt"], early);
}

/// Its time has come, and it was not yet made public.
#[tokio::test]
async fn what_is_due_was_not_public() {
    let desk = Desk::new().await;
    let post = desk.post("One").await;
    schedule(&desk, &post).await;
    desk.app.advance(TimeDelta::days(60));
    let desk = desk.later().await;
    let back = desk.transition("unpublishPost", &post).await;
    assert_eq!(back["publishedAt"], Value::Null);
    rename(&desk, &post, "two").await;
    assert_eq!(by_slug(&desk.app.anonymous(), "one").await, Value::Null);
}

#[tokio::test]
async fn what_is_only_planned_takes_no_name_from_what_is_public() {
    let desk = Desk::new().await;
    let public = desk.published("One").await;
    rename(&desk, &public, "two").await;
    let planned = desk.create(json!({ "slug": "one" })).await;
    schedule(&desk, &planned).await;
    desk.update(&planned, json!({ "slug": "three" })).await;
    assert_eq!(by_slug(&desk.app.anonymous(), "one").await, public["id"]);
}

#[tokio::test]
async fn names_back_and_forth_leave_no_loop_and_no_chain() {
    let desk = Desk::new().await;
    let post = desk.published("a").await;
    let visitor = desk.app.anonymous();
    for (slug, former) in [
        ("b", &["a"][..]),
        ("a", &["b"]),
        ("c", &["a", "b"]),
        ("b", &["a", "c"]),
        ("a", &["b", "c"]),
    ] {
        rename(&desk, &post, slug).await;
        let present = format!("/{slug}");
        assert_eq!(at(&visitor, &present).await, json!({ "slug": slug }));
        for name in former {
            let found = at(&visitor, &format!("/{name}")).await;
            assert_eq!(
                found["location"],
                json!(present),
                "{name} when it is {slug}"
            );
            assert_eq!(by_slug(&visitor, name).await, post["id"]);
        }
    }
}

#[tokio::test]
async fn a_new_post_takes_a_name_that_another_has_no_more() {
    let desk = Desk::new().await;
    let old = desk.published("One").await;
    rename(&desk, &old, "two").await;
    let new = desk.published("One").await;
    assert_eq!(
        (&new["slug"], &new["path"]),
        (&json!("one"), &json!("/one"))
    );
    let visitor = desk.app.anonymous();
    assert_eq!(by_slug(&visitor, "one").await, new["id"]);
    assert_eq!(at(&visitor, "/one").await, json!({ "slug": "one" }));
    assert_eq!(by_slug(&visitor, "two").await, old["id"]);
    // The old one cannot have it back.
    let post = desk.read(&old).await;
    let input = json!({ "id": old["id"], "expectedVersion": post["version"], "slug": "one" });
    let errors = super::writing::refused(&desk.editor, "updatePost", input).await;
    assert!(
        errors.contains(&"INVALID_INPUT input.slug".to_owned()),
        "{errors:?}"
    );
}

#[tokio::test]
async fn what_leads_to_two_posts_leads_to_the_one_that_had_it_last() {
    let desk = Desk::new().await;
    let first = desk.published("One").await;
    rename(&desk, &first, "two").await;
    let second = desk.published("One").await;
    rename(&desk, &second, "three").await;
    let visitor = desk.app.anonymous();
    assert_eq!(by_slug(&visitor, "one").await, second["id"]);
    assert_eq!(at(&visitor, "/one").await["location"], "/three");
}

#[tokio::test]
async fn a_path_that_does_not_end_with_the_slug_stays() {
    let desk = Desk::new().await;
    let post = desk
        .create(json!({ "title": "One", "path": "/about" }))
        .await;
    let renamed = desk.update(&post, json!({ "slug": "two" })).await;
    assert_eq!(
        (&renamed["slug"], &renamed["path"]),
        (&json!("two"), &json!("/about"))
    );
}

/// Nor is it anything that its editor has written, where it was changed meanwhile.
#[tokio::test]
async fn a_path_that_stays_is_in_no_conflict() {
    let desk = Desk::new().await;
    let about = json!({ "title": "One", "path": "/about" });
    let post = desk.create(about).await;
    desk.update(&post, json!({ "path": "/info" })).await;
    desk.create(json!({ "title": "Other", "path": "/about" }))
        .await;
    let stale = json!({ "id": post["id"], "expectedVersion": 1, "slug": "two" });
    let merged = done(&desk.editor, "updatePost", stale).await;
    let names = (&merged["slug"], &merged["path"]);
    assert_eq!(names, (&json!("two"), &json!("/info")));
}

#[tokio::test]
async fn a_post_in_the_trash_holds_no_name() {
    let desk = Desk::new().await;
    let thrown = desk.published("One").await;
    desk.transition("trashPost", &thrown).await;
    let new = desk.published("One").await;
    assert_eq!(
        (&new["slug"], &new["path"]),
        (&json!("one"), &json!("/one"))
    );
    assert_eq!(by_slug(&desk.editor, "one").await, new["id"]);
    assert_eq!(at(&desk.editor, "/one").await, json!({ "slug": "one" }));
    let back = desk.transition("restorePost", &thrown).await;
    assert_eq!(
        (&back["slug"], &back["path"]),
        (&json!("one-2"), &json!("/one-2"))
    );
    assert_eq!(by_slug(&desk.editor, "one").await, new["id"]);
    let seen = seen_by(&desk.editor, &thrown).await;
    assert_eq!(seen["status"], "DRAFT");
}

#[tokio::test]
async fn a_post_that_was_restored_under_another_name_can_be_changed_and_published() {
    let desk = Desk::new().await;
    let thrown = desk.published("One").await;
    desk.transition("trashPost", &thrown).await;
    desk.published("One").await;
    desk.transition("restorePost", &thrown).await;
    let changed = desk.update(&thrown, json!({ "content": "New." })).await;
    assert_eq!(
        (&changed["slug"], &changed["path"]),
        (&json!("one-2"), &json!("/one-2"))
    );
    let public = desk.transition("publishPost", &thrown).await;
    let seen = (&public["slug"], &public["content"], &public["status"]);
    assert_eq!(seen, (&json!("one-2"), &json!("New."), &json!("PUBLISHED")));
}

#[tokio::test]
async fn a_working_draft_that_was_restored_with_its_post_can_be_published() {
    let desk = Desk::new().await;
    let thrown = desk.published("One").await;
    desk.update(&thrown, json!({ "content": "New." })).await;
    desk.transition("trashPost", &thrown).await;
    desk.published("One").await;
    desk.transition("restorePost", &thrown).await;
    let public = desk.transition("publishPost", &thrown).await;
    assert_eq!(
        (&public["slug"], &public["content"]),
        (&json!("one-2"), &json!("New."))
    );
}

/// It has its own names, of which only those that were taken are changed.
#[tokio::test]
async fn a_working_draft_that_was_restored_keeps_the_names_it_was_given() {
    let desk = Desk::new().await;
    let thrown = desk.published("One").await;
    desk.update(&thrown, json!({ "slug": "other", "path": "/there" }))
        .await;
    desk.transition("trashPost", &thrown).await;
    desk.published("One").await;
    let back = desk.transition("restorePost", &thrown).await;
    assert_eq!(back["slug"], "one-2");
    let public = desk.transition("publishPost", &thrown).await;
    assert_eq!(
        (&public["slug"], &public["path"]),
        (&json!("other"), &json!("/there"))
    );
}

#[tokio::test]
async fn a_post_of_which_the_path_was_taken_is_restored_to_another() {
    let desk = Desk::new().await;
    let about = |title: &str| json!({ "title": title, "path": "/about", "publish": true });
    let thrown = desk.create(about("One")).await;
    desk.transition("trashPost", &thrown).await;
    desk.create(about("Two")).await;
    let back = desk.transition("restorePost", &thrown).await;
    assert_eq!(
        (&back["slug"], &back["path"]),
        (&json!("one"), &json!("/about-2"))
    );
    let public = desk.transition("publishPost", &thrown).await;
    assert_eq!(
        (&public["path"], &public["status"]),
        (&json!("/about-2"), &json!("PUBLISHED"))
    );
}

#[tokio::test]
async fn two_posts_of_one_title_at_the_same_time_have_two_slugs() {
    let desk = Desk::new().await;
    let draft = || desk.draft(json!({ "title": "Same" }));
    let (a, b, c, d) = tokio::join!(
        done(&desk.editor, "createPost", draft()),
        done(&desk.ana, "createPost", draft()),
        done(&desk.editor, "createPost", draft()),
        done(&desk.ana, "createPost", draft()),
    );
    let mut slugs = [a, b, c, d].map(|post| text(&post["slug"]));
    slugs.sort_unstable();
    assert_eq!(slugs, ["same", "same-2", "same-3", "same-4"]);
}

/// The number that one gets makes the slug of the other's title.
#[tokio::test]
async fn a_slug_with_a_number_is_not_taken_from_who_is_about_to_have_it() {
    let desk = Desk::new().await;
    desk.post("Same").await;
    let blocker = desk.app.database.connect().await;
    let lock = "BEGIN; LOCK TABLE tags IN SHARE MODE";
    blocker.batch_execute(lock).await.unwrap();
    let numbered = desk.draft(json!({ "title": "Same", "tags": [{ "name": "New" }] }));
    let numbered = done(&desk.editor, "createPost", numbered);
    let then = async {
        until_waiting(&desk.app.database, 1).await;
        let second = pin!(done(
            &desk.ana,
            "createPost",
            desk.draft(json!({ "title": "Same 2" }))
        ));
        let waits = pin!(until_waiting(&desk.app.database, 2));
        let second = match select(second, waits).await {
            Either::Left((made, _)) => Either::Left(made),
            Either::Right(((), second)) => Either::Right(second),
        };
        blocker.batch_execute("COMMIT").await.unwrap();
        match second {
            Either::Left(made) => made,
            Either::Right(second) => second.await,
        }
    };
    let (first, second) = tokio::join!(numbered, then);
    assert_eq!(
        (&first["slug"], &second["slug"]),
        (&json!("same-2"), &json!("same-2-2"))
    );
}

#[tokio::test]
async fn purging_leaves_nothing_of_a_post_but_what_the_audit_log_tells() {
    let desk = Desk::new().await;
    let post = desk.published("One").await;
    rename(&desk, &post, "two").await;
    let tags = json!([{ "name": "Rust" }]);
    desk.update(&post, json!({ "content": "New.", "tags": tags }))
        .await;
    done(
        &desk.editor,
        "createPreviewLink",
        json!({ "post": post["id"] }),
    )
    .await;
    desk.transition("trashPost", &post).await;
    assert_eq!(desk.transition("purgePost", &post).await, post["id"]);
    for table in [
        "posts",
        "post_revisions",
        "post_contents",
        "post_authors",
        "post_tags",
        "post_search",
        "post_bigrams",
        "former_slugs",
        "redirects",
        "preview_links",
    ] {
        let left = rows(&desk.app.database, &format!("SELECT * FROM {table}")).await;
        assert!(left.is_empty(), "{table}: {left:?}");
    }
    let events = "SELECT action FROM audit_events WHERE action = 'post.purged'";
    assert_eq!(rows(&desk.app.database, events).await, ["(post.purged)"]);
}
