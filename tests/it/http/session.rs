//! How the tests of this folder log in and ask who they are.

use axum::body::Body;
use axum::http::Request;
use imprenta::accounts::NewUser;
use imprenta::accounts::model::Role;
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp};

pub const EMAIL: &str = "ada@example.org";
pub const PASSWORD: &str = "canary é+% in the mine";

/// Who is asking: null data for visitors.
pub const WHO: &str = "{ me { email } }";
/// Opens a session in cookies.
pub const LOG_IN: &str = "mutation { logIn(input: { email: \"ada@example.org\", password: \"canary é+% in the mine\", cookies: true }) { session { csrfToken accessToken } userErrors { code } } }";
/// Opens a session without cookies.
pub const LOG_IN_FOR_TOKENS: &str = "mutation { logIn(input: { email: \"ada@example.org\", password: \"canary é+% in the mine\" }) { session { accessToken refreshToken } } }";
/// Renews the session of the refresh cookie.
pub const REFRESH: &str =
    "mutation { refreshSession { session { csrfToken } userErrors { code } } }";
/// Ends the session that is asking.
pub const LOG_OUT: &str = "mutation { logOut { loggedOut userErrors { code } } }";

/// An application on which [`EMAIL`] can log in.
pub async fn app_with_user(settings: impl Into<imprenta::config::Environment>) -> TestApp {
    let app = TestApp::with_settings(settings.into()).await;
    let user = NewUser {
        email: EMAIL.to_owned(),
        name: "Ada".to_owned(),
        role: Role::Editor,
        password: Some(PASSWORD.into()),
        author: None,
    };
    app.add_user(user).await;
    app
}

/// An access token.
pub async fn access_token(app: &TestApp) -> String {
    let data = app.anonymous().query(LOG_IN_FOR_TOKENS).await;
    data["logIn"]["session"]["accessToken"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// An API key that is good.
pub async fn api_key(app: &TestApp) -> String {
    let owner = app.bearer(&access_token(app).await);
    let make =
        "mutation { createApiKey(input: { name: \"a\", scopes: [CONTENT_READ] }) { secret } }";
    let data = owner.query(make).await;
    data["createApiKey"]["secret"].as_str().unwrap().to_owned()
}

/// Ends every session of [`EMAIL`] behind its back.
pub async fn revoke(app: &TestApp, access_token: &str) {
    let answer = ask(&app.anonymous(), LOG_OUT, &bearer(access_token)).await;
    assert_eq!(answer.json()["errors"], Value::Null, "{}", answer.text());
}

/// The header of a token.
pub fn bearer(token: &str) -> [(&'static str, String); 1] {
    [("authorization", format!("Bearer {token}"))]
}

/// Sends an operation with these headers.
pub async fn ask<N: AsRef<str>, V: AsRef<str>>(
    client: &Client,
    query: &str,
    headers: &[(N, V)],
) -> Answer {
    let mut request = Request::post("/graphql")
        .header("host", "content.example.org")
        .header("content-type", "application/json")
        .header("accept", "application/graphql-response+json");
    for (name, value) in headers {
        request = request.header(name.as_ref(), value.as_ref());
    }
    let body = Body::from(json!({ "query": query }).to_string());
    client.send(request.body(body).unwrap()).await
}

/// The status and the code of the first error.
pub fn verdict(answer: &Answer) -> (u16, String) {
    let code = &answer.json()["errors"][0]["extensions"]["code"];
    let code = code.as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), code)
}

/// The e-mail address of whoever [`WHO`] found.
pub fn who(answer: &Answer) -> Option<String> {
    let json = answer.json();
    assert_eq!(json["errors"], Value::Null, "{json:#}");
    json["data"]["me"]["email"].as_str().map(ToOwned::to_owned)
}
