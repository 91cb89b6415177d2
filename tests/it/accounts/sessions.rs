use chrono::TimeDelta;
use imprenta::accounts::Viewer;
use imprenta::accounts::model::Role;
use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, SECRET_KEY, TestApp};

const LOG_IN: &str = "mutation($email: String!, $password: String!) {
    logIn(input: { email: $email, password: $password }) {
        session { accessToken refreshToken expiresIn user { email role } }
        userErrors { __typename code message path ... on RateLimited { retryAfter } }
    }
}";

const REFRESH: &str = "mutation($token: String!) {
    refreshSession(input: { refreshToken: $token }) {
        session { accessToken refreshToken }
        userErrors { code message }
    }
}";

async fn log_in(client: &Client, email: &str, password: &str) -> Value {
    let variables = json!({ "email": email, "password": password });
    client.query_with(LOG_IN, variables).await["logIn"].take()
}

async fn refresh(app: &TestApp, token: &Value) -> Value {
    let variables = json!({ "token": token });
    app.anonymous().query_with(REFRESH, variables).await["refreshSession"].take()
}

async fn ask(client: &Client) -> Answer {
    client.graphql("{ me { email } }", Value::Null).await
}

/// Whether the answer is that of a session that is over.
fn is_refused(answer: &Answer) -> bool {
    answer.status == 401 && answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
}

#[tokio::test]
async fn a_log_in_tells_who_is_asking() {
    let app = TestApp::new().await;
    app.user("ana", Role::Editor).await;
    let answer = log_in(&app.anonymous(), " ANA@Example.org", PASSWORD).await;
    assert_eq!(answer["userErrors"], json!([]));
    assert_eq!(answer["session"]["expiresIn"], 900);
    let user = json!({ "email": "ana@example.org", "role": "EDITOR" });
    assert_eq!(answer["session"]["user"], user);
    let client = app.bearer(answer["session"]["accessToken"].as_str().unwrap());
    assert_eq!(client.query("{ me { email role } }").await["me"], user);
    assert_eq!(
        app.anonymous().query("{ me { email } }").await["me"],
        Value::Null
    );
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_have_the_same_answer() {
    let app = TestApp::new().await;
    app.user("ana", Role::Reader).await;
    app.user("kim", Role::Reader).await;
    let gone = app.user("gone", Role::Admin).await;
    app.user("other", Role::Admin).await;
    app.deactivate(gone.id).await;
    let client = app.anonymous();
    let long = "a".repeat(100_000);
    let wrong = log_in(&client, "ana@example.org", "canary wrong").await;
    assert_eq!(wrong["session"], Value::Null);
    assert_eq!(wrong["userErrors"][0]["code"], "INVALID_CREDENTIALS");
    assert_eq!(wrong["userErrors"][0]["__typename"], "InvalidCredentials");
    for (email, password) in [
        ("nobody@example.org", PASSWORD),
        ("gone@example.org", PASSWORD),
        ("", ""),
        ("ana@example.org\0", PASSWORD),
        // Cyrillic, wide, turned around, and a sign that is a "K" when it is made small.
        ("аna@example.org", PASSWORD),
        ("ａna@example.org", PASSWORD),
        ("\u{202e}ana@example.org", PASSWORD),
        ("\u{212a}im@example.org", PASSWORD),
        ("ana@example.org", long.as_str()),
        (long.as_str(), PASSWORD),
    ] {
        assert_eq!(log_in(&client, email, password).await, wrong);
    }
}

#[tokio::test]
async fn a_hidden_account_costs_as_many_statements_as_none() {
    let app = TestApp::new().await;
    app.user("ana", Role::Reader).await;
    let client = app.anonymous();
    let there = log_in(&client, "ana@example.org", "canary wrong");
    let (there, _) = app.statements_of(there).await;
    let absent = log_in(&client, "nobody@example.org", "canary wrong");
    let (absent, _) = app.statements_of(absent).await;
    assert_eq!(there, absent);
}

#[tokio::test]
async fn guessing_is_limited_for_an_account_whether_or_not_there_is_one() {
    let app = TestApp::new().await;
    app.user("ana", Role::Reader).await;
    for email in ["ana@example.org", "nobody@example.org"] {
        // Each alias of one request counts.
        let attempts: Vec<_> = (0..12)
            .map(|number| {
                format!(
                    "a{number}: logIn(input: {{ email: \"{email}\", password: \"canary {number}\" }})
                    {{ userErrors {{ code ... on RateLimited {{ retryAfter }} }} }}"
                )
            })
            .collect();
        let attempts = attempts.concat();
        let data = app
            .anonymous()
            .query(&format!("mutation {{ {attempts} }}"))
            .await;
        let codes: Vec<_> = (0..12)
            .map(|number| data[format!("a{number}")]["userErrors"][0]["code"].clone())
            .collect();
        assert_eq!(codes[..10], vec![json!("INVALID_CREDENTIALS"); 10]);
        assert_eq!(codes[10..], vec![json!("RATE_LIMITED"); 2]);
        assert_eq!(data["a11"]["userErrors"][0]["retryAfter"], 900);
    }
    // The right one has to wait, too.
    let limited = log_in(&app.anonymous(), "ana@example.org", PASSWORD).await;
    assert_eq!(limited["userErrors"][0]["code"], "RATE_LIMITED");
    app.advance(TimeDelta::minutes(15));
    let after = log_in(&app.anonymous(), "ana@example.org", PASSWORD).await;
    assert_eq!(after["userErrors"], json!([]));
}

#[tokio::test]
async fn many_good_log_ins_at_once_are_not_guesses() {
    let app = TestApp::new().await;
    app.user("ana", Role::Reader).await;
    let client = app.anonymous();
    let attempts = (0..15).map(|_| log_in(&client, "ana@example.org", PASSWORD));
    for answer in futures_util::future::join_all(attempts).await {
        assert_eq!(answer["userErrors"], json!([]));
    }
}

#[tokio::test]
async fn many_guesses_at_once_are_no_more_than_the_limit() {
    let app = TestApp::new().await;
    app.user("ana", Role::Reader).await;
    let client = app.anonymous();
    let attempts = (0..15).map(|_| log_in(&client, "ana@example.org", "canary wrong"));
    let answers = futures_util::future::join_all(attempts).await;
    let looked_at = answers
        .iter()
        .filter(|it| it["userErrors"][0]["code"] == "INVALID_CREDENTIALS");
    assert_eq!(looked_at.count(), 10);
}

#[tokio::test]
async fn a_session_is_renewed_by_a_token_that_works_once() {
    let app = TestApp::new().await;
    app.user("ana", Role::Reader).await;
    let session = app.session("ana").await;
    let renewed = refresh(&app, &session["refreshToken"]).await["session"].take();
    let client = app.bearer(renewed["accessToken"].as_str().unwrap());
    assert_eq!(ask(&client).await.status, 200);
    // The old one is in two hands, so nobody keeps the session.
    let again = refresh(&app, &session["refreshToken"]).await;
    assert_eq!(again["userErrors"][0]["code"], "INVALID_CREDENTIALS");
    let newest = refresh(&app, &renewed["refreshToken"]).await;
    assert_eq!(newest["userErrors"][0]["code"], "INVALID_CREDENTIALS");
    assert!(is_refused(&ask(&client).await));
}

#[tokio::test]
async fn of_two_renewals_at_once_one_succeeds() {
    let app = TestApp::new().await;
    app.user("ana", Role::Reader).await;
    let token = app.session("ana").await["refreshToken"].take();
    let renewals = (0..4).map(|_| refresh(&app, &token));
    let renewed = futures_util::future::join_all(renewals).await;
    let good = renewed.iter().filter(|it| !it["session"].is_null());
    assert_eq!(good.count(), 1);
}

#[tokio::test]
async fn a_refresh_token_ends_after_its_time() {
    let app = TestApp::new().await;
    app.user("ana", Role::Reader).await;
    let token = app.session("ana").await["refreshToken"].take();
    app.advance(TimeDelta::days(30));
    let late = refresh(&app, &token).await;
    assert_eq!(late["userErrors"][0]["code"], "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn what_is_no_refresh_token_renews_nothing() {
    let app = TestApp::new().await;
    for token in [
        "",
        "imr_",
        "\0",
        "imp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "é",
    ] {
        let answer = refresh(&app, &json!(token)).await;
        assert_eq!(
            answer["userErrors"][0]["code"], "INVALID_CREDENTIALS",
            "{token}"
        );
    }
}

#[tokio::test]
async fn another_kind_of_token_renews_nothing_and_a_refresh_token_lets_no_one_in() {
    let app = TestApp::new().await;
    let client = app.person("ana", Role::Reader).await;
    let session = app.session("ana").await;
    let make =
        "mutation { createApiKey(input: { name: \"a\", scopes: [CONTENT_READ] }) { secret } }";
    let key = client.query(make).await["createApiKey"]["secret"].take();
    for token in [&session["accessToken"], &key] {
        let refused = refresh(&app, token).await;
        assert_eq!(refused["userErrors"][0]["code"], "INVALID_CREDENTIALS");
    }
    let token = session["refreshToken"].as_str().unwrap();
    assert!(is_refused(&ask(&app.bearer(token)).await));
}

#[tokio::test]
async fn whoever_is_kept_out_renews_nothing() {
    let app = TestApp::new().await;
    let user = app.user("ana", Role::Reader).await;
    app.user("root", Role::Admin).await;
    let token = app.session("ana").await["refreshToken"].take();
    app.deactivate(user.id).await;
    let refused = refresh(&app, &token).await;
    assert_eq!(refused["userErrors"][0]["code"], "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn a_log_out_counts_at_once_on_another_replica() {
    let app = TestApp::new().await;
    let client = app.person("ana", Role::Reader).await;
    let replica = app.replica();
    let there = client.at(&replica);
    assert_eq!(ask(&there).await.status, 200);
    let data = client.query("mutation { logOut { loggedOut } }").await;
    assert_eq!(data["logOut"]["loggedOut"], true);
    assert!(is_refused(&ask(&there).await));
    assert!(is_refused(&ask(&client).await));
}

#[tokio::test]
async fn a_refresh_token_can_end_its_session() {
    let app = TestApp::new().await;
    app.user("ana", Role::Reader).await;
    let session = app.session("ana").await;
    let client = app.bearer(session["accessToken"].as_str().unwrap());
    let log_out = "mutation($token: String!) {
        logOut(input: { refreshToken: $token }) { loggedOut }
    }";
    let variables = json!({ "token": session["refreshToken"] });
    app.anonymous().query_with(log_out, variables).await;
    assert!(is_refused(&ask(&client).await));
}

#[tokio::test]
async fn logging_out_everywhere_ends_every_session() {
    let app = TestApp::new().await;
    let first = app.person("ana", Role::Reader).await;
    let second = app.log_in("ana").await;
    let other = app.person("bob", Role::Reader).await;
    let data = first
        .query("mutation { logOutEverywhere { endedSessions } }")
        .await;
    assert_eq!(data["logOutEverywhere"]["endedSessions"], 2);
    assert!(is_refused(&ask(&first).await));
    assert!(is_refused(&ask(&second).await));
    assert_eq!(ask(&other).await.status, 200);
}

#[tokio::test]
async fn a_token_of_another_key_is_refused_and_one_of_the_previous_key_is_not() {
    let app = TestApp::new().await;
    let client = app.person("ana", Role::Reader).await;
    // A comma stands between keys.
    let (old, new) = (SECRET_KEY, "canary; another key for the tests");
    let rotated = app.replica_with([("SECRET_KEY", new), ("SECRET_KEY_PREVIOUS", old)]);
    assert_eq!(ask(&client.at(&rotated)).await.status, 200);
    let changed = app.replica_with([("SECRET_KEY", new)]);
    assert!(is_refused(&ask(&client.at(&changed)).await));
    let other_algorithm =
        app.replica_with([("SECRET_KEY", old), ("ACCESS_TOKEN_ALGORITHM", "EdDSA")]);
    assert!(is_refused(&ask(&client.at(&other_algorithm)).await));
    let other_issuer = app.replica_with([
        ("SECRET_KEY", old),
        ("PUBLIC_URL", "https://other.example.org"),
    ]);
    assert!(is_refused(&ask(&client.at(&other_issuer)).await));
}

#[tokio::test]
async fn a_request_as_someone_costs_one_statement_more() {
    let app = TestApp::new().await;
    let client = app.person("ana", Role::Editor).await;
    let (statements, _) = app
        .statements_of(client.query("{ posts { nodes { id } } }"))
        .await;
    assert_eq!(statements, 2);
}

#[tokio::test]
async fn what_has_ended_is_forgotten() {
    let app = TestApp::new().await;
    app.user("ana", Role::Reader).await;
    app.session("ana").await;
    log_in(&app.anonymous(), "nobody@example.org", "canary").await;
    app.advance(TimeDelta::days(20));
    app.session("ana").await;
    app.advance(TimeDelta::days(10));
    let accounts = &app.app.accounts;
    accounts.forget_expired(&Viewer::system()).await.unwrap();
    let left = "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM refresh_tokens),
        (SELECT count(*) FROM attempts)";
    let row = app
        .database
        .connect()
        .await
        .query_one(left, &[])
        .await
        .unwrap();
    let counts: [i64; 3] = [row.get(0), row.get(1), row.get(2)];
    assert_eq!(counts, [1, 1, 0]);
}

#[tokio::test]
async fn what_was_given_in_a_wrong_form_is_not_repeated() {
    // Looked for in every answer: see `support/canary.rs`.
    let client = TestApp::new().await.anonymous();
    let by_variable =
        "mutation($input: LogInInput!) { logIn(input: $input) { userErrors { code } } }";
    for input in [
        json!([{ "email": "a", "password": "canary" }]),
        json!("canary"),
        json!({ "email": "a", "password": ["canary"] }),
        json!({ "email": { "a": "canary" }, "password": "canary" }),
        json!({ "email": "a", "password": "canary", "cookies": "canary" }),
    ] {
        let answer = client.graphql(by_variable, json!({ "input": input })).await;
        assert_ne!(answer.json()["errors"], Value::Null, "{input}");
    }
    for field in [
        "logIn(input: [{ email: \"a\", password: \"canary\" }]) { userErrors { code } }",
        "logIn(input: \"canary\") { userErrors { code } }",
        "createUser(input: { email: \"a\", name: \"a\", role: CANARY }) { userErrors { code } }",
        "createApiKey(input: { name: \"a\", scopes: [], expiresAt: \"canary\" }) { userErrors { code } }",
    ] {
        let answer = client
            .graphql(&format!("mutation {{ {field} }}"), Value::Null)
            .await;
        assert_ne!(answer.json()["errors"], Value::Null, "{field}");
    }
}
