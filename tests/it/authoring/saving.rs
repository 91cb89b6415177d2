//! Posts are stored as their editors wrote them, or not at all.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::writing::{Desk, done, number, payload, refused, row_counts, text};
use crate::support::Client;

/// Fails if a mutation is refused for anything else, or leaves anything behind.
pub async fn assert_refused(desk: &Desk, mutation: &str, input: Value, wanted: &[&str]) {
    let before = row_counts(&desk.app.database).await;
    let errors = refused(&desk.editor, mutation, input).await;
    assert_eq!(errors, wanted, "{mutation}");
    assert_eq!(row_counts(&desk.app.database).await, before, "{mutation}");
}

#[tokio::test]
async fn tags_are_named_by_name_or_id_and_each_is_there_once() {
    let desk = Desk::new().await;
    let rust = done(&desk.editor, "createTag", json!({ "name": "Rust" })).await;
    let tags = json!([{ "name": "New" }, { "id": rust["id"] }, { "name": "rUST" }]);
    let post = desk.create(json!({ "tags": tags })).await;
    let query = "query($id: ID!) { post(by: { id: $id }) { tags { name } } }";
    let data = desk.editor.query_with(query, json!({ "id": post["id"] }));
    let wanted = json!([{ "name": "New" }, { "name": "Rust" }]);
    assert_eq!(data.await["post"]["tags"], wanted);
}

#[tokio::test]
async fn a_slug_is_made_of_the_title_in_any_script_and_numbered_where_it_is_taken() {
    let desk = Desk::new().await;
    let mut slugs = Vec::new();
    for title in ["¿Qué es Straße?", "Que es: strasse", "¡…!", "北京", "¡…!"] {
        let post = desk.post(title).await;
        assert_eq!(text(&post["path"]), format!("/{}", text(&post["slug"])));
        slugs.push(text(&post["slug"]));
    }
    let wanted = [
        "que-es-strasse",
        "que-es-strasse-2",
        "post",
        "bei-jing",
        "post-2",
    ];
    assert_eq!(slugs, wanted);
}

#[tokio::test]
async fn a_slug_or_path_of_another_post_is_refused() {
    let desk = Desk::new().await;
    desk.post("One").await;
    let input = desk.draft(json!({ "slug": "one", "path": "/one" }));
    let wanted = ["INVALID_INPUT input.path", "INVALID_INPUT input.slug"];
    assert_refused(&desk, "createPost", input, &wanted).await;
}

#[tokio::test]
async fn what_is_as_long_as_may_be_is_stored_as_it_is() {
    let desk = Desk::new().await;
    let (title, meta) = ("é".repeat(255), "é".repeat(300));
    let input = json!({ "title": title, "metaDescription": meta });
    let post = desk.create(input).await;
    assert_eq!(post["title"], title);
}

/// As much as the schema promises, and as imports take.
#[tokio::test]
async fn a_text_of_a_mebibyte_is_stored_as_it_is() {
    let desk = Desk::new().await;
    let content = "a line of it\n".repeat(1024 * 1024 / 13);
    let post = desk.create(json!({ "content": content })).await;
    assert!(post["content"] == content);
}

#[tokio::test]
async fn a_post_without_text_is_not_made_public() {
    let desk = Desk::new().await;
    let post = desk.create(json!({ "content": " \n" })).await;
    let id = json!({ "id": post["id"] });
    let at = json!({ "id": post["id"], "at": "2026-07-01T00:00:00Z" });
    assert_refused(&desk, "publishPost", id, &["INVALID_INPUT input.id"]).await;
    assert_refused(&desk, "schedulePost", at, &["INVALID_INPUT input.id"]).await;
}

/// `input.id` would be no argument of `createPost`.
#[tokio::test]
async fn a_new_post_without_text_is_refused_at_its_content() {
    let desk = Desk::new().await;
    let input = desk.draft(json!({ "content": "", "publish": true }));
    assert_refused(&desk, "createPost", input, &["INVALID_INPUT input.content"]).await;
}

#[tokio::test]
async fn times_that_cannot_be_are_refused() {
    let desk = Desk::new().await;
    let id = desk.create(json!({})).await["id"].clone();
    for (mutation, field, time, more) in [
        ("schedulePost", "at", "2026-06-01T12:00:00Z", json!({})),
        ("schedulePost", "at", "9999-01-01T00:00:00Z", json!({})),
        (
            "publishPost",
            "publishedAt",
            "9999-01-01T00:00:00Z",
            json!({}),
        ),
        (
            "publishPost",
            "publishedAt",
            "0000-01-01T00:00:00Z",
            json!({}),
        ),
        (
            "publishPost",
            "unpublishAt",
            "2026-06-01T12:00:00Z",
            json!({}),
        ),
        (
            "publishPost",
            "unpublishAt",
            "9999-01-01T00:00:00Z",
            json!({}),
        ),
        (
            "schedulePost",
            "unpublishAt",
            "2026-07-01T00:00:00Z",
            json!({ "at": "2026-07-01T00:00:00Z" }),
        ),
    ] {
        let mut input = super::writing::with(json!({ "id": id }), more);
        input[field] = json!(time);
        let wanted = format!("INVALID_INPUT input.{field}");
        assert_refused(&desk, mutation, input, &[&wanted]).await;
    }
    for field in ["publishedAt", "unpublishAt"] {
        let mut input = desk.draft(json!({}));
        input[field] = json!("2026-05-01T00:00:00Z");
        let wanted = format!("INVALID_INPUT input.{field}");
        assert_refused(&desk, "createPost", input, &[&wanted]).await;
    }
}

#[tokio::test]
async fn an_author_with_posts_stays() {
    let desk = Desk::new().await;
    desk.create(json!({})).await;
    let id = json!({ "id": desk.ana_id });
    assert_refused(&desk, "deleteAuthor", id, &["INVALID_INPUT input.id"]).await;
}

#[tokio::test]
async fn an_author_makes_posts_of_their_own_and_of_no_one_else() {
    let desk = Desk::new().await;
    let (_, ben) = super::writing::author(&desk.app, &desk.editor, "Ben").await;
    let own = json!({ "title": "Mine", "content": "Text." });
    let post = done(&desk.ana, "createPost", own).await;
    let before = row_counts(&desk.app.database).await;
    // Ana does not see Ben, who has no public post.
    let theirs = json!({ "title": "His", "authors": [ben] });
    let errors = refused(&desk.ana, "createPost", theirs).await;
    assert_eq!(errors, ["INVALID_INPUT input.authors.0"]);
    desk.update(&post, json!({ "authors": [desk.ana_id, ben] }))
        .await;
    desk.transition("publishPost", &post).await;
    let away = json!({ "id": post["id"], "expectedVersion": 2, "authors": [ben] });
    assert_eq!(refused(&desk.ana, "updatePost", away).await, ["FORBIDDEN"]);
    assert_eq!(
        row_counts(&desk.app.database).await["posts"],
        before["posts"]
    );
}

/// Sends a body as it is.
async fn status_of(client: &Client, body: &str) -> u16 {
    let request = Request::post("/graphql").header(CONTENT_TYPE, "application/json");
    let request = request.body(Body::from(body.to_owned())).unwrap();
    client.send(request).await.status.as_u16()
}

#[tokio::test]
async fn half_of_a_character_is_refused() {
    let desk = Desk::new().await;
    let before = row_counts(&desk.app.database).await;
    let query = super::writing::operation("createPost");
    let variables = json!({ "input": desk.draft(json!({ "title": "HALF" })) });
    let body = json!({ "query": query, "variables": variables }).to_string();
    for half in [r"\ud800", r"\udc00", r"\udc00\ud800", r"\ud83e\u0041"] {
        let status = status_of(&desk.editor, &body.replace("HALF", half)).await;
        assert_eq!(status, 400, "{half}");
    }
    assert_eq!(row_counts(&desk.app.database).await, before);
    let whole = body.replace("HALF", r"\ud83e\udd80");
    assert_eq!(status_of(&desk.editor, &whole).await, 200);
}

#[tokio::test]
async fn nul_in_a_title_is_refused_like_any_other_control_character() {
    let desk = Desk::new().await;
    for title in ["\0", "a\0b", "a\u{1b}b", "a\nb"] {
        let input = desk.draft(json!({ "title": title }));
        let errors = payload(&desk.editor, "createPost", input).await;
        let path = &errors["userErrors"][0]["path"];
        assert_eq!(*path, json!(["input", "title"]), "{title:?}");
    }
}

#[tokio::test]
async fn however_many_tags_are_named_the_statements_are_as_many() {
    let desk = Desk::new().await;
    let names: Vec<_> = (0..20)
        .map(|n| json!({ "name": format!("Tag {n}") }))
        .collect();
    desk.create(json!({ "tags": names })).await;
    let mut sent = Vec::new();
    for some in [&names[..1], &names] {
        let making = desk.create(json!({ "tags": some }));
        sent.push(desk.app.statements_of(making).await.0);
    }
    assert_eq!(sent[0], sent[1]);
}

#[tokio::test]
async fn a_tag_that_many_make_at_once_is_one() {
    let desk = Desk::new().await;
    let making = (0..4).map(|_| desk.create(json!({ "tags": [{ "name": "Quite new" }] })));
    futures_util::future::join_all(making).await;
    let tags = number(&desk.app.database, "SELECT count(*) FROM tags").await;
    assert_eq!(tags, 1);
}
