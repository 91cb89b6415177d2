//! A commit lets go of what it touches, and of nothing else.

use std::collections::BTreeSet;

use serde_json::json;

use super::watched::{Outcome, Watched};

const NEWEST: &str = "{ posts(first: 2) { nodes { title } } }";
const OLDEST: &str = "{ posts(last: 2) { nodes { title } pageInfo { hasPreviousPage } } }";

/// Pages as frontends have them. `page_2` is after the page `newest`.
const QUERIES: [(&str, &str); 22] = [
    ("newest", NEWEST),
    ("oldest", OLDEST),
    (
        "by_change",
        "{ posts(first: 2, orderBy: { field: UPDATED_AT, direction: DESC }) { nodes { title } } }",
    ),
    (
        "by_title",
        "{ posts(first: 2, orderBy: { field: TITLE, direction: ASC }) { nodes { title } } }",
    ),
    ("total", "{ posts(first: 0) { totalCount } }"),
    (
        "may",
        r#"{ posts(first: 0, filter: { publishedUntil: "2026-05-05T00:00:00Z" }) { totalCount } }"#,
    ),
    (
        "of_ana",
        r#"{ posts(first: 2, filter: { author: { slug: "ana" } }) { nodes { title } } }"#,
    ),
    (
        "count_of_ana",
        r#"{ author(by: { slug: "ana" }) { postCount } }"#,
    ),
    (
        "of_bob",
        r#"{ author(by: { slug: "bob" }) { name posts(first: 2) { totalCount nodes { title } } } }"#,
    ),
    (
        "about_rust",
        r#"{ tag(by: { slug: "rust" }) { name posts(first: 5) { nodes { title tags { name } } } } }"#,
    ),
    (
        "about_go",
        r#"{ posts(filter: { tag: { slug: "go" } }) { totalCount nodes { title } } }"#,
    ),
    (
        "of_ana_about_go",
        r#"{ posts(filter: { author: { slug: "ana" }, tag: { slug: "go" } }) { totalCount } }"#,
    ),
    (
        "p3",
        r#"{ post(by: { slug: "p3" }) { title content authors { name } tags { name } } }"#,
    ),
    (
        "q1",
        r#"{ route(path: "/q1") { ... on Post { title jsonLd } } }"#,
    ),
    ("new", r#"{ post(by: { slug: "new" }) { title } }"#),
    ("at_new", r#"{ route(path: "/new") { __typename } }"#),
    ("authors", "{ authors(first: 1) { nodes { name } } }"),
    ("last_author", "{ authors(last: 1) { nodes { name bio } } }"),
    ("tags", "{ tags { totalCount nodes { name postCount } } }"),
    (
        "found",
        r#"{ posts(search: "text p3") { nodes { title } } }"#,
    ),
    (
        "found_of_bob",
        r#"{ posts(search: "text", filter: { author: { slug: "bob" } }) { totalCount } }"#,
    ),
    ("schema", "{ __schema { queryType { name } } }"),
];

/// These answers are others now. Those that were let go of needlessly are all of what was changed: they show
/// it, tell that more follows where it does, are found by it, or count by dates; nobody can know without asking anew.
#[track_caller]
fn assert_outcome(outcome: &Outcome, changed: &[&'static str], needless: &[&'static str]) {
    let set = |names: &[&'static str]| names.iter().copied().collect::<BTreeSet<_>>();
    assert_eq!(outcome.changed, set(changed), "changed");
    assert_eq!(outcome.needless(), set(needless), "let go of needlessly");
}

#[tokio::test]
async fn an_edit_lets_go_of_the_pages_of_its_post() {
    let mut watched = Watched::new(&QUERIES).await;
    let p3 = watched.post("p3").await;
    watched
        .desk
        .update(&p3, json!({ "content": "Another text." }))
        .await;
    // It waits beside what readers see.
    assert_outcome(&watched.outcome().await, &[], &[]);
    watched.desk.transition("publishPost", &p3).await;
    assert_outcome(
        &watched.outcome().await,
        &["by_change", "p3"],
        &["found", "oldest"],
    );
}

#[tokio::test]
async fn a_new_post_lets_go_of_the_lists_that_it_enters() {
    let mut watched = Watched::new(&QUERIES).await;
    let bob = watched.author("bob").await;
    let fields = json!({ "title": "New", "authors": [bob], "tags": [{ "name": "Go" }] });
    let new = watched.desk.create(fields).await;
    assert_outcome(&watched.outcome().await, &[], &[]);
    watched.desk.transition("publishPost", &new).await;
    assert_outcome(
        &watched.outcome().await,
        &[
            "about_go",
            "at_new",
            "by_change",
            "by_title",
            "found_of_bob",
            "new",
            "newest",
            "of_bob",
            "tags",
            "total",
        ],
        &["found", "may"],
    );
    watched.desk.transition("trashPost", &new).await;
    assert_outcome(
        &watched.outcome().await,
        &[
            "about_go",
            "at_new",
            "by_change",
            "by_title",
            "found_of_bob",
            "new",
            "newest",
            "of_bob",
            "tags",
            "total",
        ],
        &["found", "may"],
    );
    watched.desk.transition("purgePost", &new).await;
    assert_outcome(&watched.outcome().await, &[], &[]);
}

#[tokio::test]
async fn another_tag_lets_go_of_the_lists_of_both() {
    let mut watched = Watched::new(&QUERIES).await;
    let p6 = watched.post("p6").await;
    let tags = json!({ "tags": [{ "name": "Go" }] });
    watched.desk.update(&p6, tags).await;
    watched.desk.transition("publishPost", &p6).await;
    assert_outcome(
        &watched.outcome().await,
        &[
            "about_go",
            "about_rust",
            "by_change",
            "of_ana_about_go",
            "tags",
        ],
        &["by_title", "count_of_ana", "found", "of_ana"],
    );
}

#[tokio::test]
async fn a_profile_and_a_tag_are_parts_of_the_pages_that_show_them() {
    let mut watched = Watched::new(&QUERIES).await;
    let sql = "UPDATE authors SET bio = 'Likes Go.' WHERE slug = 'bob'";
    watched.run(sql).await;
    assert_outcome(
        &watched.outcome().await,
        &["last_author", "q1"],
        &["found_of_bob", "of_bob"],
    );
    let sql = "UPDATE tags SET name = 'Golang' WHERE slug = 'go'";
    watched.run(sql).await;
    assert_outcome(
        &watched.outcome().await,
        &["q1", "tags"],
        &["about_go", "of_ana_about_go"],
    );
    watched.run("DELETE FROM tags WHERE slug = 'go'").await;
    assert_outcome(
        &watched.outcome().await,
        &["about_go", "q1", "tags"],
        &[
            "authors",
            "by_change",
            "by_title",
            "found",
            "found_of_bob",
            "last_author",
            "newest",
            "of_ana_about_go",
            "of_bob",
        ],
    );
}

#[tokio::test]
async fn names_that_lead_elsewhere_are_followed() {
    let mut watched = Watched::new(&QUERIES).await;
    let p3 = watched.post("p3").await;
    let names = json!({ "slug": "new", "path": "/new" });
    watched.desk.update(&p3, names).await;
    watched.desk.transition("publishPost", &p3).await;
    assert_outcome(
        &watched.outcome().await,
        &["at_new", "by_change", "new"],
        &["found", "oldest", "p3"],
    );
    let names = json!({ "slug": "newer", "path": "/newer" });
    let p3 = watched.post("new").await;
    watched.desk.update(&p3, names).await;
    watched.desk.transition("publishPost", &p3).await;
    assert_outcome(
        &watched.outcome().await,
        &["at_new"],
        &["by_change", "found", "new", "oldest", "p3"],
    );
}

#[tokio::test]
async fn what_is_done_by_hand_counts_as_well() {
    let mut watched = Watched::new(&QUERIES).await;
    watched
        .run("UPDATE posts SET published_at = '2026-05-20' WHERE slug = 'p3'")
        .await;
    assert_outcome(
        &watched.outcome().await,
        &["may", "newest", "of_ana"],
        &["by_title", "count_of_ana", "found", "oldest", "p3", "total"],
    );
    watched
        .run("UPDATE posts SET unpublish_at = '2026-05-21' WHERE slug = 'p3'")
        .await;
    assert_outcome(
        &watched.outcome().await,
        &["count_of_ana", "found", "newest", "of_ana", "p3", "total"],
        &["may"],
    );
    watched
        .run("UPDATE posts SET unpublish_at = NULL WHERE slug = 'p3'")
        .await;
    assert_outcome(
        &watched.outcome().await,
        &["count_of_ana", "found", "newest", "of_ana", "p3", "total"],
        &["by_title", "may"],
    );
    watched.run("DELETE FROM posts WHERE slug = 'q2'").await;
    assert_outcome(
        &watched.outcome().await,
        &[
            "about_go",
            "by_change",
            "found_of_bob",
            "newest",
            "of_bob",
            "tags",
            "total",
        ],
        &["found", "may"],
    );
    watched
        .run("DELETE FROM post_authors USING posts WHERE id = post_id AND slug = 'q1'")
        .await;
    assert_outcome(
        &watched.outcome().await,
        &["found_of_bob", "last_author", "of_bob", "q1"],
        &[
            "about_go",
            "authors",
            "by_change",
            "by_title",
            "found",
            "newest",
            "of_ana_about_go",
            "tags",
        ],
    );
}

#[tokio::test]
async fn an_import_that_changes_everything_lets_go_of_everything() {
    let mut watched = Watched::new(&QUERIES).await;
    // More than is looked at one by one.
    watched
        .run("INSERT INTO tags (id, slug, name, created_at, updated_at)
            SELECT gen_random_uuid(), 't' || i, 'T' || i, now(), now() FROM generate_series(1, 1001) AS i")
        .await;
    let outcome = watched.outcome().await;
    assert_eq!(outcome.changed, BTreeSet::new());
    assert_eq!(outcome.let_go.len(), QUERIES.len());
}
