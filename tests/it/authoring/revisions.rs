//! Every save is a revision: kept, shown, restored, and found out if somebody changes it.

use imprenta::accounts::model::Role;
use serde_json::{Value, json};

use super::writing::{Desk, author, done, number, refused, run, text, with};

/// A draft with three revisions: titles "One", "Two", "Three".
async fn three(desk: &Desk) -> Value {
    let post = desk.create(json!({ "title": "One", "content": "a\nb\nc\n", "note": "begun" }));
    let post = post.await;
    desk.update(&post, json!({ "title": "Two", "content": "a\nB\nc\n" }))
        .await;
    desk.update(&post, json!({ "title": "Three", "note": "why" }))
        .await;
    post
}

/// What the editor reads of a post's history.
async fn history(desk: &Desk, post: &Value, selection: &str) -> Value {
    let query = format!("query($id: ID!) {{ post(by: {{ id: $id }}) {{ {selection} }} }}");
    let data = desk.editor.query_with(&query, json!({ "id": post["id"] }));
    data.await["post"].clone()
}

fn numbers(page: &Value) -> Vec<i64> {
    let nodes = page["nodes"].as_array().unwrap().iter();
    nodes.map(|it| it["number"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn revisions_are_paged_both_ways_the_newest_first() {
    let desk = Desk::new().await;
    let post = three(&desk).await;
    let page = "{ totalCount nodes { number } edges { cursor }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }";
    let first = history(&desk, &post, &format!("revisions(first: 2) {page}")).await;
    let first = &first["revisions"];
    assert_eq!(
        (numbers(first), &first["totalCount"]),
        (vec![3, 2], &json!(3))
    );
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let end = &first["pageInfo"]["endCursor"];
    let rest = history(
        &desk,
        &post,
        &format!("revisions(first: 2, after: {end}) {page}"),
    )
    .await;
    assert_eq!(numbers(&rest["revisions"]), [1]);
    assert_eq!(rest["revisions"]["pageInfo"]["hasNextPage"], false);
    let start = &rest["revisions"]["pageInfo"]["startCursor"];
    let back = history(
        &desk,
        &post,
        &format!("revisions(last: 1, before: {start}) {page}"),
    )
    .await;
    assert_eq!(numbers(&back["revisions"]), [2]);
    assert_eq!(back["revisions"]["pageInfo"]["hasPreviousPage"], true);
    let last = history(&desk, &post, &format!("revisions(last: 2) {page}")).await;
    assert_eq!(numbers(&last["revisions"]), [2, 1]);
}

#[tokio::test]
async fn a_revision_tells_why_when_and_to_admins_by_whom() {
    let desk = Desk::new().await;
    let post = desk.post("One").await;
    desk.app.advance(chrono::TimeDelta::minutes(5));
    let input = json!({
        "id": post["id"], "expectedVersion": 1, "title": "Two", "note": " because ",
    });
    done(&desk.ana, "updatePost", input).await;
    let query = "query($id: ID!) { post(by: { id: $id }) { revision(number: 2) {
        note createdAt title postId editor { email } } } }";
    let variables = json!({ "id": post["id"] });
    let admin = desk.app.person("admin", Role::Admin).await;
    let data = admin.query_with(query, variables.clone()).await;
    let wanted = json!({
        "note": "because", "createdAt": "2026-06-01T12:05:00+00:00", "title": "Two",
        "postId": post["id"], "editor": { "email": "ana@example.org" },
    });
    assert_eq!(data["post"]["revision"], wanted);
    let data = desk.editor.query_with(query, variables).await;
    assert_eq!(data["post"]["revision"]["editor"], Value::Null);
}

#[tokio::test]
async fn a_diff_names_the_fields_and_shows_the_lines() {
    let desk = Desk::new().await;
    let post = three(&desk).await;
    let diffs = "second: revision(number: 2) { diff { changedFields content } }
        third: revision(number: 3) { diff { changedFields content } }
        all: revision(number: 3) { diff(against: 1) { changedFields } }
        none: revision(number: 1) { diff { content } }
        unknown: revision(number: 3) { diff(against: 9) { content } }";
    let seen = history(&desk, &post, diffs).await;
    let second = &seen["second"]["diff"];
    assert_eq!(second["changedFields"], json!(["title", "content"]));
    let content = text(&second["content"]);
    assert!(
        content.ends_with("@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"),
        "{content}"
    );
    let third = json!({ "changedFields": ["title"], "content": "" });
    assert_eq!(seen["third"]["diff"], third);
    assert_eq!(
        seen["all"]["diff"]["changedFields"],
        json!(["title", "content"])
    );
    assert_eq!(seen["none"]["diff"], Value::Null);
    assert_eq!(seen["unknown"]["diff"], Value::Null);
}

#[tokio::test]
async fn restoring_a_revision_makes_a_new_one_that_says_the_same() {
    let desk = Desk::new().await;
    let post = three(&desk).await;
    let input = json!({ "id": post["id"], "number": 1, "note": "back" });
    let restored = done(&desk.editor, "restoreRevision", input.clone()).await;
    assert_eq!(
        (&restored["title"], &restored["version"]),
        (&json!("One"), &json!(4))
    );
    let fields = "title slug path content excerpt authors { id } tags { id } metaTitle
        metaDescription canonicalUrl faq { question } locale frontMatter";
    let both = format!(
        "old: revision(number: 1) {{ {fields} }} new: revision(number: 4) {{ {fields} }}
        why: revision(number: 4) {{ note diff(against: 1) {{ changedFields content }} }}"
    );
    let seen = history(&desk, &post, &both).await;
    assert_eq!(seen["old"], seen["new"]);
    let same = json!({ "changedFields": [], "content": "" });
    assert_eq!(seen["why"], json!({ "note": "back", "diff": same }));
    let unknown = with(input, json!({ "number": 9 }));
    let errors = refused(&desk.editor, "restoreRevision", unknown).await;
    assert_eq!(errors, ["INVALID_INPUT input.number"]);
}

/// As little as by writing it anew.
#[tokio::test]
async fn restoring_a_revision_gives_no_post_to_others() {
    let desk = Desk::new().await;
    let (_, ben) = author(&desk.app, &desk.editor, "Ben").await;
    let post = desk.create(json!({ "authors": [ben] })).await;
    let ana = desk.draft(json!({}))["authors"].clone();
    desk.update(&post, json!({ "authors": ana })).await;
    let input = json!({ "id": post["id"], "number": 1 });
    let errors = refused(&desk.ana, "restoreRevision", input.clone()).await;
    assert_eq!(errors, ["FORBIDDEN"]);
    done(&desk.editor, "restoreRevision", input).await;
}

#[tokio::test]
async fn a_restored_revision_of_a_public_post_is_a_working_draft() {
    let desk = Desk::new().await;
    let post = three(&desk).await;
    desk.transition("publishPost", &post).await;
    let input = json!({ "id": post["id"], "number": 1 });
    let restored = done(&desk.editor, "restoreRevision", input).await;
    let seen = (&restored["title"], &restored["draft"]["title"]);
    assert_eq!(seen, (&json!("Three"), &json!("One")));
}

#[tokio::test]
async fn the_same_text_is_stored_once() {
    let desk = Desk::new().await;
    let post = three(&desk).await;
    desk.update(&post, json!({ "content": "a\nb\nc\n" })).await;
    let count = "SELECT count(*) FROM post_contents";
    assert_eq!(number(&desk.app.database, count).await, 2);
}

/// Which of three revisions are what was saved, after a statement.
async fn intact_after(sql: &str) -> Vec<(i64, bool)> {
    let desk = Desk::new().await;
    let post = three(&desk).await;
    let other = desk.create(json!({ "content": "Other." })).await;
    assert_ne!(post["id"], other["id"]);
    run(&desk.app.database, sql).await;
    let seen = history(&desk, &post, "revisions { nodes { number intact } }").await;
    let nodes = seen["revisions"]["nodes"].as_array().unwrap();
    let seen = nodes.iter().rev();
    seen.map(|it| {
        (
            it["number"].as_i64().unwrap(),
            it["intact"].as_bool().unwrap(),
        )
    })
    .collect()
}

#[tokio::test]
async fn a_history_that_nobody_touched_is_intact() {
    let intact = intact_after("SELECT 1").await;
    assert_eq!(intact, [(1, true), (2, true), (3, true)]);
}

/// The second revision of the post with three.
const SECOND: &str =
    "number = 2 AND post_id = (SELECT post_id FROM post_revisions WHERE number = 3)";

#[tokio::test]
async fn a_change_of_any_column_of_a_revision_is_found_out() {
    let zeros = "decode(repeat('00', 32), 'hex')";
    for change in [
        "editor_id = gen_random_uuid()",
        "editor_id = NULL",
        "created_at = created_at + interval '1 microsecond'",
        "note = 'another'",
        "snapshot = replace(snapshot, 'Two', 'Twa')",
        "snapshot = snapshot || ' '",
        "content_hash = (SELECT content_hash FROM post_revisions o
            WHERE o.post_id = post_revisions.post_id AND number = 1)",
    ] {
        let sql = format!("UPDATE post_revisions SET {change} WHERE {SECOND}");
        let wanted = [(1, true), (2, false), (3, true)];
        assert_eq!(intact_after(&sql).await, wanted, "{change}");
    }
    // The next one was made of it, too.
    let sql = format!("UPDATE post_revisions SET hash = {zeros} WHERE {SECOND}");
    assert_eq!(
        intact_after(&sql).await,
        [(1, true), (2, false), (3, false)]
    );
    let sql = format!("UPDATE post_revisions SET number = 7 WHERE {SECOND}");
    assert_eq!(
        intact_after(&sql).await,
        [(1, true), (3, false), (7, false)]
    );
    let sql = format!("DELETE FROM post_revisions WHERE {SECOND}");
    assert_eq!(intact_after(&sql).await, [(1, true), (3, false)]);
}

#[tokio::test]
async fn a_change_of_a_stored_text_is_found_out() {
    let sql = "UPDATE post_contents SET content = 'a' || chr(10) || 'X' WHERE content LIKE '%B%'";
    assert_eq!(intact_after(sql).await, [(1, true), (2, false), (3, false)]);
    // A text's own name, with that of the revisions that have it.
    let sql = "
        ALTER TABLE post_revisions DROP CONSTRAINT post_revisions_content_fkey;
        UPDATE post_contents SET hash = decode(repeat('00', 32), 'hex') WHERE content LIKE '%B%';
        UPDATE post_revisions SET content_hash = decode(repeat('00', 32), 'hex')
            WHERE number > 1";
    assert_eq!(intact_after(sql).await, [(1, true), (2, false), (3, false)]);
    let sql = "
        ALTER TABLE post_revisions DROP CONSTRAINT post_revisions_content_fkey;
        UPDATE post_contents SET post_id = (SELECT post_id FROM post_contents WHERE content = 'Other.')
            WHERE content LIKE '%B%'";
    assert_eq!(intact_after(sql).await, [(1, true), (2, false), (3, false)]);
}

#[tokio::test]
async fn a_revision_of_one_post_is_none_of_another() {
    let desk = Desk::new().await;
    let (one, two) = (three(&desk).await, desk.post("Another").await);
    let errors = json!({ "id": two["id"], "number": 3 });
    let errors = refused(&desk.editor, "restoreRevision", errors).await;
    assert_eq!(errors, ["INVALID_INPUT input.number"]);
    run(
        &desk.app.database,
        "INSERT INTO post_contents SELECT p.id, c.hash, c.content FROM posts p, post_contents c
            ON CONFLICT DO NOTHING;
        INSERT INTO post_revisions SELECT p.id, r.number, r.editor_id, r.created_at, r.note,
            r.snapshot, r.content_hash, r.hash FROM posts p, post_revisions r
            WHERE p.slug = 'another' AND r.number = 2",
    )
    .await;
    let seen = history(&desk, &two, "revision(number: 2) { intact }").await;
    assert_eq!(seen["revision"]["intact"], false);
    let seen = history(&desk, &one, "revision(number: 2) { intact }").await;
    assert_eq!(seen["revision"]["intact"], true);
}
