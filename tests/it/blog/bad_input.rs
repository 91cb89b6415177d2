use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{TestApp, post};

#[tokio::test]
async fn each_bad_argument_is_one_clear_error_that_names_it() {
    let app = TestApp::new().await;
    app.import([post("one").tag("Rust")]).await;
    let client = app.anonymous();
    let tag_id = client
        .query(r#"{ tag(by: { slug: "rust" }) { id } }"#)
        .await["tag"]["id"]
        .to_string();
    let title_cursor = client
        .query("{ posts(orderBy: { field: TITLE }) { pageInfo { endCursor } } }")
        .await["posts"]["pageInfo"]["endCursor"]
        .to_string();
    let cases = [
        ("posts(first: -1) { totalCount }".to_owned(), "first: -1 is not within 0 and 100"),
        ("posts(first: 1000) { totalCount }".to_owned(), "first: 1000 is not within 0 and 100"),
        ("tags(last: 101) { totalCount }".to_owned(), "last: 101 is not within 0 and 100"),
        ("posts(first: 1, last: 1) { totalCount }".to_owned(), "last: give either `first` or `last`, not both"),
        (r#"posts(after: "nonsense") { totalCount }"#.to_owned(), "after: not a cursor of this list"),
        (format!("posts(before: {title_cursor}) {{ totalCount }}"), "before: not a cursor of this list"),
        (format!("authors(after: {title_cursor}) {{ totalCount }}"), "after: not a cursor of this list"),
        (
            r#"posts(filter: { publishedFrom: "2026-01-02T00:00:00Z", publishedUntil: "2026-01-01T00:00:00Z" }) { totalCount }"#.to_owned(),
            "filter.publishedUntil: not after `publishedFrom`",
        ),
        (
            r#"posts(filter: { publishedFrom: "-9999-01-02T00:00:00Z" }) { totalCount }"#.to_owned(),
            "filter.publishedFrom: not within the years 1 and 9999",
        ),
        (r#"posts(filter: { tag: { id: "x" } }) { totalCount }"#.to_owned(), "filter.tag.id: not an id of this server"),
        (r#"node(id: "!") { id }"#.to_owned(), "id: not an id of this server"),
        (r#"nodes(ids: ["!"]) { id }"#.to_owned(), "ids.0: not an id of this server"),
        (format!("nodes(ids: [{}]) {{ id }}", "\"\",".repeat(101)), "ids: 101 ids are more than 100"),
        (r#"post(by: { id: "é" }) { id }"#.to_owned(), "by.id: not an id of this server"),
        (format!("post(by: {{ id: {tag_id} }}) {{ id }}"), "by.id: the id of something else than of a post"),
        (r#"authors(filter: { nameStartsWith: "\u0000" }) { totalCount }"#.to_owned(), "filter.nameStartsWith: holds the character NUL"),
    ];
    for (field, expected) in cases {
        let (code, message) = client.refusal(&format!("{{ {field} }}")).await;
        assert_eq!(code, "BAD_USER_INPUT", "{field}: {message}");
        assert!(message.starts_with(expected), "{field}: {message}");
    }
}

#[tokio::test]
async fn a_cursor_made_by_hand_is_refused_or_names_some_place() {
    use base64::Engine;
    let app = TestApp::new().await;
    app.import([post("one"), post("two")]).await;
    let client = app.anonymous();
    let encode = |bytes: &[u8]| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    let with_key = |key: &[u8]| encode(&[b"p".as_slice(), &[0; 16], key].concat());
    let query = "query($after: String!) { posts(after: $after) { nodes { slug } } }";
    for (after, accepted) in [
        (with_key(&0_i64.to_be_bytes()), true),
        (with_key(&i64::MAX.to_be_bytes()), false),
        (with_key(&i64::MIN.to_be_bytes()), false),
        (with_key(&[0; 7]), false),
        (encode(b"p"), false),
        (encode(b""), false),
    ] {
        let answer = client
            .graphql(query, json!({ "after": after }))
            .await
            .json();
        assert_eq!(answer.get("errors").is_none(), accepted, "{answer}");
    }
}

#[tokio::test]
async fn values_of_a_wrong_type_are_refused_before_anything_runs() {
    let app = TestApp::new().await;
    let client = app.anonymous();
    let cases = [
        (r#"{ posts(first: "1") { totalCount } }"#, Value::Null),
        ("{ posts(first: 99999999999) { totalCount } }", Value::Null),
        (
            "{ posts(filter: { author: { id: \"a\", slug: \"b\" } }) { totalCount } }",
            Value::Null,
        ),
        (
            "{ posts(filter: { author: {} }) { totalCount } }",
            Value::Null,
        ),
        (
            "{ posts(orderBy: { field: NAME }) { totalCount } }",
            Value::Null,
        ),
        (
            "query($first: Int) { posts(first: $first) { totalCount } }",
            json!({ "first": "1" }),
        ),
        (
            "query($first: Int) { posts(first: $first) { totalCount } }",
            json!({ "first": 1.5 }),
        ),
        (
            "query($path: String!) { route(path: $path) { __typename } }",
            json!({}),
        ),
    ];
    for (query, variables) in cases {
        let (sent, answer) = app.statements_of(client.graphql(query, variables)).await;
        let json = answer.json();
        let code = json["errors"][0]["extensions"]["code"]
            .as_str()
            .unwrap_or_default();
        assert!(
            ["BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"].contains(&code),
            "{query}: {json}"
        );
        assert!(answer.status != StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(sent, 0, "{query}");
    }
}
