//! graphql-sse: a stream for each operation, and one for several.

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::authoring::writing::Desk;
use crate::support::{Client, EventStream, TestApp};

const PUBLISHED: &str = "subscription { postPublished { title } }";

fn request(method: Method, uri: &str, token: &str, body: &Value) -> Request<Body> {
    let mut request = Request::builder()
        .method(method)
        .uri(uri)
        .header("content-type", "application/json");
    if !token.is_empty() {
        request = request.header("x-graphql-event-stream-token", token);
    }
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    request.body(Body::from(body)).unwrap()
}

async fn listen(client: &Client, uri: &str, body: &Value) -> (StatusCode, HeaderMap, EventStream) {
    let method = if body.is_null() {
        Method::GET
    } else {
        Method::POST
    };
    let mut request = request(method, uri, "", body);
    let accept = "text/event-stream".parse().unwrap();
    request.headers_mut().insert("accept", accept);
    let (status, headers, body) = client.open(request).await;
    (status, headers, EventStream::new(body))
}

#[tokio::test]
async fn a_query_is_answered_and_complete() {
    let client = TestApp::new().await.anonymous();
    for uri in [
        "/graphql/stream?query=%7B__typename%7D",
        "/graphql?query=%7B__typename%7D",
    ] {
        let (status, headers, mut events) = listen(&client, uri, &Value::Null).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers["content-type"], "text/event-stream; charset=utf-8");
        assert_eq!(headers["cache-control"], "no-cache, no-store");
        assert_eq!(headers["x-accel-buffering"], "no");
        assert_eq!(events.data().await, json!({ "__typename": "Query" }));
        let last = events.next().await.unwrap();
        assert_eq!((last.event.as_str(), last.data), ("complete", Value::Null));
        assert_eq!(events.next().await, None);
    }
}

#[tokio::test]
async fn what_cannot_be_executed_says_so_in_an_answer() {
    let client = TestApp::new().await.anonymous();
    for (query, code) in [
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        (
            "mutation { logOut { userErrors { message } } }",
            "BAD_REQUEST",
        ),
        (
            "subscription { postPublished { id } other: postPublished { id } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("subscription { __typename }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "subscription { __typename postPublished { id } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
    ] {
        let mut events = client.subscribe(query, json!({})).await;
        let frame = events.next().await.unwrap();
        assert_eq!(
            frame.data["errors"][0]["extensions"]["code"], code,
            "{query}"
        );
        assert_eq!(frame.data.get("data"), None);
        assert_eq!(events.next().await.unwrap().event, "complete");
    }
}

#[tokio::test]
async fn what_is_no_request_for_events_is_refused() {
    let client = TestApp::new().await.anonymous();
    let json = json!({ "query": "{ __typename }" });
    let send = async |method, uri, token, body: Value| {
        client.send(request(method, uri, token, &body)).await
    };
    let answer = send(Method::POST, "/graphql/stream", "", json.clone()).await;
    assert_eq!(answer.status, StatusCode::NOT_ACCEPTABLE);
    let answer = send(Method::PATCH, "/graphql/stream", "", json.clone()).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.header("allow"), "GET, POST, PUT, DELETE");
    let answer = send(Method::POST, "/graphql/stream", "unknown", json).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let (status, ..) = listen(&client, "/graphql/stream", &json!([])).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let subscription = client.graphql(PUBLISHED, Value::Null).await;
    assert_eq!(subscription.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn one_stream_serves_several_operations() {
    let desk = Desk::new().await;
    desk.app.follow();
    let client = desk.app.anonymous();
    let send = async |method, uri, token: &str, body: Value| {
        client.send(request(method, uri, token, &body)).await
    };
    let reserved = send(Method::PUT, "/graphql/stream", "", Value::Null).await;
    assert_eq!(reserved.status, StatusCode::CREATED);
    let token = reserved.text();

    let ask =
        |id: &str, query: &str| json!({ "query": query, "extensions": { "operationId": id } });
    let answer = send(
        Method::POST,
        "/graphql/stream",
        &token,
        json!({ "query": "{ __typename }" }),
    )
    .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let answer = send(Method::POST, "/graphql/stream", &token, ask("a", PUBLISHED)).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let answer = send(Method::POST, "/graphql/stream", &token, ask("a", PUBLISHED)).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);

    let uri = format!("/graphql/stream?token={token}");
    let (status, _, mut events) = listen(&client, &uri, &Value::Null).await;
    assert_eq!(status, StatusCode::OK);
    let (status, ..) = listen(&client, &uri, &Value::Null).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let (status, ..) = listen(&desk.editor, &uri, &Value::Null).await;
    assert_eq!(status, StatusCode::NOT_FOUND);

    let _ = send(
        Method::POST,
        "/graphql/stream",
        &token,
        ask("b", "{ __typename }"),
    )
    .await;
    let frame = events.next().await.unwrap();
    let payload = json!({ "data": { "__typename": "Query" } });
    assert_eq!(frame.data, json!({ "id": "b", "payload": payload }));
    let frame = events.next().await.unwrap();
    assert_eq!(
        (frame.event.as_str(), &frame.data),
        ("complete", &json!({ "id": "b" }))
    );

    desk.published("One").await;
    let frame = events.next().await.unwrap();
    let payload = json!({ "data": { "postPublished": { "title": "One" } } });
    assert_eq!(frame.data, json!({ "id": "a", "payload": payload }));
    let answer = send(
        Method::DELETE,
        "/graphql/stream?operationId=a",
        &token,
        Value::Null,
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK);
    let _ = send(Method::POST, "/graphql/stream", &token, ask("c", PUBLISHED)).await;
    desk.published("Two").await;
    let frame = events.next().await.unwrap();
    assert_eq!(frame.data["id"], "c");
    drop(events);
    let answer = send(Method::POST, "/graphql/stream", &token, ask("d", PUBLISHED)).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}
