//! How many SQL statements a change sends: as few as can be.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

use super::writing::{Desk, done, with};

/// What begins and ends the transaction of a request's changes.
const TRANSACTION: u64 = 2;
/// The look at who is asking.
const WHO: u64 = 1;

/// How many statements a mutation sends whose answer reads nothing else.
async fn sent(desk: &Desk, (mutation, of): (&str, &str), input: Value) -> u64 {
    let mutation = format!(
        "mutation($input: {of}!) {{
            it: {mutation}(input: $input) {{ post {{ id title content }} userErrors {{ message }} }}
        }}"
    );
    let variables = json!({ "input": input });
    let query = desk.editor.query_with(&mutation, variables);
    let (sent, data) = desk.app.statements_of(query).await;
    assert_eq!(data["it"]["userErrors"], json!([]));
    sent
}

#[tokio::test]
async fn a_new_post_is_one_look_and_one_insert() {
    let desk = Desk::new().await;
    // Its words are known from here on, and so are what its statements are made of.
    let first = desk.draft(json!({ "title": "A title", "tags": [{ "name": "Rust" }] }));
    done(&desk.editor, "createPost", first).await;
    let named = desk.draft(json!({ "title": "A title", "slug": "named" }));
    let unnamed = |title: &str| desk.draft(json!({ "title": title }));
    // The authors, and who has the slug or the path; the post and all that belongs to it; the log.
    let (look, insert, log) = (2, 1, 1);
    let least = WHO + TRANSACTION + look + insert + log;
    let cases = [
        ("a draft", named.clone(), least),
        // The lock of the title's slug, and a look at which of its numbers are taken.
        ("without a slug", unnamed("The title"), least + 2 + 1),
        // And the same of the slug with a number.
        ("of the same title", unnamed("A title"), least + 2 + 1 + 2),
        // That it is public is in the log, too.
        (
            "published",
            with(named.clone(), json!({ "slug": "public", "publish": true })),
            least + 1,
        ),
        // Which tag has this name.
        (
            "with a tag",
            with(
                named,
                json!({ "slug": "tagged", "tags": [{ "name": "rust" }] }),
            ),
            least + 1,
        ),
    ];
    for (case, input, expected) in cases {
        let sent = sent(&desk, ("createPost", "CreatePostInput"), input).await;
        assert_eq!(sent, expected, "{case}");
    }
}

#[tokio::test]
async fn a_save_is_one_look_and_one_change() {
    let desk = Desk::new().await;
    let text = json!({ "title": "A title", "content": "Some text.", "slug": "a" });
    let draft = desk.create(text.clone()).await;
    let public = with(text, json!({ "slug": "b", "publish": true }));
    let public = desk.create(public).await;
    // The post, its authors, its tags, and its newest revision with its text; the revision and what it
    // changes; the log.
    let least = WHO + TRANSACTION + 4 + 1 + 1;
    for (case, post) in [("a draft", draft), ("a public post", public)] {
        let edit = json!({ "id": post["id"], "expectedVersion": 1, "content": "Text, some." });
        let sent = sent(&desk, ("updatePost", "UpdatePostInput"), edit).await;
        assert_eq!(sent, least, "{case}");
    }
}

diesel::table! {
    /// What a connection keeps prepared.
    pg_prepared_statements (name) {
        name -> Text,
        statement -> Text,
    }
}

/// What the connections of an application keep prepared.
async fn kept_prepared(desk: &Desk) -> Vec<String> {
    let mut held = Vec::new();
    for _ in 0..desk.app.pool.usage().limit {
        held.push(desk.app.pool.get().await.unwrap());
    }
    let mut kept = Vec::new();
    for connection in &mut held {
        let texts = pg_prepared_statements::table.select(pg_prepared_statements::statement);
        let texts: Vec<String> = texts.load(&mut **connection).await.unwrap();
        kept.extend(texts);
    }
    kept
}

#[tokio::test]
async fn what_saves_posts_stays_prepared() {
    let desk = Desk::new().await;
    let text = json!({ "title": "A title", "content": "Some text.", "slug": "a" });
    let post = desk.create(with(text, json!({ "publish": true }))).await;
    let edit = json!({ "id": post["id"], "expectedVersion": 1, "content": "Text, some." });
    sent(&desk, ("updatePost", "UpdatePostInput"), edit).await;
    let kept = kept_prepared(&desk).await;
    for change in [
        r#"INSERT INTO "posts""#,
        r#"UPDATE "posts""#,
        r#"INSERT INTO "post_revisions""#,
        r#"INSERT INTO "audit_events""#,
    ] {
        let is_kept = kept.iter().any(|statement| statement.contains(change));
        assert!(is_kept, "{change} is prepared anew each time");
    }
}
