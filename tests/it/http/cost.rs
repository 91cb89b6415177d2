//! What operations cost, before they run.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, post};

async fn ask(client: &Client, query: &str, variables: Value) -> Value {
    let body = json!({ "query": query, "variables": variables, "extensions": { "cost": true } });
    let request = Request::post("/graphql")
        .header("content-type", "application/json")
        .header("accept", "application/graphql-response+json")
        .body(Body::from(body.to_string()));
    client.send(request.unwrap()).await.json()
}

#[tokio::test]
async fn the_cost_is_told_to_those_who_ask() {
    let app = TestApp::new().await;
    app.import([post("one")]).await;
    let client = app.anonymous();
    let page = "query($n: Int = 10) { posts(first: $n) { nodes { slug } } }";
    let cases = [
        ("{ __typename }", Value::Null, 1),
        ("{ a: __typename b: __typename }", Value::Null, 2),
        ("{ posts { nodes { slug } } }", Value::Null, 41),
        (page, Value::Null, 21),
        (page, json!({ "n": 3 }), 7),
        (page, json!({ "n": 1.0 }), 3),
        (page, json!({ "n": null }), 41),
        (
            "{ ...F ...F } fragment F on Query { posts(last: 3) { nodes { slug } } }",
            Value::Null,
            14,
        ),
        (
            "{ posts(first: 1) { nodes { contentHtml content } } }",
            Value::Null,
            27,
        ),
        (
            "query($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }",
            json!({ "ids": [] }),
            3,
        ),
    ];
    for (query, variables, cost) in cases {
        let json = ask(&client, query, variables).await;
        let expected = json!({ "requested": cost, "limit": 10_000 });
        assert_eq!(json["extensions"]["cost"], expected, "{query}: {json}");
        let silent = client.graphql(query, Value::Null).await.json();
        assert_eq!(silent.get("extensions"), None);
    }
}

#[tokio::test]
async fn no_way_of_writing_it_makes_a_page_cheaper() {
    let client = TestApp::new().await.anonymous();
    let nest = |first: &str| {
        format!(
            "query($n: Int = 100, $m: Int) {{ posts({first}) {{ nodes {{ author {{ posts({first}) {{ nodes {{ title slug }} }} }} }} }} }}"
        )
    };
    for (first, variables) in [
        ("first: $n, last: $m", Value::Null),
        ("first: $n, last: $m", json!({ "n": -1 })),
        ("first: $n, last: $m", json!({ "n": i32::MAX })),
        ("first: $m, last: $n", Value::Null),
        ("first: $n, last: $m", json!({ "n": null, "m": 100 })),
    ] {
        let json = client.graphql(&nest(first), variables.clone()).await.json();
        assert_eq!(
            json["errors"][0]["extensions"]["code"], "TOO_COMPLEX",
            "{variables}: {json}"
        );
    }
    for first in ["first: -5", "first: 2147483647", "last: 100"] {
        let query = nest(first).replace("($n: Int = 100, $m: Int)", "");
        assert_eq!(client.refusal(&query).await.0, "TOO_COMPLEX", "{first}");
    }
}
