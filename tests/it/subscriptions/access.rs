//! Who may be told is asked at each event, and whoever may no longer is let go.

use chrono::TimeDelta;
use imprenta::accounts::model::Role;
use imprenta::config::Environment;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::authoring::writing::Desk;
use crate::support::{Heard, TestApp, WebSocket};

const CHANGES: &str = "subscription { changes { changes { kind } } }";

#[tokio::test]
async fn a_session_that_ends_ends_what_it_has_open() {
    let app = TestApp::new().await;
    let server = app.serve().await;
    let user = app.user("editor", Role::Editor).await;
    let session = app.open_session(user.id).await;
    let editor = app.bearer(session.access_token.expose_secret());
    let mut socket = WebSocket::begin(&server, &editor).await;
    socket.subscribe("1", CHANGES).await;
    assert_eq!(socket.message().await["type"], "next");
    let mut events = editor.subscribe(CHANGES, json!({})).await;
    events.data().await;
    // At another process.
    let elsewhere = editor.at(&app.replica());
    let out = elsewhere
        .query("mutation { logOut { userErrors { message } } }")
        .await;
    assert_eq!(out["logOut"]["userErrors"], json!([]));
    assert_eq!(
        socket.hear().await,
        Heard::Closed(4403, "The access has ended".to_owned())
    );
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn a_role_that_is_taken_away_ends_what_it_has_open() {
    let app = TestApp::new().await;
    let server = app.serve().await;
    let user = app.user("editor", Role::Editor).await;
    let session = app.open_session(user.id).await;
    let editor = app.bearer(session.access_token.expose_secret());
    let key = app
        .api_key(&editor, &["CONTENT_READ", "CONTENT_READ_DRAFTS"])
        .await;
    let mut sockets = Vec::new();
    for client in [&editor, &key] {
        sockets.push(WebSocket::begin(&server, client).await);
    }
    let database = app.database.connect().await;
    let demote = "UPDATE users SET role = 'reader'";
    database.execute(demote, &[]).await.unwrap();
    for socket in &mut sockets {
        assert_eq!(socket.close_code().await, 4403);
    }
}

/// Even if nobody was told that the access has ended, nothing more is handed out.
#[tokio::test]
async fn each_event_asks_anew_who_may_be_told() {
    let desk = Desk::new().await;
    desk.app.follow();
    let mut stream = desk.editor.subscribe(CHANGES, json!({})).await;
    stream.data().await;
    let database = desk.app.database.connect().await;
    let tag = |slug: &str| {
        format!(
            "INSERT INTO tags (id, slug, name, created_at, updated_at)
             VALUES (gen_random_uuid(), '{slug}', '{slug}', now(), now())"
        )
    };
    // Once this is heard, PostgreSQL is listened to, and nothing else has everybody looked at.
    database.batch_execute(&tag("first")).await.unwrap();
    stream.data().await;
    let silently = "SET session_replication_role = replica; UPDATE sessions SET ended_at = now()";
    database.batch_execute(silently).await.unwrap();
    let loudly = format!("SET session_replication_role = origin; {}", tag("second"));
    database.batch_execute(&loudly).await.unwrap();
    let frame = stream.next().await.unwrap();
    assert_eq!(
        frame.data["errors"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
    assert_eq!(frame.data["data"], Value::Null);
    assert_eq!(stream.next().await.unwrap().event, "complete");
}

#[tokio::test]
async fn an_access_token_that_ends_closes_the_connection() {
    let app = TestApp::new().await;
    let server = app.serve().await;
    let user = app.user("editor", Role::Editor).await;
    let session = app.open_session(user.id).await;
    app.advance(TimeDelta::minutes(15) - TimeDelta::milliseconds(200));
    let editor = app.bearer(session.access_token.expose_secret());
    let mut socket = WebSocket::begin(&server, &editor).await;
    assert_eq!(
        socket.hear().await,
        Heard::Closed(4403, "The access token has ended".to_owned())
    );
    app.advance(TimeDelta::seconds(1));
    let mut late = WebSocket::open(&server).await;
    let payload = json!({ "headers": { "Authorization": editor.bearer() } });
    late.say(json!({ "type": "connection_init", "payload": payload }))
        .await;
    assert_eq!(late.close_code().await, 4403);
}

#[tokio::test]
async fn pages_of_other_sites_do_not_connect() {
    let settings = [("CORS_ORIGINS", "https://www.example.org")];
    let app = TestApp::with_settings(Environment::from(settings)).await;
    let server = app.serve().await;
    let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
    let own = format!("http://{}", server.address);
    for (origin, status) in [
        ("https://evil.example", Some(403)),
        ("null", Some(403)),
        ("https://www.example.org", None),
        (own.as_str(), None),
    ] {
        let socket = WebSocket::connect(&server, &[protocol, ("origin", origin)]).await;
        assert_eq!(socket.err(), status, "{origin}");
    }
}

#[tokio::test]
async fn nobody_holds_all_of_it() {
    let settings = [
        ("SUBSCRIPTION_CONNECTIONS_PER_ADDRESS", "2"),
        ("SUBSCRIPTION_OPERATIONS_PER_CONNECTION", "2"),
    ];
    let app = TestApp::with_settings(Environment::from(settings)).await;
    let server = app.serve().await;
    let mut first = WebSocket::begin(&server, &app.anonymous()).await;
    let second = WebSocket::begin(&server, &app.anonymous()).await;
    let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
    let third = WebSocket::connect(&server, &[protocol]).await;
    assert_eq!(third.err(), Some(429));
    for id in ["1", "2"] {
        first.subscribe(id, CHANGES).await;
        assert_eq!(first.message().await["type"], "next");
    }
    first.subscribe("3", CHANGES).await;
    assert_eq!(first.close_code().await, 1008);
    drop((first, second));
}
