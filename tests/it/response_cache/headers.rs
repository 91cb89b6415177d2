//! What answers say of their being kept.

use axum::body::Body;
use axum::http::Request;
use chrono::TimeDelta;
use serde_json::Value;

use super::watched::{ask, is_hit, is_stored};
use crate::support::{Answer, Client, TestApp, post};

const QUERY: &str = "{ posts { nodes { title } } }";

async fn get(client: &Client, headers: &[(&str, &str)]) -> Answer {
    let query: String = form_urlencoded::byte_serialize(QUERY.as_bytes()).collect();
    let mut request = Request::get(format!("/graphql?query={query}"))
        .header("accept", "application/graphql-response+json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    client.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn an_answer_is_given_again_however_it_is_asked_for() {
    let app = TestApp::new().await;
    app.import([post("p")]).await;
    let visitor = app.anonymous();
    let first = ask(&visitor, QUERY).await;
    assert!(is_stored(&first), "{first:?}");
    assert_eq!((first.header("age"), first.header("etag")), ("", ""));
    app.advance(TimeDelta::seconds(7));
    let again = ask(&visitor, QUERY).await;
    assert!(is_hit(&again), "{again:?}");
    assert_eq!(again.body, first.body);
    assert_eq!(
        (again.header("age"), again.header("cache-control")),
        ("7", "no-store")
    );
    assert_eq!(again.header("content-type"), first.header("content-type"));
    // From now on, it is right for as long as one that is made now.
    let fetched = get(&visitor, &[]).await;
    assert!(is_hit(&fetched), "{fetched:?}");
    assert_eq!(fetched.header("cache-control"), "public, max-age=37");
    assert_eq!(fetched.header("age"), "7");
    let tag = fetched.header("etag").to_owned();
    let known = get(&visitor, &[("if-none-match", &tag)]).await;
    assert_eq!((known.status.as_u16(), known.body.len()), (304, 0));
    assert_eq!(known.header("cache-control"), "public, max-age=37");
    assert!(is_hit(&known), "{known:?}");
}

#[tokio::test]
async fn a_cookie_of_the_site_makes_no_difference_inside() {
    let app = TestApp::new().await;
    let visitor = app.anonymous();
    assert!(is_stored(&ask(&visitor, QUERY).await));
    let answer = get(&visitor, &[("cookie", "theme=dark")]).await;
    assert!(is_hit(&answer), "{answer:?}");
    // Outside, nobody knows what a cookie means.
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn what_is_for_one_alone_is_not_kept() {
    let app = TestApp::new().await;
    let visitor = app.anonymous();
    let queries = [
        "{ me { name } }",
        "{ health { status } }",
        "{ posts { nodes { draft { title } } } }",
        "{ preview(token: \"imv_x\") { title } }",
    ];
    for query in queries {
        for _ in 0..2 {
            let answer = ask(&visitor, query).await;
            assert_eq!(answer.header("cache-status"), "", "{query}");
        }
    }
    let editor = app.person("Eda", imprenta::accounts::Role::Editor).await;
    assert!(is_stored(&ask(&visitor, QUERY).await));
    assert_eq!(ask(&editor, QUERY).await.header("cache-status"), "");
}

#[tokio::test]
async fn an_answer_with_an_error_is_not_kept() {
    let app = TestApp::new().await;
    let visitor = app.anonymous();
    for query in [
        "{ posts(first: -1) { totalCount } }",
        "{ node(id: \"x\") { id } }",
    ] {
        for _ in 0..2 {
            let answer = visitor.graphql(query, Value::Null).await;
            let status = answer.header("cache-status");
            assert_eq!(status, "Imprenta; fwd=uri-miss", "{query}");
        }
    }
}

#[tokio::test]
async fn no_memory_no_cache() {
    let app = TestApp::with_settings([("RESPONSE_CACHE_BYTES", "0")].into()).await;
    let visitor = app.anonymous();
    for _ in 0..2 {
        let answer = ask(&visitor, QUERY).await;
        assert_eq!(answer.header("cache-status"), "");
    }
    assert_eq!(
        get(&visitor, &[]).await.header("cache-control"),
        "public, max-age=30"
    );
}
