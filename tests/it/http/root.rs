use axum::body::Body;
use axum::http::{Request, StatusCode};
use imprenta::config::Environment;

use crate::support::TestApp;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn get(path: &str, accept: &str) -> Request<Body> {
    Request::get(path)
        .header("accept", accept)
        .body(Body::empty())
        .unwrap()
}

#[tokio::test]
async fn a_browser_is_sent_to_the_explorer_and_others_are_told_where_things_are() {
    let client = TestApp::new().await.anonymous();
    for path in ["/", "/graphql"] {
        let answer = client.send(get(path, BROWSER)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(answer.header("location"), "/graphiql");
    }
    let json = client.send(get("/", "*/*")).await.json();
    assert!(
        json["message"].is_string() && json["version"].is_string(),
        "{json}"
    );
    assert_eq!(json["links"]["graphql"], "/graphql");
    assert_eq!(json["links"]["graphiql"], "/graphiql");
}

#[tokio::test]
async fn every_answer_has_a_request_id_and_is_taken_for_what_it_says() {
    let client = TestApp::new().await.anonymous();
    for path in ["/", "/graphql", "/health", "/nowhere"] {
        let answer = client.get(path).await;
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
    let answer = client.get("/nowhere").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let with_id = Request::get("/")
        .header("x-request-id", "mine")
        .body(Body::empty());
    let answer = client.send(with_id.unwrap()).await;
    assert_eq!(answer.header("x-request-id"), "mine");
}

#[tokio::test]
async fn only_configured_sites_may_ask_from_a_browser() {
    let settings = [(
        "CORS_ORIGINS",
        "https://www.example.org, http://localhost:3000",
    )];
    let client = TestApp::with_settings(Environment::from(settings))
        .await
        .anonymous();
    for (origin, allowed) in [
        ("https://www.example.org", "https://www.example.org"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://evil.example", ""),
    ] {
        let preflight = Request::options("/graphql")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "x-csrf-token")
            .body(Body::empty());
        let answer = client.send(preflight.unwrap()).await;
        assert_eq!(answer.header("access-control-allow-origin"), allowed);
        let credentials = if allowed.is_empty() { "" } else { "true" };
        assert_eq!(
            answer.header("access-control-allow-credentials"),
            credentials
        );
        let headers = answer.header("access-control-allow-headers");
        for name in ["x-csrf-token", "idempotency-key", "authorization"] {
            assert!(headers.contains(name), "{headers}");
        }
    }
    let asked = Request::get("/").header("origin", "http://localhost:3000");
    let answer = client.send(asked.body(Body::empty()).unwrap()).await;
    let exposed = answer.header("access-control-expose-headers");
    assert_eq!(exposed, "x-request-id,retry-after");
}

#[tokio::test]
async fn where_every_site_may_ask_none_does_so_with_cookies() {
    let settings = Environment::from([("CORS_ORIGINS", "*")]);
    let client = TestApp::with_settings(settings).await.anonymous();
    let asked = Request::get("/").header("origin", "https://evil.example");
    let answer = client.send(asked.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-allow-credentials"), "");
}
