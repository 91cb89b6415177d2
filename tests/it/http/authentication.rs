//! Credentials in the `Authorization` header.

use axum::body::Body;
use axum::http::Request;

use super::session::{EMAIL, WHO, access_token, api_key, app_with_user, ask, bearer, revoke};
use super::session::{verdict, who};
use crate::support::TestApp;

const NONE: [(&str, &str); 0] = [];

#[tokio::test]
async fn a_token_says_who_is_asking_whatever_the_case_of_the_scheme() {
    let app = app_with_user([]).await;
    let token = access_token(&app).await;
    let client = app.anonymous();
    assert_eq!(who(&ask(&client, WHO, &NONE).await), None);
    for scheme in ["Bearer", "bearer", "BEARER", "Bearer  "] {
        let headers = [("authorization", format!("{scheme} {token}"))];
        let answer = ask(&client, WHO, &headers).await;
        assert_eq!(who(&answer).as_deref(), Some(EMAIL), "{scheme}");
    }
    // An API key is let in, and is nobody.
    let by_key = ask(&client, WHO, &bearer(&api_key(&app).await)).await;
    assert_eq!(who(&by_key), None);
}

#[tokio::test]
async fn whoever_is_refused_is_told_so_and_never_taken_for_a_visitor() {
    let app = app_with_user([]).await;
    let good = access_token(&app).await;
    let client = app.anonymous();
    let long = format!("Bearer {}", "canary".repeat(700));
    let two = format!("Bearer {good} {good}");
    let refused: [&[&[u8]]; 13] = [
        &[b"Bearer canary"],
        &[b"Bearer canary.canary.canary"],
        &[long.as_bytes()],
        &[two.as_bytes()],
        &[b""],
        &[b"Bearer"],
        &[b"Bearer "],
        &[b"Bearer ="],
        &[b"Basic Y2FuYXJ5OmNhbmFyeQ=="],
        &[b"Bearercanary"],
        &[b"Bearer canary\xff"],
        &[b"Bearer \"canary\""],
        &[b"Bearer canary", b"Bearer canary"],
    ];
    for values in refused {
        for method in ["GET", "POST"] {
            let mut request = Request::builder().method(method);
            for value in values {
                request = request.header("authorization", *value);
            }
            let request = if method == "GET" {
                request
                    .uri("/graphql?query=%7B__typename%7D")
                    .body(Body::empty())
            } else {
                let body = Body::from(r#"{"query":"{ __typename }"}"#);
                let request = request.header("content-type", "application/json");
                request.uri("/graphql").body(body)
            };
            let answer = client.send(request.unwrap()).await;
            let text = answer.text();
            let case = String::from_utf8_lossy(values[0]);
            assert_eq!(verdict(&answer), (401, "UNAUTHENTICATED".into()), "{case}");
            let challenge = r#"Bearer realm="imprenta", error="invalid_token""#;
            assert_eq!(answer.header("www-authenticate"), challenge);
            assert_eq!(answer.json().get("data"), None);
            assert!(!text.contains("canary") && !text.contains(&good), "{text}");
        }
    }
}

#[tokio::test]
async fn a_session_that_has_ended_is_refused() {
    let app = app_with_user([]).await;
    let token = access_token(&app).await;
    revoke(&app, &token).await;
    let answer = ask(&app.anonymous(), WHO, &bearer(&token)).await;
    assert_eq!(verdict(&answer), (401, "UNAUTHENTICATED".into()));
    assert_eq!(answer.header("set-cookie"), "");
}

#[tokio::test]
async fn credentials_come_before_the_body() {
    let client = TestApp::new().await.anonymous();
    let unread = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let request = Request::post("/graphql")
        .header("authorization", "Bearer wrong")
        .header("content-type", "application/json")
        .body(Body::from_stream(unread));
    let answer = client.send(request.unwrap()).await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn what_is_no_graphql_route_takes_no_notice_of_credentials() {
    let client = TestApp::new().await.anonymous();
    for path in ["/", "/health", "/health/live", "/.well-known/jwks.json"] {
        let request = Request::get(path).header("authorization", "Bearer wrong");
        let answer = client.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 200, "{path}");
    }
}

#[tokio::test]
async fn caches_are_told_that_answers_depend_on_who_asks() {
    let client = TestApp::new().await.anonymous();
    for headers in [&[][..], &[("authorization", "Bearer wrong")]] {
        let answer = ask(&client, WHO, headers).await;
        let vary: Vec<_> = answer.headers.get_all("vary").iter().collect();
        let vary = vary.iter().map(|it| it.to_str().unwrap().to_lowercase());
        let vary = vary.collect::<Vec<_>>().join(", ");
        for name in ["accept", "authorization", "cookie", "origin"] {
            assert!(vary.split(", ").any(|it| it == name), "{name}: {vary}");
        }
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn a_database_that_is_away_says_nothing_about_credentials() {
    let app = app_with_user([]).await;
    let token = access_token(&app).await;
    app.database.take_away().await;
    let answer = ask(&app.anonymous(), WHO, &bearer(&token)).await;
    assert_eq!(verdict(&answer), (503, "SERVICE_UNAVAILABLE".into()));
    assert_eq!(answer.header("www-authenticate"), "");
}

#[tokio::test]
async fn what_fails_inside_a_document_has_a_code_and_leaves_the_status_alone() {
    let app = app_with_user([]).await;
    let client = app.anonymous();
    let editor = app.bearer(&access_token(&app).await);
    let users = "{ users { totalCount } }";
    for (client, code) in [(&client, "UNAUTHENTICATED"), (&editor, "FORBIDDEN")] {
        let answer = ask(client, users, &NONE).await;
        assert_eq!(verdict(&answer), (200, code.into()));
        assert_eq!(answer.json()["data"], serde_json::Value::Null);
    }
}
