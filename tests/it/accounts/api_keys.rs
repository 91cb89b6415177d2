use chrono::TimeDelta;
use imprenta::accounts::model::Role;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, post};

const KEYS: &str =
    "{ apiKeys { totalCount nodes { name scopes lastUsedAt revokedAt expiresAt } } }";

async fn create(client: &Client, input: Value) -> Value {
    let document = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) {
        apiKey { id } secret userErrors { code path }
    } }";
    client.query_with(document, json!({ "input": input })).await["createApiKey"].take()
}

async fn status(client: &Client) -> u16 {
    client
        .graphql("{ __typename }", Value::Null)
        .await
        .status
        .as_u16()
}

#[tokio::test]
async fn a_key_is_listed_with_its_last_use_and_revoked_at_once() {
    let app = TestApp::new().await;
    let ana = app.person("ana", Role::Author).await;
    let made = create(
        &ana,
        json!({ "name": " build ", "scopes": ["CONTENT_WRITE", "CONTENT_READ", "CONTENT_READ"] }),
    )
    .await;
    let key = app.bearer(made["secret"].as_str().unwrap());
    let mut expected = json!({
        "name": "build", "scopes": ["CONTENT_READ", "CONTENT_WRITE"],
        "lastUsedAt": null, "revokedAt": null, "expiresAt": null
    });
    let list = async || ana.query(KEYS).await["apiKeys"]["nodes"][0].take();
    assert_eq!(list().await, expected);
    assert_eq!(status(&key).await, 200);
    expected["lastUsedAt"] = json!("2026-06-01T12:00:00+00:00");
    assert_eq!(list().await, expected);
    // Known to the minute, so that not every request has to write.
    app.advance(TimeDelta::seconds(59));
    assert_eq!(status(&key).await, 200);
    assert_eq!(list().await, expected);
    let revoke = "mutation($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { revokedAt } } }";
    let revoked = ana
        .query_with(revoke, json!({ "id": made["apiKey"]["id"] }))
        .await;
    assert_eq!(
        revoked["revokeApiKey"]["apiKey"]["revokedAt"],
        "2026-06-01T12:00:59+00:00"
    );
    assert_eq!(status(&key).await, 401);
}

#[tokio::test]
async fn a_key_ends_at_its_time() {
    let app = TestApp::new().await;
    let ana = app.person("ana", Role::Reader).await;
    let input =
        json!({ "name": "a", "scopes": ["CONTENT_READ"], "expiresAt": "2026-06-01T12:10:00Z" });
    let key = create(&ana, input).await;
    let key = app.bearer(key["secret"].as_str().unwrap());
    app.advance(TimeDelta::minutes(10) - TimeDelta::microseconds(1));
    assert_eq!(status(&key).await, 200);
    app.advance(TimeDelta::microseconds(1));
    assert_eq!(status(&key).await, 401);
}

#[tokio::test]
async fn a_key_is_never_more_than_its_owner() {
    let app = TestApp::new().await;
    let reader = app.person("reader", Role::Reader).await;
    for scope in ["CONTENT_READ_DRAFTS", "CONTENT_WRITE"] {
        let refused = create(&reader, json!({ "name": "a", "scopes": [scope] })).await;
        assert_eq!(refused["userErrors"][0]["path"], json!(["input", "scopes"]));
        assert_eq!(refused["secret"], Value::Null);
    }
    app.import([post("hidden").draft()]).await;
    let editor = app.person("editor", Role::Editor).await;
    let count = async |client: &Client| {
        client.query("{ posts { totalCount } }").await["posts"]["totalCount"].take()
    };
    let reads = app.api_key(&editor, &["CONTENT_READ"]).await;
    let reads_drafts = app.api_key(&editor, &["CONTENT_READ_DRAFTS"]).await;
    assert_eq!(count(&editor).await, 1);
    assert_eq!(count(&reads).await, 0);
    assert_eq!(count(&reads_drafts).await, 1);
    let database = app.database.connect().await;
    database
        .execute("UPDATE users SET role = 'reader'", &[])
        .await
        .unwrap();
    assert_eq!(count(&reads_drafts).await, 0);
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let app = TestApp::new().await;
    let ana = app.person("ana", Role::Reader).await;
    let input = json!({ "name": "", "scopes": [], "expiresAt": "2026-06-01T12:00:00Z" });
    let refused = create(&ana, input).await;
    let paths: Vec<_> = refused["userErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["path"][1].clone())
        .collect();
    assert_eq!(paths, ["name", "scopes", "expiresAt"]);
}

#[tokio::test]
async fn another_s_key_is_not_found() {
    let app = TestApp::new().await;
    let ana = app.person("ana", Role::Reader).await;
    let made = create(&ana, json!({ "name": "a", "scopes": ["CONTENT_READ"] })).await;
    let variables = json!({ "id": made["apiKey"]["id"] });
    let revoke = "mutation($id: ID!) { revokeApiKey(input: { id: $id }) { userErrors { code } } }";
    let node = "query($id: ID!) { node(id: $id) { id } }";
    let bob = app.person("bob", Role::Editor).await;
    let refused = bob.query_with(revoke, variables.clone()).await;
    assert_eq!(
        refused["revokeApiKey"]["userErrors"][0]["code"],
        "NOT_FOUND"
    );
    assert_eq!(
        bob.query_with(node, variables.clone()).await["node"],
        Value::Null
    );
    let admin = app.person("root", Role::Admin).await;
    assert_eq!(
        admin.query_with(node, variables.clone()).await["node"]["id"],
        variables["id"]
    );
    let done = admin.query_with(revoke, variables).await;
    assert_eq!(done["revokeApiKey"]["userErrors"], json!([]));
}

#[tokio::test]
async fn a_session_is_not_ended_in_one_request_with_what_it_makes() {
    let app = TestApp::new().await;
    for late in [
        "createApiKey(input: { name: \"late\", scopes: [CONTENT_READ] }) { secret }",
        "createUser(input: { email: \"late@example.org\", name: \"Late\", role: ADMIN }) { user { id } }",
    ] {
        let ana = app
            .person(&format!("ana{}", app.next_number()), Role::Admin)
            .await;
        let document = format!("mutation {{ logOutEverywhere {{ endedSessions }} {late} }}");
        let (code, message) = ana.refusal(&document).await;
        assert_eq!(code, "GRAPHQL_VALIDATION_FAILED", "{message}");
        assert!(message.contains("logOutEverywhere"), "{message}");
        // Nothing of it was done.
        assert_eq!(status(&ana).await, 200);
    }
}

#[tokio::test]
async fn nobody_has_keys_without_end() {
    let app = TestApp::new().await;
    let ana = app.person("ana", Role::Reader).await;
    let make = "INSERT INTO api_keys (id, user_id, name, digest, scopes, created_at)
        SELECT gen_random_uuid(), id, 'key', sha256(n::text::bytea), 'content:read', now()
          FROM users, generate_series(1, 100) n";
    let database = app.database.connect().await;
    database.execute(make, &[]).await.unwrap();
    let refused = create(&ana, json!({ "name": "a", "scopes": ["CONTENT_READ"] })).await;
    assert_eq!(refused["userErrors"][0]["code"], "FORBIDDEN");
    database
        .execute("UPDATE api_keys SET revoked_at = now()", &[])
        .await
        .unwrap();
    let again = create(&ana, json!({ "name": "a", "scopes": ["CONTENT_READ"] })).await;
    assert_eq!(again["userErrors"], json!([]));
}
