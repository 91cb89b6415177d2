//! graphql-transport-ws, to the letter.

use serde_json::{Value, json};

use crate::authoring::writing::Desk;
use crate::support::{Heard, TestApp, WebSocket};

const PUBLISHED: &str = "subscription { postPublished { title } }";

#[tokio::test]
async fn an_operation_is_answered_until_its_client_has_enough() {
    let desk = Desk::new().await;
    let server = desk.app.serve().await;
    let mut socket = WebSocket::begin(&server, &desk.app.anonymous()).await;
    socket.subscribe("1", PUBLISHED).await;
    socket.subscribe("2", "{ __typename }").await;
    let payload = json!({ "data": { "__typename": "Query" } });
    let next = json!({ "id": "2", "type": "next", "payload": payload });
    assert_eq!(socket.message().await, next);
    assert_eq!(
        socket.message().await,
        json!({ "id": "2", "type": "complete" })
    );
    // A query's answer tells that the subscription before it has begun.
    desk.published("One").await;
    let payload = json!({ "data": { "postPublished": { "title": "One" } } });
    let next = json!({ "id": "1", "type": "next", "payload": payload });
    assert_eq!(socket.message().await, next);
    socket.say(json!({ "id": "1", "type": "complete" })).await;
    // Its id is free again, and what has no such id is of no harm.
    socket.say(json!({ "id": "1", "type": "complete" })).await;
    socket.subscribe("1", PUBLISHED).await;
    socket
        .say(json!({ "type": "ping", "payload": { "at": 7 } }))
        .await;
    let pong = json!({ "type": "pong", "payload": { "at": 7 } });
    assert_eq!(socket.message().await, pong);
    socket.say(json!({ "type": "pong" })).await;
    desk.published("Two").await;
    let next = socket.message().await;
    assert_eq!(next["payload"]["data"]["postPublished"]["title"], "Two");
}

#[tokio::test]
async fn what_cannot_be_executed_is_an_error_of_its_operation() {
    let app = TestApp::new().await;
    let server = app.serve().await;
    let mut socket = WebSocket::begin(&server, &app.anonymous()).await;
    for (query, code) in [
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        (
            "mutation { logOut { userErrors { message } } }",
            "BAD_REQUEST",
        ),
        (
            "subscription { a: postPublished { id } b: postPublished { id } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
    ] {
        // The same id again: an error ends its operation.
        socket.subscribe("1", query).await;
        let error = socket.message().await;
        assert_eq!(
            (&error["type"], &error["id"]),
            (&json!("error"), &json!("1"))
        );
        assert_eq!(error["payload"][0]["extensions"]["code"], code, "{query}");
    }
    socket.subscribe("1", "{ __typename }").await;
    assert_eq!(socket.message().await["type"], "next");
}

#[tokio::test]
async fn fragments_stand_for_the_field_of_a_subscription() {
    let desk = Desk::new().await;
    let server = desk.app.serve().await;
    let mut socket = WebSocket::begin(&server, &desk.app.anonymous()).await;
    let query = "subscription { ... on Subscription { ...Published } }
        fragment Published on Subscription { postPublished { ...Title } }
        fragment Title on Post { title }";
    socket.subscribe("1", query).await;
    socket.subscribe("2", "{ __typename }").await;
    for kind in ["next", "complete"] {
        let message = socket.message().await;
        assert_eq!(
            (&message["id"], &message["type"]),
            (&json!("2"), &json!(kind)),
            "{message}"
        );
    }
    desk.published("One").await;
    let next = socket.message().await;
    let expected = json!({ "postPublished": { "title": "One" } });
    assert_eq!(next["payload"]["data"], expected, "{next}");
}

/// Says something to a connection, and gives the code with which it ends.
async fn code_after(initialised: bool, message: &str) -> u16 {
    let app = TestApp::new().await;
    let server = app.serve().await;
    let mut socket = if initialised {
        WebSocket::begin(&server, &app.anonymous()).await
    } else {
        WebSocket::open(&server).await
    };
    socket.say_text(message).await;
    socket.close_code().await
}

#[tokio::test]
async fn messages_that_the_protocol_does_not_know_end_the_connection() {
    for message in [
        "not JSON",
        "[]",
        "{}",
        r#"{"type":"start"}"#,
        r#"{"type":"connection_init","payload":"text"}"#,
        r#"{"type":"subscribe","payload":{"query":"{ __typename }"}}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{ __typename }"}}"#,
        r#"{"type":"subscribe","id":"1"}"#,
        r#"{"type":"subscribe","id":"1","payload":{}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":1}}"#,
        r#"{"type":"complete"}"#,
    ] {
        let initialised = !message.contains("connection_init");
        assert_eq!(code_after(initialised, message).await, 4400, "{message}");
    }
    let app = TestApp::new().await;
    let server = app.serve().await;
    let mut socket = WebSocket::open(&server).await;
    socket.say_bytes(b"{\"type\":\"connection_init\"}").await;
    assert_eq!(socket.close_code().await, 4400);
    let mut socket = WebSocket::open(&server).await;
    socket.say_text(&" ".repeat(1024 * 1024 + 1)).await;
    assert!(matches!(
        socket.hear().await,
        Heard::Closed(1009, _) | Heard::Gone
    ));
}

#[tokio::test]
async fn the_protocol_s_own_rules_have_codes_of_their_own() {
    let subscribe =
        r#"{"type":"subscribe","id":"1","payload":{"query":"subscription{postPublished{id}}"}}"#;
    assert_eq!(code_after(false, subscribe).await, 4401);
    assert_eq!(
        code_after(true, r#"{"type":"connection_init"}"#).await,
        4429
    );
    let app = TestApp::new().await;
    let server = app.serve().await;
    let mut socket = WebSocket::begin(&server, &app.anonymous()).await;
    socket.say_text(subscribe).await;
    socket.say_text(subscribe).await;
    assert_eq!(socket.close_code().await, 4409);
    let mut socket = WebSocket::open(&server).await;
    let payload = json!({ "Authorization": "Bearer nonsense" });
    socket
        .say(json!({ "type": "connection_init", "payload": payload }))
        .await;
    assert_eq!(socket.close_code().await, 4403);
    let none = WebSocket::connect(&server, &[]).await;
    assert_eq!(none.ok().unwrap().close_code().await, 4406);
    let another = WebSocket::connect(&server, &[("sec-websocket-protocol", "graphql-ws")]).await;
    assert_eq!(another.err(), Some(400));
    let forged = [
        ("sec-websocket-protocol", "graphql-transport-ws"),
        ("authorization", "Bearer nonsense"),
    ];
    assert_eq!(WebSocket::connect(&server, &forged).await.err(), Some(401));
}

#[tokio::test]
async fn whoever_says_nothing_is_not_waited_for() {
    let app = TestApp::new().await;
    let server = app.serve().await;
    let mut socket = WebSocket::open(&server).await;
    assert_eq!(socket.close_code().await, 4408);
}

#[tokio::test]
async fn a_server_that_stops_says_so() {
    let app = TestApp::new().await;
    let server = app.serve().await;
    let mut socket = WebSocket::begin(&server, &app.anonymous()).await;
    socket.subscribe("1", PUBLISHED).await;
    app.app.stop();
    assert_eq!(socket.close_code().await, 1001);
    drop(socket);
    app.app.left().await;
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_handshake_is_told_what_this_is_for() {
    let app = TestApp::new().await;
    let answer = app.anonymous().get("/graphql/ws").await;
    assert_eq!(answer.status.as_u16(), 426);
    assert_eq!(answer.header("upgrade"), "websocket");
    let code = &answer.json()["errors"][0]["extensions"]["code"];
    assert_eq!(code, &Value::from("BAD_REQUEST"));
}
