//! Hostile requests: each gets a well-formed answer, none a 5xx, and the next ordinary request is served.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Request};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp, post};

/// An answer that a client can read, whatever it says.
fn is_well_formed(answer: &Answer) -> Result<(), String> {
    let json: Value = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
    if answer.status.is_server_error() {
        return Err(format!("{}: {json}", answer.status));
    }
    let errors = json.get("errors").and_then(Value::as_array);
    let coded = |error: &Value| {
        let code = error["extensions"]["code"].as_str().unwrap_or_default();
        let message = error["message"].as_str().unwrap_or_default();
        !["", "INTERNAL_SERVER_ERROR"].contains(&code)
            && (1..=300).contains(&message.chars().count())
    };
    match errors {
        None if json.get("data").is_some_and(Value::is_object) => Ok(()),
        Some(errors) if (1..=5).contains(&errors.len()) && errors.iter().all(coded) => Ok(()),
        _ => Err(json.to_string()),
    }
}

async fn post_bytes(client: &Client, body: impl Into<Body>) -> Answer {
    let request = Request::post("/graphql")
        .header("content-type", "application/json")
        .body(body.into());
    client.send(request.unwrap()).await
}

async fn answers(client: &Client) {
    client.query("{ posts { totalCount } }").await;
}

#[tokio::test]
async fn bodies_that_are_no_json_of_a_request_are_refused() {
    let client = TestApp::new().await.anonymous();
    let bodies: [&[u8]; 17] = [
        b"\x00",
        b"\xff\xfe{\x00}\x00",
        b"{\"query\":\"{ \xff }\"}",
        b"{\"query\":\"\xed\xa0\x80\"}",
        b"{\"query\":\"\\ud800\"}",
        b"{\"query\":\"{ __typename }\",\"variables\":{\"a\":\"\\udc00x\"}}",
        b"{\"query\":\"{ __typename }\"",
        b"{\"query\":\"{ __typename }\"}}",
        b"{\"query\":\"{ __typename }\",}",
        b"{'query':'{ __typename }'}",
        b"{\"query\":\"{ __typename }\",\"variables\":{\"a\":NaN}}",
        b"{\"query\":\"{ __typename }\",\"variables\":{\"a\":1e999}}",
        b"{\"query\":\"{ __typename }\",\"variables\":{\"a\":01}}",
        b"query={__typename}",
        b"--x\r\ncontent-disposition: form-data; name=\"operations\"\r\n\r\n{}",
        b"\xef\xbb\xbf{\"query\":\"{ __typename }\"}",
        b"{\"query\":\"a\nb\"}",
    ];
    for body in bodies {
        let answer = post_bytes(&client, body).await;
        assert_eq!(answer.status, 400, "{body:?}: {}", answer.text());
        is_well_formed(&answer).unwrap();
    }
    let deep = format!(
        "{{\"query\":\"{{ __typename }}\",\"variables\":{}",
        "[".repeat(100_000)
    );
    assert_eq!(post_bytes(&client, deep).await.status, 400);
    answers(&client).await;
}

#[tokio::test]
async fn the_last_of_two_equal_keys_counts_as_in_every_json() {
    let client = TestApp::new().await.anonymous();
    let body = r#"{"query":"{ a: __typename }","query":"{ b: __typename }"}"#;
    let answer = post_bytes(&client, body).await;
    assert_eq!(answer.json(), json!({ "data": { "b": "Query" } }));
}

#[tokio::test]
async fn documents_of_no_use_are_refused_by_name() {
    let client = TestApp::new().await.anonymous();
    for (document, code) in [
        ("\u{0}", "GRAPHQL_PARSE_FAILED"),
        ("\u{feff}", "GRAPHQL_PARSE_FAILED"),
        ("{ a\u{0} }", "GRAPHQL_PARSE_FAILED"),
        ("{ \"a\" }", "GRAPHQL_PARSE_FAILED"),
        (
            "{ route(path: \"unfinished) { __typename } }",
            "GRAPHQL_PARSE_FAILED",
        ),
        (
            "{ route(path: \"\"\"unfinished) { __typename } }",
            "GRAPHQL_PARSE_FAILED",
        ),
        (
            "{ route(path: \"\\u00\") { __typename } }",
            "GRAPHQL_PARSE_FAILED",
        ),
        ("fragment F on Query { __typename }", "GRAPHQL_PARSE_FAILED"),
        ("type A { b: Int }", "GRAPHQL_PARSE_FAILED"),
        (
            "query A { __typename } query A { __typename }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "{ posts(first: 9223372036854775808) { totalCount } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "{ posts(first: 1e400) { totalCount } }",
            "GRAPHQL_PARSE_FAILED",
        ),
        (
            "{ posts(first: -9223372036854775809) { totalCount } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
    ] {
        let answer = client.graphql(document, Value::Null).await;
        is_well_formed(&answer).unwrap();
        let code_of = &answer.json()["errors"][0]["extensions"]["code"];
        assert_eq!(code_of, code, "{document}: {}", answer.text());
    }
}

#[tokio::test]
async fn numbers_beyond_every_type_are_no_numbers_of_ours() {
    let client = TestApp::new().await.anonymous();
    let query = "query($n: Int) { posts(first: $n) { totalCount } }";
    for number in [
        "9007199254740993",
        "9223372036854775808",
        "-9223372036854775809",
        "1e308",
        "0.1",
    ] {
        let body = format!(
            "{{\"query\":{},\"variables\":{{\"n\":{number}}}}}",
            json!(query)
        );
        let answer = post_bytes(&client, body).await.json();
        assert_eq!(
            answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT",
            "{number}"
        );
    }
}

/// Every argument that takes a text gets one of nearly a mebibyte, and one with NUL in it.
#[tokio::test]
async fn long_and_broken_texts_are_answered_in_every_argument() {
    let app = TestApp::new().await;
    app.import([post("one").tag("Rust")]).await;
    let client = app.anonymous();
    let queries = [
        "node(id: $s) { id }",
        "nodes(ids: [$s]) { id }",
        "post(by: { slug: $s }) { id }",
        "post(by: { id: $s }) { id }",
        "author(by: { slug: $s }) { id }",
        "tag(by: { slug: $s }) { id }",
        "route(path: $s) { __typename }",
        "preview(token: $s) { id }",
        "posts(after: $s) { totalCount nodes { id } }",
        "posts(before: $s) { nodes { id } }",
        "posts(search: $s) { totalCount nodes { id } }",
        "posts(filter: { tag: { slug: $s } }) { totalCount nodes { id } }",
        "posts(filter: { author: { id: $s } }) { totalCount }",
        "authors(filter: { nameStartsWith: $s }) { totalCount nodes { id } }",
        "authors(after: $s) { nodes { id } }",
        "tags(before: $s) { nodes { id } }",
        "__type(name: $s) { name }",
    ];
    let texts = [
        "x".repeat(1_000_000),
        "\u{0}".to_owned(),
        "é\u{0}\u{202e}".to_owned(),
        "%_\\".repeat(1000),
        "\u{10ffff}".repeat(1000),
    ];
    for query in queries {
        for ty in ["String!", "ID!"] {
            let query = format!("query($s: {ty}) {{ {query} }}");
            for text in &texts {
                let answer = client.graphql(&query, json!({ "s": text })).await;
                is_well_formed(&answer).unwrap_or_else(|error| panic!("{query}: {error}"));
                assert!(
                    answer.body.len() < 5000,
                    "{query}: {} bytes",
                    answer.body.len()
                );
            }
        }
    }
    answers(&client).await;
}

#[tokio::test]
async fn headers_by_the_hundred_change_nothing() {
    let client = TestApp::new().await.anonymous();
    let mut request = Request::post("/graphql").header("content-type", "application/json");
    for n in 0..500 {
        request = request.header(format!("x-{n}"), "v".repeat(100));
        request = request.header("accept", "text/html;q=0.1");
    }
    let request = request
        .header("accept", "application/json")
        .body(Body::from(r#"{"query":"{ __typename }"}"#));
    assert_eq!(client.send(request.unwrap()).await.status, 200);
    for (name, value) in [
        ("accept", ";;;,,,q=;="),
        ("accept", "application/json;q=9"),
        ("content-length", "-1"),
        ("content-type", "application/json;charset"),
        ("x-request-id", "\u{80}"),
        ("idempotency-key", "\u{80}"),
        ("authorization", "Bearer \u{80}"),
        ("cookie", "=;=;\u{80}"),
        ("origin", "\u{80}"),
    ] {
        let request = Request::post("/graphql")
            .header("content-type", "application/json")
            .header(
                HeaderName::from_static(name),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            )
            .body(Body::from(r#"{"query":"{ __typename }"}"#));
        is_well_formed(&client.send(request.unwrap()).await)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// Runs a property on an application, with the engine of the tests' own.
fn holds<S: Strategy>(cases: u32, strategy: &S, send: &impl AsyncFn(&Client, S::Value) -> Answer) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let app = TestApp::new().await;
        app.import([post("one").tag("Rust")]).await;
        let client = app.anonymous();
        let config = Config {
            cases,
            failure_persistence: None,
            ..Config::default()
        };
        let mut runner = TestRunner::new(config);
        for _ in 0..cases {
            let value = strategy.new_tree(&mut runner).unwrap().current();
            let shown = format!("{value:?}");
            let answer = send(&client, value).await;
            if let Err(error) = is_well_formed(&answer) {
                panic!("{}", TestCaseError::fail(format!("{shown}: {error}")));
            }
        }
        answers(&client).await;
    });
}

/// Words and signs of documents, in any order.
fn fragments_of_documents() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ":",
        "!",
        "=",
        "|",
        "&",
        "@",
        "$",
        "...",
        ",",
        "#\n",
        "\"",
        "\"\"\"",
        "\\",
        "query",
        "mutation",
        "subscription",
        "fragment",
        "on",
        "F",
        "Query",
        "Post",
        "Node",
        "posts",
        "nodes",
        "node",
        "id",
        "title",
        "first",
        "after",
        "filter",
        "orderBy",
        "by",
        "slug",
        "$a",
        "Int",
        "Int!",
        "[ID!]",
        "null",
        "true",
        "1",
        "-1",
        "1.5e9",
        "\"text\"",
        "@skip(if: true)",
        "@include(if: $a)",
        "__typename",
        "__schema",
        "types",
        "fields",
        "{ id }",
        "posts(first: 2) { nodes { id } }",
        "...F",
        "fragment F on Post { id }",
        "\u{feff}",
        "é",
        "\u{0}",
    ]);
    prop::collection::vec(words, 0..40).prop_map(|words| words.join(" "))
}

#[test]
fn any_document_is_answered() {
    holds(400, &fragments_of_documents(), &async |client, document| {
        client.graphql(&document, json!({ "a": 1 })).await
    });
}

#[test]
fn any_body_and_query_string_is_answered() {
    let bytes = prop::collection::vec(any::<u8>(), 0..200);
    holds(200, &bytes, &async |client, bytes| {
        post_bytes(client, bytes).await
    });
    holds(200, &"[ -~]{0,200}", &async |client, text| {
        let text: String = text.replace(
            [' ', '#', '<', '>', '"', '\\', '^', '`', '{', '|', '}'],
            "%",
        );
        client.get(&format!("/graphql?{text}")).await
    });
}

/// JSON of any kind where variables, ids, cursors and filters stand.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        "[A-Za-z0-9_-]{0,60}".prop_map(Value::from),
        prop::sample::select(vec![
            "2026-01-01T00:00:00Z",
            "TITLE",
            "PUBLISHED",
            "ASC",
            "rust"
        ])
        .prop_map(Value::from),
    ];
    let keys = prop::sample::select(vec![
        "id",
        "slug",
        "tag",
        "author",
        "status",
        "field",
        "direction",
        "publishedFrom",
        "publishedUntil",
        "x",
    ]);
    leaf.prop_recursive(3, 16, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((keys.clone(), inner), 0..4).prop_map(|fields| Value::Object(
                fields
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect()
            )),
        ]
    })
}

#[test]
fn any_value_of_a_variable_is_answered() {
    let query = "query($first: Int, $after: String, $filter: PostFilter, $order: PostOrder) {
        posts(first: $first, after: $after, filter: $filter, orderBy: $order) { totalCount nodes { id } }
    }";
    let values = (any_json(), any_json(), any_json(), any_json());
    holds(
        300,
        &values,
        &async |client, (first, after, filter, order)| {
            let variables =
                json!({ "first": first, "after": after, "filter": filter, "order": order });
            client.graphql(query, variables).await
        },
    );
    let one = "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } post(by: { id: $id }) { id } }";
    holds(200, &any_json(), &async |client, id| {
        client.graphql(one, json!({ "id": id })).await
    });
}
