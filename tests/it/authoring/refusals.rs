//! What posts, authors and tags may not be: told all at once, each at its place, and nothing is stored.

use serde_json::{Value, json};

use super::saving::assert_refused;
use super::writing::{Desk, done, operation, row_counts, with};

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once_each_at_its_place() {
    let desk = Desk::new().await;
    let gone = done(&desk.editor, "createAuthor", json!({ "name": "Gone" })).await;
    done(&desk.editor, "deleteAuthor", json!({ "id": gone["id"] })).await;
    let input = json!({
        "title": "x".repeat(256),
        "content": "a NUL: \0",
        "excerpt": "a bell: \u{7}",
        "slug": "two words",
        "path": "without a slash",
        "authors": [desk.ana_id, "no id", gone["id"]],
        "tags": [{ "name": "fine" }, { "id": "no id" }, { "name": "…" }, { "id": desk.ana_id }],
        "metaTitle": "x".repeat(256),
        "metaDescription": "x".repeat(301),
        "canonicalUrl": "javascript:alert(1)",
        "faq": [{ "question": "Why?", "answer": "So." }, { "question": "", "answer": " " }],
        "locale": "!",
        "note": "x".repeat(501),
    });
    let wanted = [
        "authors.1",
        "authors.2",
        "canonicalUrl",
        "content",
        "excerpt",
        "faq.1.answer",
        "faq.1.question",
        "locale",
        "metaDescription",
        "metaTitle",
        "note",
        "path",
        "slug",
        "tags.1.id",
        "tags.2.name",
        "tags.3.id",
        "title",
    ];
    let wanted = wanted.map(|path| format!("INVALID_INPUT input.{path}"));
    let wanted = wanted.each_ref().map(String::as_str);
    assert_refused(&desk, "createPost", input.clone(), &wanted).await;
    let post = desk.create(json!({})).await;
    let update = with(input, json!({ "id": post["id"], "expectedVersion": 1 }));
    assert_refused(&desk, "updatePost", update, &wanted).await;
}

#[tokio::test]
async fn what_is_wrong_with_dates_is_told_with_all_else() {
    let desk = Desk::new().await;
    let (before, later) = ("2026-05-01T00:00:00Z", "2026-07-01T00:00:00Z");
    let wrong = [
        "INVALID_INPUT input.publishedAt",
        "INVALID_INPUT input.title",
        "INVALID_INPUT input.unpublishAt",
    ];
    for publish in [true, false] {
        let input =
            json!({ "title": "", "publish": publish, "publishedAt": later, "unpublishAt": before });
        assert_refused(&desk, "createPost", desk.draft(input), &wrong).await;
    }
    let post = desk.post("One").await;
    let dates = json!({ "id": post["id"], "publishedAt": later, "unpublishAt": before });
    assert_refused(&desk, "publishPost", dates, &[wrong[0], wrong[2]]).await;
    let dates = json!({ "id": post["id"], "at": before, "unpublishAt": before });
    assert_refused(
        &desk,
        "schedulePost",
        dates,
        &["INVALID_INPUT input.at", wrong[2]],
    )
    .await;
}

/// By one letter, or by one item.
#[tokio::test]
async fn what_is_longer_than_may_be_is_refused() {
    let desk = Desk::new().await;
    let long = |letters: usize| "x".repeat(letters);
    let faq = |question: usize, answer: usize| json!([{ "question": long(question), "answer": long(answer) }]);
    let many = |item: Value, count: usize| Value::from(vec![item; count]);
    let question = json!({ "question": "Why?", "answer": "So." });
    let tags = (0..51).map(|it| json!({ "name": format!("t{it}") }));
    for (field, value, path) in [
        ("title", json!(long(256)), "title"),
        ("content", json!(long(1024 * 1024 + 1)), "content"),
        ("excerpt", json!(long(1001)), "excerpt"),
        ("slug", json!(long(256)), "slug"),
        ("path", json!(format!("/{}", long(1024))), "path"),
        (
            "canonicalUrl",
            json!(format!("https://example.org/{}", long(2048))),
            "canonicalUrl",
        ),
        ("authors", many(json!(desk.ana_id), 21), "authors"),
        ("tags", tags.collect(), "tags"),
        ("tags", json!([{ "name": long(256) }]), "tags.0.name"),
        ("faq", many(question, 51), "faq"),
        ("faq", faq(301, 1), "faq.0.question"),
        ("faq", faq(1, 5001), "faq.0.answer"),
    ] {
        let input = desk.draft(json!({ field: value }));
        let wanted = format!("INVALID_INPUT input.{path}");
        assert_refused(&desk, "createPost", input, &[&wanted]).await;
    }
    for (mutation, field, letters) in [
        ("createAuthor", "name", 256),
        ("createAuthor", "bio", 64 * 1024 + 1),
        ("createTag", "name", 256),
    ] {
        let input = with(json!({ "name": "N" }), json!({ field: long(letters) }));
        let wanted = format!("INVALID_INPUT input.{field}");
        assert_refused(&desk, mutation, input, &[&wanted]).await;
    }
}

#[tokio::test]
async fn questions_of_another_shape_are_refused() {
    let desk = Desk::new().await;
    for faq in [
        json!("Why?"),
        json!([{ "question": "Why?" }]),
        json!([{ "question": 1, "answer": "So." }]),
        json!([{ "question": "Why?", "answer": "So.", "more": 1 }]),
        json!([null]),
    ] {
        let before = row_counts(&desk.app.database).await;
        let variables = json!({ "input": desk.draft(json!({ "faq": faq })) });
        let answer = desk
            .editor
            .graphql(&operation("createPost"), variables)
            .await;
        let message = answer.json()["errors"][0]["message"].to_string();
        assert!(message.contains("faq"), "{faq}: {message}");
        assert_eq!(row_counts(&desk.app.database).await, before);
    }
}
