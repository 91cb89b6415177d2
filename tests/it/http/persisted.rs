//! Documents that clients name instead of sending them.

use axum::body::Body;
use axum::http::Request;
use imprenta::accounts::Role;
use imprenta::config::Environment;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp};

const GRAPHQL: &str = "application/graphql-response+json";
const TEXT: &str = "query Hello($n: Int) { posts(first: $n) { totalCount } }";

fn hash(text: &str) -> String {
    let bytes = digest(&SHA256, text.as_bytes());
    bytes
        .as_ref()
        .iter()
        .fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"))
}

fn by_hash(text: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash(text) } })
}

async fn ask(client: &Client, body: Value) -> Answer {
    let request = Request::post("/graphql")
        .header("content-type", "application/json")
        .header("accept", GRAPHQL)
        .body(Body::from(body.to_string()));
    client.send(request.unwrap()).await
}

fn error(answer: &Answer) -> (u16, String, String) {
    let json = answer.json();
    let error = &json["errors"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (
        answer.status.as_u16(),
        text(&error["extensions"]["code"]),
        text(&error["message"]),
    )
}

fn told(status: u16, code: &str, message: &str) -> (u16, String, String) {
    (status, code.to_owned(), message.to_owned())
}

/// An application whose clients are known by a file of this content.
async fn with_list(list: &str, only: &str) -> (TestApp, tempfile::NamedTempFile) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), list).unwrap();
    let path = file.path().to_str().unwrap();
    let settings = [
        ("GRAPHQL_TRUSTED_DOCUMENTS", path),
        ("GRAPHQL_TRUSTED_ONLY", only),
    ];
    (
        TestApp::with_settings(Environment::from(settings)).await,
        file,
    )
}

#[tokio::test]
async fn a_document_is_sent_once_and_named_from_then_on() {
    let client = TestApp::new().await.anonymous();
    let unknown = ask(&client, json!({ "extensions": by_hash(TEXT) })).await;
    let not_found = told(400, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound");
    assert_eq!(error(&unknown), not_found);
    let data = json!({ "data": { "posts": { "totalCount": 0 } } });
    let sent = ask(
        &client,
        json!({ "query": TEXT, "extensions": by_hash(TEXT) }),
    )
    .await;
    assert_eq!(sent.json(), data);
    let named = ask(
        &client,
        json!({ "extensions": by_hash(TEXT), "variables": { "n": 1 } }),
    )
    .await;
    assert_eq!(named.json(), data);
    let wrong = ask(
        &client,
        json!({ "extensions": by_hash(TEXT), "variables": { "n": "1" } }),
    )
    .await;
    assert_eq!(
        error(&wrong),
        told(400, "BAD_USER_INPUT", "$n must be an Int")
    );
    let extensions: String =
        form_urlencoded::byte_serialize(by_hash(TEXT).to_string().as_bytes()).collect();
    let got = client
        .get(&format!("/graphql?extensions={extensions}"))
        .await;
    assert_eq!(got.json(), data);
}

#[tokio::test]
async fn a_hash_of_something_else_keeps_nothing() {
    let client = TestApp::new().await.anonymous();
    let other = "{ __typename }";
    let sent = ask(
        &client,
        json!({ "query": other, "extensions": by_hash(TEXT) }),
    )
    .await;
    let message = "`sha256Hash` is not the SHA-256 of `query`";
    assert_eq!(error(&sent), told(400, "BAD_REQUEST", message));
    // What is wrong is not kept either.
    let wrong = "{ nothing }";
    let sent = ask(
        &client,
        json!({ "query": wrong, "extensions": by_hash(wrong) }),
    )
    .await;
    assert_eq!(error(&sent).1, "GRAPHQL_VALIDATION_FAILED");
    for text in [TEXT, other, wrong] {
        let named = ask(&client, json!({ "extensions": by_hash(text) })).await;
        assert_eq!(error(&named).1, "PERSISTED_QUERY_NOT_FOUND");
    }
    for extension in [
        json!({}),
        json!({ "version": 2, "sha256Hash": hash(TEXT) }),
        json!({ "version": 1, "sha256Hash": "00" }),
        json!({ "version": 1, "sha256Hash": 1 }),
        json!("text"),
    ] {
        let answer = ask(
            &client,
            json!({ "extensions": { "persistedQuery": extension } }),
        )
        .await;
        assert_eq!(error(&answer).1, "BAD_REQUEST", "{extension}");
    }
}

#[tokio::test]
async fn trusted_documents_come_from_the_files_of_the_usual_tools() {
    let operation = json!({ "id": "abc", "name": "Hello", "type": "query", "body": TEXT });
    let apollo = json!({ "format": "apollo-persisted-query-manifest", "version": 1, "operations": [operation] });
    let map = json!({ "abc": TEXT });
    for list in [apollo, map] {
        let (app, _file) = with_list(&list.to_string(), "false").await;
        let client = app.anonymous();
        for named in [
            json!({ "documentId": "abc" }),
            json!({ "doc_id": "abc" }),
            json!({ "id": "abc" }),
            json!({ "documentId": format!("sha256:{}", hash(TEXT)) }),
            json!({ "extensions": by_hash(TEXT) }),
        ] {
            let data = json!({ "data": { "posts": { "totalCount": 0 } } });
            assert_eq!(ask(&client, named.clone()).await.json(), data, "{named}");
        }
        assert_eq!(client.get("/graphql?documentId=abc").await.status, 200);
        let unknown = ask(&client, json!({ "documentId": "x" })).await;
        assert_eq!(
            error(&unknown),
            told(
                400,
                "PERSISTED_QUERY_NOT_FOUND",
                "no trusted document has this id"
            )
        );
        client.query("{ __typename }").await;
    }
}

#[tokio::test]
async fn where_only_trusted_documents_are_run_admins_alone_may_send_others() {
    let (app, _file) = with_list(&json!({ "abc": TEXT }).to_string(), "true").await;
    let client = app.anonymous();
    let others = [
        json!({ "query": "{ __typename }" }),
        json!({ "query": "{ __schema { types { name } } }" }),
        json!({ "query": "{ __typename }", "extensions": by_hash("{ __typename }") }),
        json!({ "query": "mutation { logOut { userErrors { message } } }" }),
        json!({ "query": "{" }),
    ];
    let message = "only documents that this server was given beforehand are executed";
    for viewer in [client.clone(), app.person("Eda", Role::Editor).await] {
        for other in &others {
            let answer = ask(&viewer, other.clone()).await;
            assert_eq!(error(&answer), told(403, "FORBIDDEN", message), "{other}");
        }
        let named = ask(&viewer, json!({ "extensions": by_hash("{ __typename }") })).await;
        assert_eq!(error(&named).1, "PERSISTED_QUERY_NOT_FOUND");
        assert_eq!(
            ask(&viewer, json!({ "documentId": "abc" })).await.status,
            200
        );
        assert_eq!(ask(&viewer, json!({ "query": TEXT })).await.status, 200);
    }
    let admin = app.person("Ada", Role::Admin).await;
    admin.query("{ __schema { types { name } } }").await;
}

#[tokio::test]
async fn what_everyone_may_see_may_be_kept_by_caches() {
    let app = TestApp::new().await;
    let client = app.anonymous();
    let get = |query: &str| {
        let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
        Request::get(format!("/graphql?query={query}")).header("accept", GRAPHQL)
    };
    let public = "{ posts { nodes { title author { name } } } }";
    let answer = client.send(get(public).body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header("cache-control"), "public, max-age=30");
    assert_eq!(answer.header("vary"), "accept, authorization, cookie");
    let tag = answer.header("etag").to_owned();
    for known in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"x\", {tag}"),
        "*".to_owned(),
    ] {
        let request = get(public)
            .header("if-none-match", &known)
            .body(Body::empty());
        let again = client.send(request.unwrap()).await;
        assert_eq!(
            (again.status.as_u16(), again.body.len()),
            (304, 0),
            "{known}"
        );
        assert_eq!(
            (again.header("etag"), again.header("cache-control")),
            (&*tag, "public, max-age=30")
        );
    }
    let request = get(public)
        .header("if-none-match", "\"x\"")
        .body(Body::empty());
    assert_eq!(client.send(request.unwrap()).await.status, 200);
    let refused = [
        "{ posts { totalCount } me { id } }",
        "{ health { status } }",
        "{ posts { nodes { draft { title } } } }",
        "{ ...F } fragment F on Query { posts { nodes { ... { revisions { totalCount } } } } }",
        "{ posts(first: -1) { totalCount } }",
        "{ nothing }",
    ];
    for query in refused {
        let answer = client.send(get(query).body(Body::empty()).unwrap()).await;
        assert_eq!(
            (answer.header("cache-control"), answer.header("etag")),
            ("no-store", ""),
            "{query}"
        );
    }
    let editor = app.person("Eda", Role::Editor).await;
    let answer = editor.send(get(public).body(Body::empty()).unwrap()).await;
    assert_eq!(
        (answer.header("cache-control"), answer.header("etag")),
        ("no-store", "")
    );
    let with_cookie = get(public)
        .header("cookie", "theme=dark")
        .body(Body::empty());
    assert_eq!(
        client
            .send(with_cookie.unwrap())
            .await
            .header("cache-control"),
        "no-store"
    );
    let posted = client.graphql(public, Value::Null).await;
    assert_eq!(
        (posted.header("cache-control"), posted.header("etag")),
        ("no-store", "")
    );
}
