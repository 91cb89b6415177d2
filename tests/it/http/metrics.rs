//! `/metrics`: who gets it, and that it tells the truth.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use imprenta::config::Environment;
use serde_json::json;

use crate::support::{Client, TestApp};

const TOKEN: &str = "canary-token.of~Prometheus+1/2==";

async fn measured() -> TestApp {
    let settings = [("METRICS_TOKEN", TOKEN)];
    TestApp::with_settings(Environment::from(settings)).await
}

/// The value of a series, by its name and labels as they stand there; 0 if it is not there.
async fn value(app: &TestApp, series: &str) -> u64 {
    let answer = app.anonymous().with_bearer(TOKEN).get("/metrics").await;
    assert_eq!(answer.status, StatusCode::OK);
    let text = answer.text();
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    let mut values = samples.map(|line| line.rsplit_once(' ').unwrap());
    let found = values.find(|(name, _)| *name == series);
    found.map_or(0, |(_, value)| value.parse().unwrap())
}

async fn send(client: &Client, method: &str, path: &str) -> StatusCode {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let request = Request::builder().method(method).uri(path);
    client
        .send(request.body(Body::empty()).unwrap())
        .await
        .status
}

#[tokio::test]
async fn without_a_token_it_is_not_there() {
    let client = TestApp::new().await.anonymous();
    let plain = client.get("/metrics").await;
    assert_eq!(plain.status, StatusCode::NOT_FOUND);
    let guessed = client.with_bearer("anything").get("/metrics").await;
    assert_eq!(guessed.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn it_is_for_those_who_show_the_token() {
    let app = measured().await;
    let almost = &TOKEN[..TOKEN.len() - 3];
    for client in [
        app.anonymous(),
        app.anonymous().with_bearer(almost),
        app.anonymous().with_bearer("not a token"),
    ] {
        let answer = client.get("/metrics").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(
            answer.header("www-authenticate"),
            r#"Bearer realm="metrics""#
        );
        assert_eq!(
            answer.json()["message"],
            "send `authorization: Bearer` and the token of METRICS_TOKEN"
        );
    }
    let answer = app.anonymous().with_bearer(TOKEN).get("/metrics").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn requests_are_counted_by_what_has_few_values() {
    let app = measured().await;
    let client = app.anonymous();
    for _ in 0..3 {
        assert_eq!(send(&client, "GET", "/health/live").await, StatusCode::OK);
    }
    assert_eq!(
        send(&client, "GET", "/a-place-of-mine").await,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        send(&client, "BREW", "/health/live").await,
        StatusCode::METHOD_NOT_ALLOWED
    );
    let count = async |method, route, status| {
        let labels = format!(r#"{{method="{method}",route="{route}",status="{status}"}}"#);
        let series = format!("imprenta_http_request_duration_seconds_count{labels}");
        value(&app, &series).await
    };
    assert_eq!(count("GET", "/health/live", 200).await, 3);
    assert_eq!(count("GET", "none", 404).await, 1);
    assert_eq!(count("other", "/health/live", 405).await, 1);
}

#[tokio::test]
async fn operations_and_errors_are_counted_by_kind() {
    let app = measured().await;
    let client = app.anonymous();
    client.query("query Mine { posts { totalCount } }").await;
    client.query("{ __typename }").await;
    let _ = client
        .graphql("mutation { logOut(input: {}) { loggedOut } }", json!({}))
        .await;
    let _ = client.graphql("{ users { totalCount } }", json!({})).await;
    let _ = client.graphql("{", json!({})).await;
    let operations = async |kind| {
        let series =
            format!(r#"imprenta_graphql_operation_duration_seconds_count{{type="{kind}"}}"#);
        value(&app, &series).await
    };
    assert_eq!(operations("query").await, 3);
    assert_eq!(operations("mutation").await, 1);
    let errors = async |code| {
        let series = format!(r#"imprenta_graphql_errors_total{{code="{code}"}}"#);
        value(&app, &series).await
    };
    // A visitor has no session to end, either.
    assert_eq!(errors("UNAUTHENTICATED").await, 2);
    assert_eq!(errors("GRAPHQL_PARSE_FAILED").await, 1);
    assert_eq!(errors("BAD_USER_INPUT").await, 0);
}

#[tokio::test]
async fn it_tells_what_there_is_at_present() {
    let app = measured().await;
    app.hear_alone();
    let statements = "imprenta_database_statements_total";
    let before = value(&app, statements).await;
    app.anonymous().query("{ posts { totalCount } }").await;
    assert_eq!(value(&app, statements).await, before + 1);
    let used = r#"imprenta_database_connections{state="used"}"#;
    let idle = r#"imprenta_database_connections{state="idle"}"#;
    assert_eq!(value(&app, used).await, 0);
    let idle_before = value(&app, idle).await;
    assert!(idle_before >= 1);
    let held = app.pool.get().await.unwrap();
    assert_eq!(value(&app, used).await, 1);
    assert_eq!(value(&app, idle).await, idle_before - 1);
    drop(held);
    assert_eq!(value(&app, "imprenta_database_connections_limit").await, 4);
    let version = env!("CARGO_PKG_VERSION");
    let build = format!(r#"imprenta_build_info{{version="{version}"}}"#);
    assert_eq!(value(&app, &build).await, 1);
    #[cfg(target_os = "linux")]
    assert!(value(&app, "process_resident_memory_bytes").await > 0);
}

#[tokio::test]
async fn subscribers_and_what_they_are_sent_are_counted() {
    let app = measured().await;
    app.follow();
    let held = "imprenta_subscription_connections";
    let events = "imprenta_subscription_events_total";
    assert_eq!(value(&app, held).await, 0);
    let changes = "subscription { changes { cursor } }";
    let mut stream = app.anonymous().subscribe(changes, json!({})).await;
    stream.data().await;
    assert_eq!(value(&app, held).await, 1);
    assert_eq!(value(&app, events).await, 1);
}
