//! Every error names its request, as the answer's header and the log do. That none lacks an id, the
//! kit looks after; here it is the right one.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

use crate::authoring::writing::Desk;
use crate::support::{Answer, Client, EventStream, TestApp, WebSocket};

const ID: &str = "one-of-mine";

fn request(method: Method, accept: &str, body: &Value) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri("/graphql")
        .header("content-type", "application/json")
        .header("accept", accept)
        .header("x-request-id", ID)
        .body(Body::from(body.to_string()))
        .unwrap()
}

async fn ask(client: &Client, body: &Value) -> Answer {
    let request = request(Method::POST, "application/json", body);
    client.send(request).await
}

fn assert_named(answer: &Value) {
    let errors = answer["errors"].as_array().unwrap();
    assert!(!errors.is_empty());
    for error in errors {
        assert_eq!(error["extensions"]["requestId"], ID, "{answer:#}");
    }
}

#[tokio::test]
async fn it_is_that_of_the_request_whatever_went_wrong() {
    let client = TestApp::new().await.anonymous();
    for body in [
        json!([]),
        json!({ "query": "{" }),
        json!({ "query": "{ one two }" }),
        json!({ "query": "query($n: Int!) { posts(first: $n) { totalCount } }" }),
        json!({ "query": "{ posts(first: -1) { totalCount } users { totalCount } }" }),
        json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": "0".repeat(64) } } }),
    ] {
        let answer = ask(&client, &body).await;
        assert_eq!(answer.header("x-request-id"), ID);
        assert_named(&answer.json());
    }
    let query = json!({ "query": "{ __typename }" });
    for (method, accept) in [
        (Method::PUT, "application/json"),
        (Method::POST, "text/html"),
        (Method::POST, "text/event-stream;q=0"),
    ] {
        let answer = client.send(request(method, accept, &query)).await;
        assert_named(&answer.json());
    }
}

#[tokio::test]
async fn a_stream_has_that_of_the_request_that_opened_it() {
    let app = TestApp::new().await;
    let wrong = json!({ "query": "{ nothing }" });
    let request = request(Method::POST, "text/event-stream", &wrong);
    let (_, _, body) = app.anonymous().open(request).await;
    assert_named(&EventStream::new(body).next().await.unwrap().data);

    let server = app.serve().await;
    let headers = [
        ("sec-websocket-protocol", "graphql-transport-ws"),
        ("x-request-id", ID),
    ];
    let mut socket = WebSocket::connect(&server, &headers).await.unwrap();
    socket.say(json!({ "type": "connection_init" })).await;
    assert_eq!(socket.message().await["type"], "connection_ack");
    socket.subscribe("1", "{ nothing }").await;
    let error = socket.message().await;
    assert_named(&json!({ "errors": error["payload"] }));
    socket.subscribe("1", "{ users { totalCount } }").await;
    assert_named(&socket.message().await["payload"]);
}

#[tokio::test]
async fn an_answer_that_is_given_again_has_that_of_the_first_request() {
    let desk = Desk::new().await;
    let ask = async |id: &str| {
        let query = "mutation { createTag(input: { name: \"One\" }) { tag { posts(first: -1) {
            totalCount } } } }";
        let request = Request::post("/graphql")
            .header("content-type", "application/json")
            .header("idempotency-key", "a")
            .header("x-request-id", id)
            .body(Body::from(json!({ "query": query }).to_string()));
        desk.editor.send(request.unwrap()).await
    };
    let first = ask(ID).await;
    assert_named(&first.json());
    let again = ask("another").await;
    assert_eq!(again.text(), first.text());
    assert_eq!(again.header("x-request-id"), "another");
}
