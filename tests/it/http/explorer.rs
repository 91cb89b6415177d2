//! The explorer as a file; `tests/browser` uses it as a person does.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use imprenta::config::Environment;

use crate::support::TestApp;

#[tokio::test]
async fn it_comes_with_a_policy_that_runs_no_foreign_script() {
    let client = TestApp::new().await.anonymous();
    let page = client.get("/graphiql").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("script-src 'self';") && policy.contains("default-src 'none'"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe-eval"), "{policy}");
    let text = page.text();
    // A bundle names its files, a build without npm says how to get one.
    assert!(
        text.contains("/graphiql/assets/") || text.contains("npm"),
        "{text}"
    );
    assert_eq!(
        client.get("/graphiql/assets/nothing.js").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn its_files_are_kept_by_browsers_and_sent_compressed() {
    let client = TestApp::new().await.anonymous();
    let text = client.get("/graphiql").await.text();
    let Some((_, rest)) = text.split_once("/graphiql/assets/") else {
        assert!(text.contains("npm"), "neither a bundle nor advice: {text}");
        return;
    };
    let name = rest.split('"').next().unwrap();
    let path = format!("/graphiql/assets/{name}");
    let request = Request::get(&path).header("accept-encoding", "gzip, br");
    let packed = client.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert!(packed.header("cache-control").contains("immutable"));
    let plain = client.get(&path).await;
    assert_eq!(plain.header("content-encoding"), "");
    assert!(plain.body.len() > packed.body.len());
    let request = Request::get(&path).header("if-none-match", packed.header("etag"));
    let known = client.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(
        (known.status, known.body.len()),
        (StatusCode::NOT_MODIFIED, 0)
    );
}

#[tokio::test]
async fn it_can_be_switched_off() {
    let settings = Environment::from([("GRAPHIQL", "off")]);
    let client = TestApp::with_settings(settings).await.anonymous();
    assert_eq!(client.get("/graphiql").await.status, StatusCode::NOT_FOUND);
    let request = Request::get("/")
        .header("accept", "text/html")
        .body(Body::empty());
    let root = client.send(request.unwrap()).await;
    assert_eq!(root.status, StatusCode::OK);
    assert_eq!(root.json()["links"].get("graphiql"), None);
}

#[tokio::test]
async fn introspection_can_be_switched_off_with_every_hint_at_names() {
    let settings = Environment::from([("INTROSPECTION", "false")]);
    let client = TestApp::with_settings(settings).await.anonymous();
    for query in [
        "{ __schema { queryType { name } } }",
        "{ __type(name: \"Post\") { name } }",
    ] {
        let json = client.graphql(query, serde_json::Value::Null).await.json();
        assert!(!json.to_string().contains("Query\""), "{json}");
        assert!(!json.to_string().contains("\"Post\""), "{json}");
    }
    let (_, message) = client.refusal("{ pots { totalCount } }").await;
    assert!(!message.contains("posts"), "{message}");
}
