//! Documents that were checked once are not checked again, and variables always are.

use imprenta::config::Environment;
use serde_json::{Value, json};

use crate::support::{TestApp, post};

#[tokio::test]
async fn a_document_that_is_known_has_its_variables_checked_each_time() {
    let app = TestApp::new().await;
    app.import([post("one"), post("two")]).await;
    let client = app.anonymous();
    let query =
        "query($n: Int!, $o: PostOrder) { posts(first: $n, orderBy: $o) { nodes { slug } } }";
    let title = json!({ "field": "TITLE", "direction": "ASC" });
    for _ in 0..3 {
        let data = client
            .query_with(query, json!({ "n": 1, "o": title }))
            .await;
        assert_eq!(data["posts"]["nodes"], json!([{ "slug": "one" }]));
        for (variables, message) in [
            (json!({ "n": "1" }), "$n must be an Int"),
            (json!({ "n": true, "o": title }), "$n must be an Int"),
            (json!({}), "the variable $n of the type Int! has no value"),
            (
                json!({ "n": 1, "o": "TITLE" }),
                "$o must be an object of the type PostOrder",
            ),
        ] {
            let json = client.graphql(query, variables).await.json();
            let error = &json["errors"][0];
            assert_eq!(
                (&error["message"], &error["extensions"]["code"]),
                (&json!(message), &json!("BAD_USER_INPUT"))
            );
        }
        let data = client.query_with(query, json!({ "n": 2 })).await;
        assert_eq!(data["posts"]["nodes"].as_array().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_document_that_is_known_is_priced_by_its_variables_each_time() {
    let client = TestApp::new().await.anonymous();
    let query = "query($n: Int!) { posts(first: $n) { nodes { author { posts(first: $n) { nodes { title slug } } } } } }";
    for _ in 0..2 {
        client.query_with(query, json!({ "n": 5 })).await;
        let json = client.graphql(query, json!({ "n": 100 })).await.json();
        assert_eq!(json["errors"][0]["extensions"]["code"], "TOO_COMPLEX");
    }
}

#[tokio::test]
async fn what_is_wrong_stays_wrong_and_texts_are_told_apart() {
    let client = TestApp::new().await.anonymous();
    for _ in 0..2 {
        assert_eq!(
            client.refusal("{ nothing }").await.0,
            "GRAPHQL_VALIDATION_FAILED"
        );
        assert_eq!(
            client.query("{ a: __typename }").await,
            json!({ "a": "Query" })
        );
        assert_eq!(
            client.query("{ b: __typename }").await,
            json!({ "b": "Query" })
        );
        let two = "query A { a: __typename } query B { b: __typename }";
        let body = |name: &str| json!({ "query": two, "operationName": name });
        for (name, data) in [
            ("A", json!({ "a": "Query" })),
            ("B", json!({ "b": "Query" })),
        ] {
            let request = axum::http::Request::post("/graphql")
                .header("content-type", "application/json")
                .body(axum::body::Body::from(body(name).to_string()));
            assert_eq!(client.send(request.unwrap()).await.json()["data"], data);
        }
    }
}

#[tokio::test]
async fn the_cache_can_be_off_or_too_small_and_changes_nothing() {
    for bytes in ["0", "1", "100000"] {
        let settings = Environment::from([("GRAPHQL_DOCUMENT_CACHE_BYTES", bytes)]);
        let app = TestApp::with_settings(settings).await;
        let client = app.anonymous();
        for n in 0..200 {
            let query = format!("{{ a{n}: __typename }}");
            let data = client.graphql(&query, Value::Null).await.json();
            assert_eq!(data["data"][format!("a{n}")], "Query");
        }
    }
}
