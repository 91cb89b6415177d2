//! The shape of answers (GraphQL specification, sections 6.4.4 and 7.2.2).

use serde_json::{Value, json};

use crate::support::{TestApp, post};

#[tokio::test]
async fn fields_stand_in_the_order_of_the_selection() {
    let app = TestApp::new().await;
    app.import([post("one").tag("Rust")]).await;
    let query = r#"{
        health { version status }
        post(by: { slug: "one" }) { tags { slug name } ...F id author { slug name } title }
        __typename
        posts { pageInfo { endCursor hasNextPage } totalCount nodes { slug } }
        route(path: "/one") { ... on Post { tags { slug postCount } authors { name } ...F title } }
    } fragment F on Post { version authors { name } }"#;
    let answer = app.anonymous().graphql(query, Value::Null).await;
    let text = answer.text();
    let keys = [
        "health",
        "version",
        "status",
        "post",
        "tags",
        "slug",
        "name",
        "version",
        "authors",
        "name",
        "id",
        "author",
        "slug",
        "name",
        "title",
        "__typename",
        "posts",
        "pageInfo",
        "endCursor",
        "hasNextPage",
        "totalCount",
        "nodes",
        "slug",
        "route",
        "tags",
        "slug",
        "postCount",
        "authors",
        "name",
        "version",
        "title",
    ];
    let mut rest = text.as_str();
    for key in keys {
        let quoted = format!("\"{key}\":");
        let at = rest
            .find(&quoted)
            .unwrap_or_else(|| panic!("{key} is out of order in {text}"));
        rest = &rest[at + quoted.len()..];
    }
}

#[tokio::test]
async fn a_nullable_field_that_fails_is_null_and_leaves_the_others() {
    let app = TestApp::new().await;
    let query = r#"{ first: post(by: { id: "?" }) { title } health { status } last: node(id: "?") { id } }"#;
    let answer = app.anonymous().graphql(query, Value::Null).await;
    assert_eq!(answer.status, 200);
    let json = answer.json();
    assert_eq!(
        json["data"],
        json!({ "first": null, "health": { "status": "ok" }, "last": null })
    );
    assert_eq!(json["errors"][0]["path"], json!(["first"]));
    assert_eq!(json["errors"][1]["path"], json!(["last"]));
}

#[tokio::test]
async fn a_field_that_must_not_be_null_takes_its_parent_with_it() {
    let app = TestApp::new().await;
    app.import([post("one")]).await;
    let client = app.anonymous();
    let json = client
        .graphql(
            "{ posts(first: -1) { totalCount } health { status } }",
            Value::Null,
        )
        .await
        .json();
    assert_eq!(json["data"], Value::Null);

    let query = r#"{ health { status } author(by: { slug: "ana" }) { name posts(first: -1) { totalCount } } }"#;
    let json = client.graphql(query, Value::Null).await.json();
    assert_eq!(
        json["data"],
        json!({ "health": { "status": "ok" }, "author": null })
    );
    assert_eq!(json["errors"][0]["path"], json!(["author", "posts"]));

    let query = r"{ nodes(ids: []) { id } authors { nodes { ... on Author { posts(last: 500) { totalCount } } } } }";
    let json = client.graphql(query, Value::Null).await.json();
    assert_eq!(json["data"], Value::Null);
}
