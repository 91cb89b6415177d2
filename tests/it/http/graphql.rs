//! GraphQL over HTTP: what the specification asks of GET, POST, media types and statuses.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp};

const GRAPHQL: &str = "application/graphql-response+json";

async fn post(client: &Client, content_type: &str, accept: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post("/graphql")
        .header("content-type", content_type)
        .header("accept", accept)
        .body(body.into());
    client.send(request.unwrap()).await
}

async fn json_post(client: &Client, accept: &str, body: Value) -> Answer {
    post(client, "application/json", accept, body.to_string()).await
}

fn code(answer: &Answer) -> String {
    answer.json()["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn the_answer_has_the_media_type_that_the_client_prefers() {
    let client = TestApp::new().await.anonymous();
    let cases = [
        (GRAPHQL, 200, GRAPHQL),
        ("application/json", 200, "application/json"),
        ("*/*", 200, "application/json"),
        ("", 200, "application/json"),
        (
            "application/*;q=0.5, application/graphql-response+json",
            200,
            GRAPHQL,
        ),
        (
            "application/graphql-response+json;q=0.5, application/json",
            200,
            "application/json",
        ),
        (
            "application/graphql-response+json; charset=utf-8, application/json;q=0.9",
            200,
            GRAPHQL,
        ),
        ("text/html", 406, "application/json"),
        ("application/json;q=0", 406, "application/json"),
        ("application/json; charset=latin1", 406, "application/json"),
    ];
    for (accept, status, media_type) in cases {
        let answer = json_post(&client, accept, json!({ "query": "{ __typename }" })).await;
        assert_eq!(answer.status, status, "{accept}");
        assert_eq!(
            answer.header("content-type"),
            format!("{media_type}; charset=utf-8"),
            "{accept}"
        );
    }
}

#[tokio::test]
async fn the_status_tells_whether_anything_ran_where_the_client_can_read_it() {
    let client = TestApp::new().await.anonymous();
    let refused = [
        (json!({ "query": "{" }), "GRAPHQL_PARSE_FAILED"),
        (json!({ "query": "" }), "GRAPHQL_PARSE_FAILED"),
        (
            json!({ "query": "{ nothing }" }),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            json!({ "query": "query A { __typename } query B { __typename }" }),
            "OPERATION_RESOLUTION_FAILURE",
        ),
        (
            json!({ "query": "query A { __typename }", "operationName": "B" }),
            "OPERATION_RESOLUTION_FAILURE",
        ),
        (
            json!({ "query": "query($id: ID!) { node(id: $id) { id } }" }),
            "BAD_USER_INPUT",
        ),
    ];
    for (body, expected) in refused {
        for (accept, status) in [(GRAPHQL, 400), ("application/json", 200)] {
            let answer = json_post(&client, accept, body.clone()).await;
            assert_eq!(
                (answer.status.as_u16(), code(&answer).as_str()),
                (status, expected),
                "{body}"
            );
            assert_eq!(answer.json().get("data"), None, "{body}");
        }
    }
}

#[tokio::test]
async fn what_is_no_graphql_request_is_refused_whatever_is_accepted() {
    let client = TestApp::new().await.anonymous();
    let bodies = [
        "",
        "{",
        "null",
        "\"text\"",
        "[]",
        r#"[{"query":"{ __typename }"}]"#,
        "{}",
        r#"{"qeury":"{ __typename }"}"#,
        r#"{"query":1}"#,
        r#"{"query":"{ __typename }","variables":[]}"#,
        r#"{"query":"{ __typename }","variables":"{}"}"#,
        r#"{"query":"{ __typename }","operationName":1}"#,
        r#"{"query":"{ __typename }","extensions":1}"#,
        "\u{feff}{}",
    ];
    for body in bodies {
        for accept in [GRAPHQL, "application/json"] {
            let answer = post(&client, "application/json", accept, body).await;
            assert_eq!(
                (answer.status.as_u16(), code(&answer).as_str()),
                (400, "BAD_REQUEST"),
                "{body}"
            );
        }
    }
    let accepted = r#"{"query":"{ __typename }","variables":null,"operationName":null,"extensions":{"a":1},"more":2}"#;
    assert_eq!(
        post(&client, "application/json", GRAPHQL, accepted)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn only_json_is_taken_for_json() {
    let client = TestApp::new().await.anonymous();
    let body = r#"{"query":"{ __typename }"}"#;
    let cases = [
        ("application/json", 200),
        ("Application/JSON; charset=UTF-8", 200),
        ("application/json; charset=\"utf-8\"", 200),
        ("application/json; charset=latin1", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/graphql", 415),
        ("", 415),
    ];
    for (content_type, status) in cases {
        let answer = post(&client, content_type, GRAPHQL, body).await;
        assert_eq!(answer.status.as_u16(), status, "{content_type}");
    }
    let request = Request::post("/graphql")
        .header("content-type", "application/json")
        .header("content-encoding", "gzip")
        .body(Body::from(body));
    assert_eq!(client.send(request.unwrap()).await.status, 415);
}

#[tokio::test]
async fn a_get_runs_queries_only() {
    let client = TestApp::new().await.anonymous();
    let cases = [
        ("query=%7B__typename%7D", 200),
        (
            "query=query+A%7B__typename%7D&operationName=A&variables=%7B%7D",
            200,
        ),
        (
            "query=query(%24n:Int)%7Bposts(first:%24n)%7BtotalCount%7D%7D&variables=%7B%22n%22:1%7D",
            200,
        ),
        ("query=mutation%7B__typename%7D", 405),
        ("query=subscription%7Ba%7D", 400),
        ("", 400),
        ("query=%7B__typename%7D&query=%7B__typename%7D", 400),
        ("query=%7B__typename%7D&variables=1", 400),
        ("query=%7B__typename%7D&variables=%7B", 400),
        ("query=%zz", 400),
        ("query=%ff", 400),
    ];
    for (query, status) in cases {
        let request = Request::get(format!("/graphql?{query}"))
            .header("accept", GRAPHQL)
            .body(Body::empty());
        let answer = client.send(request.unwrap()).await;
        assert_eq!(answer.status.as_u16(), status, "{query}: {}", answer.text());
    }
    let answer = client.get("/graphql?query=mutation%7B__typename%7D").await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("allow")),
        (405, "POST")
    );
    let long = format!("/graphql?query=%7B__typename%7D{}", "%20".repeat(6000));
    assert_eq!(client.get(&long).await.status, 414);
}

#[tokio::test]
async fn other_methods_are_told_which_there_are() {
    let client = TestApp::new().await.anonymous();
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let request = Request::builder()
            .method(method)
            .uri("/graphql")
            .body(Body::empty());
        let answer = client.send(request.unwrap()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("allow")),
            (405, "GET, HEAD, OPTIONS, POST")
        );
    }
}

#[tokio::test]
async fn a_body_has_a_largest_size() {
    let client = TestApp::new().await.anonymous();
    let body =
        json!({ "query": "{ __typename }", "extensions": { "pad": "x".repeat(1024 * 1024) } });
    let answer = json_post(&client, GRAPHQL, body).await;
    assert_eq!(
        (answer.status.as_u16(), code(&answer).as_str()),
        (413, "BAD_REQUEST")
    );
}

#[tokio::test]
async fn the_route_says_what_it_can_do() {
    let client = TestApp::new().await.anonymous();
    let request = Request::options("/graphql").body(Body::empty());
    let answer = client.send(request.unwrap()).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("allow")),
        (204, "GET, HEAD, OPTIONS, POST")
    );
    let path = "/graphql?query=%7B__typename%7D";
    let request = Request::head(path).body(Body::empty());
    assert_eq!(client.send(request.unwrap()).await.status, 200);
    let mutation = "/graphql?query=mutation%7B__typename%7D";
    let request = Request::head(mutation).body(Body::empty());
    assert_eq!(client.send(request.unwrap()).await.status, 405);
}
