//! No two requests with different answers have one key.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::watched::{is_hit, is_stored};
use crate::support::{Answer, TestApp, post};

async fn send(app: &TestApp, accept: &str, body: &str) -> Answer {
    let request = Request::post("/graphql")
        .header("content-type", "application/json")
        .header("accept", accept)
        .body(Body::from(body.to_owned()));
    app.anonymous().send(request.unwrap()).await
}

#[tokio::test]
async fn every_difference_is_another_key() {
    let app = TestApp::new().await;
    app.import([post("a"), post("b"), post("ab")]).await;
    let two = "query($a: String!, $b: String!) { a: post(by: { slug: $a }) { title }
        b: post(by: { slug: $b }) { title } }";
    let page = "query($n: Int, $c: Boolean = true) {
        posts(first: $n) { totalCount @include(if: $c) nodes { title } } }";
    let named = "query A { posts(first: 1) { totalCount } } query B { tags { totalCount } }";
    let requests = [
        // Texts that are the same when they are put together.
        json!({ "query": two, "variables": { "a": "a", "b": "bab" } }),
        json!({ "query": two, "variables": { "a": "ab", "b": "ab" } }),
        json!({ "query": two, "variables": { "a": "a\",\"b\":\"b", "b": "ab" } }),
        json!({ "query": two, "variables": { "a": "ab", "b": "a" } }),
        // None, null and a value.
        json!({ "query": page }),
        json!({ "query": page, "variables": { "n": null } }),
        json!({ "query": page, "variables": { "n": 1 } }),
        json!({ "query": page, "variables": { "n": 10 } }),
        json!({ "query": page, "variables": { "n": 10, "c": false } }),
        // One document, two operations.
        json!({ "query": named, "operationName": "A" }),
        json!({ "query": named, "operationName": "B" }),
        // What the answer says of itself.
        json!({ "query": named, "operationName": "A", "extensions": { "cost": true } }),
        // A text within a text.
        json!({ "query": "{ posts { totalCount } } # { tags { totalCount } }" }),
        json!({ "query": "{ tags { totalCount } } # { posts { totalCount } }" }),
    ];
    let media_types = ["application/json", "application/graphql-response+json"];
    for media_type in media_types {
        for request in &requests {
            let answer = send(&app, media_type, &request.to_string()).await;
            assert!(is_stored(&answer), "{media_type} {request} {answer:?}");
            assert!(answer.header("content-type").starts_with(media_type));
        }
    }
    let fresh = app.replica_with([("RESPONSE_CACHE_BYTES", "0")]);
    for request in &requests {
        let kept = send(&app, media_types[1], &request.to_string()).await;
        assert!(is_hit(&kept), "{request}");
        let right = send(&fresh, media_types[1], &request.to_string()).await;
        assert_eq!(kept.text(), right.text(), "{request}");
    }
}

#[tokio::test]
async fn values_of_other_types_are_not_confused() {
    let app = TestApp::new().await;
    let query = "query($n: Int) { posts(first: $n) { totalCount } }";
    let ask = |n: Value| {
        let body = json!({ "query": query, "variables": { "n": n } }).to_string();
        let app = &app;
        async move { send(app, "application/json", &body).await }
    };
    assert!(is_stored(&ask(json!(1)).await));
    for wrong in [
        json!("1"),
        json!(true),
        json!([1, 1]),
        json!({ "n": 1 }),
        json!(1.5),
    ] {
        let answer = ask(wrong.clone()).await;
        assert!(answer.json()["errors"].is_array(), "{wrong}: {answer:?}");
    }
    assert!(is_hit(&ask(json!(1)).await));
}

#[tokio::test]
async fn the_last_of_two_keys_of_one_name_counts_for_the_key_too() {
    let app = TestApp::new().await;
    app.import([post("a"), post("b")]).await;
    let query = "query($s: String!) { post(by: { slug: $s }) { title } }";
    let body = |variables: &str| format!(r#"{{ "query": "{query}", "variables": {variables} }}"#);
    let json = "application/json";
    let first = send(&app, json, &body(r#"{ "s": "a", "s": "b" }"#)).await;
    assert_eq!(first.json()["data"]["post"]["title"], "B");
    let second = send(&app, json, &body(r#"{ "s": "b" }"#)).await;
    assert!(is_hit(&second), "{second:?}");
    let third = send(&app, json, &body(r#"{ "s": "b", "s": "a" }"#)).await;
    assert_eq!(third.json()["data"]["post"]["title"], "A");
}

#[tokio::test]
async fn a_hash_and_its_text_are_one() {
    let app = TestApp::new().await;
    let query = "{ posts { totalCount } }";
    let hash = ring::digest::digest(&ring::digest::SHA256, query.as_bytes());
    let digits = hash.as_ref().iter().map(|it| format!("{it:02x}"));
    let hash = digits.collect::<Vec<_>>().concat();
    let persisted = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
    let json = "application/json";
    let body = json!({ "query": query, "extensions": persisted }).to_string();
    assert!(is_stored(&send(&app, json, &body).await));
    let body = json!({ "extensions": persisted }).to_string();
    assert!(is_hit(&send(&app, json, &body).await));
    let body = json!({ "query": query }).to_string();
    assert!(is_hit(&send(&app, json, &body).await));
}

#[tokio::test]
async fn a_request_that_was_sent_before_is_looked_at_all_the_same() {
    let app = TestApp::new().await;
    let text = r#"{ "query": "{ posts { totalCount } }" }"#;
    let send = |headers: &[(&str, &str)]| {
        let mut request = Request::post("/graphql").header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
            if *name == "content-type" {
                request.headers_mut().unwrap().remove("content-type");
                request = request.header(*name, *value);
            }
        }
        let visitor = app.anonymous();
        async move { visitor.send(request.body(Body::from(text)).unwrap()).await }
    };
    assert!(is_stored(&send(&[]).await));
    assert!(is_hit(&send(&[]).await));
    let refused = [
        (("content-type", "text/plain"), 415),
        (("content-encoding", "gzip"), 415),
        (("accept", "text/html"), 406),
        (("idempotency-key", "with space"), 400),
        (("authorization", "Bearer nonsense"), 401),
        (("authorization", "Basic eDp5"), 401),
    ];
    for (header, status) in refused {
        assert_eq!(send(&[header]).await.status.as_u16(), status, "{header:?}");
    }
    assert!(is_hit(&send(&[]).await));
}

#[tokio::test]
async fn a_request_is_another_one_in_another_place() {
    let app = TestApp::new().await;
    let get = |query: &str| Request::get(format!("/graphql?{query}")).body(Body::empty());
    let text = "query=%7Bposts%7BtotalCount%7D%7D";
    let visitor = app.anonymous();
    assert!(is_stored(&visitor.send(get(text).unwrap()).await));
    assert!(is_hit(&visitor.send(get(text).unwrap()).await));
    // As a body, these bytes are no JSON.
    let posted = send(&app, "application/json", text).await;
    assert_eq!(posted.status, 400);
    // Other bytes, the same query.
    let other = get("query=%7Bposts%7BtotalCount%7D%7D&operationName=");
    assert!(is_hit(&visitor.send(other.unwrap()).await));
}
