//! The accounts' statements scan no table either, where there are many accounts.

use imprenta::accounts::Viewer;
use imprenta::accounts::model::Role;
use serde_json::json;

use super::plans::settled;
use crate::support::{Client, PASSWORD, TestApp};

/// 20,000 users, each with two sessions and a key, and 100,000 entries of the audit log, four of five of
/// one kind.
const ACCOUNTS: &str = "
    INSERT INTO users (id, email, name, role, created_at, updated_at)
    SELECT gen_random_uuid(), 'user-' || n || '@example.org', 'User', 'reader', now() + n * interval '1 second', now()
      FROM generate_series(1, 20000) n;
    INSERT INTO sessions (id, user_id, created_at, expires_at)
    SELECT gen_random_uuid(), id, now(), '2030-01-01' FROM users, generate_series(1, 2);
    INSERT INTO refresh_tokens (digest, session_id, created_at, expires_at)
    SELECT sha256(id::text::bytea), id, now(), '2030-01-01' FROM sessions;
    INSERT INTO password_resets (digest, user_id, created_at, expires_at)
    SELECT sha256(id::text::bytea), id, now(), '2030-01-01' FROM users;
    INSERT INTO api_keys (id, user_id, name, digest, scopes, created_at)
    SELECT gen_random_uuid(), id, 'key', sha256(id::text::bytea), 'content:read', now() FROM users;
    INSERT INTO attempts (subject, count, window_ends_at)
    SELECT 'log-in-account:' || id, 1, '2030-01-01' FROM users;
    INSERT INTO audit_events (id, occurred_at, action, actor, user_id, subject_id)
    SELECT gen_random_uuid(), now() - n * interval '1 second', CASE WHEN n = 5 THEN 'rare-' || abs(hashtext(id::text)) % 30 ELSE 'session.opened' END, 'user', id, id
      FROM users, generate_series(1, 5) n;
    INSERT INTO idempotency_keys (viewer, key, request_hash, created_at)
    SELECT 'user:' || id, 'key', sha256(id::text::bytea), '2030-01-01' FROM users;
    VACUUM ANALYZE";

#[tokio::test]
async fn with_20_000_accounts_no_statement_scans_a_table() {
    let app = TestApp::new().await;
    let connection = app.database.connect().await;
    for statement in ACCOUNTS.split(';') {
        connection.batch_execute(statement).await.unwrap();
    }
    let admin = app.person("root", Role::Admin).await;
    app.pool.close();
    let mut scanning = Vec::new();
    for operation in OPERATIONS {
        let before = settled(&connection).await;
        let replica = app.replica_with([("RESPONSE_CACHE_BYTES", "0")]);
        let client = admin.at(&replica);
        operate(&replica, &client, operation).await;
        replica.pool.close();
        let after = settled(&connection).await;
        let scanned = before.iter().zip(&after).filter(|(a, b)| a != b);
        scanning.extend(scanned.map(|((table, _), _)| format!("{table}: {operation}")));
    }
    assert!(scanning.is_empty(), "scanned\n{}", scanning.join("\n"));
}

/// Documents, and two that stand for more than one.
const OPERATIONS: [&str; 13] = [
    "log in, renew and log out",
    "forget what has ended",
    "{ me { author { name } } }",
    "{ users { nodes { email } } }",
    "{ users(last: 5) { nodes { email } } }",
    "{ apiKeys { totalCount nodes { name } } }",
    "{ auditLog { nodes { action user { email } } } }",
    "{ auditLog(filter: { action: \"rare-7\" }, last: 10) { nodes { action } } }",
    "{ auditLog(filter: { action: \"nothing.like-it\" }) { totalCount nodes { action } } }",
    "{ auditLog(filter: { from: \"2025-01-01T00:00:00Z\", until: \"2025-01-02T00:00:00Z\" }) { totalCount } }",
    "mutation { createUser(input: { email: \"new@example.org\", name: \"New\", role: READER }) { user { id } } }",
    "mutation { createApiKey(input: { name: \"a\", scopes: [CONTENT_READ] }) { secret } }",
    "mutation { logOutEverywhere { endedSessions } }",
];

async fn operate(app: &TestApp, client: &Client, operation: &str) {
    match operation {
        "log in, renew and log out" => {
            let session = app.session("root").await;
            let renew = "mutation($token: String!) {
                refreshSession(input: { refreshToken: $token }) { session { refreshToken } }
                wrong: refreshSession(input: { refreshToken: $token }) { session { refreshToken } }
            }";
            let token = json!({ "token": session["refreshToken"] });
            client.query_with(renew, token).await;
            let change = "mutation($password: String!) {
                wrong: logIn(input: { email: \"user-7@example.org\", password: $password }) { session { expiresIn } }
                unknown: logIn(input: { email: \"nobody\", password: $password }) { session { expiresIn } }
                changePassword(input: { currentPassword: $password, newPassword: $password }) { user { id } }
                resetPassword(input: { token: \"imt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\", newPassword: $password }) { user { id } }
            }";
            client
                .query_with(change, json!({ "password": PASSWORD }))
                .await;
        }
        "forget what has ended" => {
            let accounts = &app.app.accounts;
            accounts.forget_expired(&Viewer::system()).await.unwrap();
        }
        document => {
            client.query(document).await;
        }
    }
}
