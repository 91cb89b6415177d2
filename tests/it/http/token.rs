//! OAuth 2's token route (RFC 6749) and the keys that check its tokens.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;

use super::session::{EMAIL, PASSWORD, WHO, app_with_user, ask, bearer, who};
use crate::support::{Answer, Client, TestApp};

const FORM: &str = "application/x-www-form-urlencoded";

async fn post(client: &Client, content_type: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post("/auth/token").header("content-type", content_type);
    client.send(request.body(body.into()).unwrap()).await
}

/// A form as OAuth clients write it.
fn form(pairs: &[(&str, &str)]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(pairs);
    form.finish()
}

fn password_form(email: &str, password: &str) -> String {
    form(&[
        ("grant_type", "password"),
        ("username", email),
        ("password", password),
    ])
}

fn assert_refused(answer: &Answer, status: u16, error: &str) {
    let json = answer.json();
    let description = json["error_description"].as_str().unwrap_or_default();
    assert_eq!(
        (answer.status.as_u16(), &json["error"]),
        (status, &json!(error)),
        "{json}"
    );
    let allowed = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
    assert!(
        !description.is_empty() && description.chars().all(allowed),
        "{json}"
    );
    assert_eq!(json.as_object().unwrap().len(), 2, "{json}");
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("pragma"), "no-cache");
    assert_eq!(answer.header("set-cookie"), "");
}

#[tokio::test]
async fn a_password_gives_tokens_and_a_refresh_token_gives_more() {
    let app = app_with_user([]).await;
    let client = app.anonymous();
    let mut refresh_token = String::new();
    for round in 0..3 {
        let body = if round == 0 {
            password_form(EMAIL, PASSWORD)
        } else {
            form(&[
                ("grant_type", "refresh_token"),
                ("refresh_token", &refresh_token),
            ])
        };
        let answer = post(
            &client,
            "application/x-www-form-urlencoded; charset=UTF-8",
            body,
        )
        .await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("pragma"), "no-cache");
        assert_eq!(answer.header("set-cookie"), "");
        let json = answer.json();
        assert_eq!(json.as_object().unwrap().len(), 4, "{json}");
        assert_eq!(json["token_type"], "bearer");
        assert_eq!(json["expires_in"], 900);
        let token = json["access_token"].as_str().unwrap();
        let answer = ask(&client, WHO, &bearer(token)).await;
        assert_eq!(who(&answer).as_deref(), Some(EMAIL));
        json["refresh_token"]
            .as_str()
            .unwrap()
            .clone_into(&mut refresh_token);
    }
}

#[tokio::test]
async fn what_a_client_says_of_itself_is_passed_over() {
    let app = app_with_user([]).await;
    let body = format!(
        "{}&client_id=site&client_secret=s&scope=all&&more=",
        password_form(EMAIL, PASSWORD)
    );
    let request = Request::post("/auth/token")
        .header("content-type", FORM)
        .header("authorization", "Basic c2l0ZTpz")
        .header("origin", "https://evil.example")
        .body(Body::from(body));
    let answer = app.anonymous().send(request.unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test]
async fn wrong_credentials_are_an_invalid_grant() {
    let client = app_with_user([]).await.anonymous();
    let wrong = post(&client, FORM, password_form(EMAIL, "canary wrong")).await;
    assert_refused(&wrong, 400, "invalid_grant");
    let unknown = post(&client, FORM, password_form("nobody@example.org", PASSWORD)).await;
    assert_refused(&unknown, 400, "invalid_grant");
    assert_eq!(wrong.json(), unknown.json());
    let body = form(&[("grant_type", "refresh_token"), ("refresh_token", "canary")]);
    let spent = post(&client, FORM, body).await;
    assert_refused(&spent, 400, "invalid_grant");
    assert!(!spent.text().contains("canary"));
}

#[tokio::test]
async fn what_is_no_request_for_tokens_is_told_why() {
    let client = app_with_user([]).await.anonymous();
    let bodies = [
        "",
        "grant_type=",
        "grant_type=password",
        "grant_type=password&username=a",
        "grant_type=password&username=a&password=",
        "grant_type=refresh_token",
        "grant_type=password&username=a&password=b&password=b",
        "grant_type=password&username=a&password=b&more=1&more=2",
        "grant_type=password&username=a&password=%zz",
        "grant_type=password&username=a&password=%ff",
        "grant_type=password&username=a&password=b%",
    ];
    for body in bodies {
        let answer = post(&client, FORM, body).await;
        assert_refused(&answer, 400, "invalid_request");
    }
    let bytes = b"grant_type=password&username=a&password=\xff".to_vec();
    assert_refused(&post(&client, FORM, bytes).await, 400, "invalid_request");
    for grant in ["authorization_code", "client_credentials", "PASSWORD", "x"] {
        let body = form(&[("grant_type", grant)]);
        assert_refused(
            &post(&client, FORM, body).await,
            400,
            "unsupported_grant_type",
        );
    }
    let body = password_form(EMAIL, PASSWORD);
    for content_type in [
        "",
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded; charset=latin1",
    ] {
        let answer = post(&client, content_type, body.clone()).await;
        assert_refused(&answer, 400, "invalid_request");
    }
    let packed = Request::post("/auth/token")
        .header("content-type", FORM)
        .header("content-encoding", "gzip")
        .body(Body::from(body));
    let answer = client.send(packed.unwrap()).await;
    assert_refused(&answer, 400, "invalid_request");
    let long = password_form(EMAIL, &"x".repeat(16 * 1024));
    assert_refused(&post(&client, FORM, long).await, 413, "invalid_request");
}

#[tokio::test]
async fn other_methods_are_told_which_there_is() {
    let client = TestApp::new().await.anonymous();
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let path = "/auth/token?grant_type=password&username=a&password=b";
        let request = Request::builder().method(method).uri(path);
        let answer = client.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.header("allow"), "POST");
        assert_refused(&answer, 405, "invalid_request");
    }
}

#[tokio::test]
async fn failures_of_ours_have_a_status_that_says_so_and_no_details() {
    let app = app_with_user([]).await;
    let client = app.anonymous();
    let post = async |email: &str| post(&client, FORM, password_form(email, "canary")).await;
    for _ in 0..10 {
        assert_refused(&post(EMAIL).await, 400, "invalid_grant");
    }
    let limited = post(EMAIL).await;
    assert_refused(&limited, 429, "temporarily_unavailable");
    assert_eq!(limited.header("retry-after"), "900");
    app.database.take_away().await;
    let away = post("other@example.org").await;
    assert_refused(&away, 503, "temporarily_unavailable");
}

#[tokio::test]
async fn the_public_keys_are_there_for_others_and_kept_for_five_minutes() {
    let keys = async |settings| {
        let client = TestApp::with_settings(settings).await.anonymous();
        let answer = client.get("/.well-known/jwks.json").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        answer.json()["keys"].clone()
    };
    // Whoever could check a token by HS256's key could make one.
    assert_eq!(keys([].into()).await, json!([]));
    let key = keys([("ACCESS_TOKEN_ALGORITHM", "EdDSA")].into()).await;
    assert_eq!(key[0]["kty"], "OKP");
    assert_eq!(key[0].get("d"), None);
}
