//! Lists of queries in one request, where `GRAPHQL_MAX_BATCH` lets them in.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Request;
use imprenta::config::Environment;
use serde_json::{Value, json};

use crate::authoring::writing::{Desk, row_counts, until_waiting};
use crate::support::{Answer, Client, TestApp, post};

const GRAPHQL: &str = "application/graphql-response+json";

async fn send(client: &Client, accept: &str, body: &Value) -> Answer {
    let request = Request::post("/graphql")
        .header("content-type", "application/json")
        .header("accept", accept)
        .body(Body::from(body.to_string()));
    client.send(request.unwrap()).await
}

fn query(text: &str) -> Value {
    json!({ "query": text })
}

fn code(answer: &Value) -> &Value {
    &answer["errors"][0]["extensions"]["code"]
}

/// An application with posts that takes lists of up to three.
async fn blog() -> (TestApp, Client) {
    let settings = Environment::from([("GRAPHQL_MAX_BATCH", "3")]);
    let app = TestApp::with_settings(settings).await;
    app.import([post("one").tag("Rust"), post("two")]).await;
    let client = app.anonymous();
    (app, client)
}

#[tokio::test]
async fn each_is_answered_in_its_place_as_if_it_had_come_alone() {
    let (_app, client) = blog().await;
    let operations = [
        json!({
            "query": "query A { __typename } query B($n: Int) { posts(first: $n) { nodes { title } } }",
            "operationName": "B",
            "variables": { "n": 1 },
            "extensions": { "cost": true },
        }),
        query("{ posts(first: -1) { totalCount } tags { nodes { name } } }"),
        query("{ posts { totalCount } }"),
    ];
    let batch = send(&client, GRAPHQL, &json!(operations)).await;
    assert_eq!(batch.status, 200);
    assert_eq!(
        batch.header("content-type"),
        format!("{GRAPHQL}; charset=utf-8")
    );
    assert_eq!(batch.header("cache-control"), "no-store");
    let answers = batch.json();
    for (place, operation) in operations.iter().enumerate() {
        let mut alone = send(&client, GRAPHQL, operation).await.json();
        if let Some(id) = alone.pointer_mut("/errors/0/extensions/requestId") {
            *id = batch.header("x-request-id").into();
        }
        assert_eq!(answers[place], alone);
    }
    assert_eq!(answers.as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_list_has_one_to_as_many_as_the_setting_says() {
    let (_app, client) = blog().await;
    let one = query("{ __typename }");
    let expected = "a list has 1 to 3 operations here";
    for list in [json!([]), json!(vec![&one; 4])] {
        let answer = send(&client, "application/json", &list).await;
        let json = answer.json();
        assert_eq!(
            (answer.status.as_u16(), code(&json)),
            (400, &json!("BAD_REQUEST"))
        );
        assert_eq!(json["errors"][0]["message"], expected);
    }
    assert_eq!(
        send(&client, GRAPHQL, &json!([one])).await.text(),
        "[{\"data\":{\"__typename\":\"Query\"}}]"
    );

    let off = TestApp::new().await.anonymous();
    let answer = send(&off, GRAPHQL, &json!([one])).await;
    let message = "send one operation in a request, not a list";
    assert_eq!(
        (
            answer.status.as_u16(),
            &answer.json()["errors"][0]["message"]
        ),
        (400, &json!(message))
    );
}

#[tokio::test]
async fn what_is_no_operation_is_named_by_its_place_and_nothing_is_executed() {
    let (app, client) = blog().await;
    let one = query("{ posts { totalCount } }");
    for (item, problem) in [
        (json!(1), "not a JSON object"),
        (json!([one]), "not a JSON object"),
        (json!({}), "`query` is missing"),
        (
            json!({ "query": "{ __typename }", "variables": [] }),
            "`variables` is not an object",
        ),
    ] {
        let list = json!([one, item]);
        let (statements, answer) = app.statements_of(send(&client, GRAPHQL, &list)).await;
        assert_eq!((answer.status.as_u16(), statements), (400, 0));
        let message = format!("operation 2 of the list: {problem}");
        assert_eq!(answer.json()["errors"][0]["message"], message);
    }
    // Events are for one operation, and are told so.
    let answer = send(&client, "text/event-stream", &json!([one])).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn a_list_is_for_queries() {
    let settings = [("GRAPHQL_MAX_BATCH", "3")];
    let desk = Desk::new().await;
    let editor = desk.editor.at(&desk.app.replica_with(settings));
    let before = row_counts(&desk.app.database).await;
    let list = json!([
        query("mutation { createTag(input: { name: \"One\" }) { tag { id } } }"),
        query("subscription { postPublished { id } }"),
        query("{ __typename }"),
    ]);
    let answer = send(&editor, GRAPHQL, &list).await;
    assert_eq!(answer.status, 200);
    let answers = answer.json();
    for refused in [&answers[0], &answers[1]] {
        assert_eq!(
            (code(refused), refused.get("data")),
            (&json!("BAD_REQUEST"), None)
        );
    }
    assert_eq!(answers[2], json!({ "data": { "__typename": "Query" } }));
    assert_eq!(row_counts(&desk.app.database).await, before);
}

#[tokio::test]
async fn the_status_is_that_of_all_or_tells_that_something_was_executed() {
    let (_app, client) = blog().await;
    let (good, bad) = (query("{ __typename }"), query("{ nothing }"));
    for (list, graphql, json) in [
        (json!([good, good]), 200, 200),
        (json!([bad, good]), 200, 200),
        (json!([bad, bad]), 400, 200),
    ] {
        assert_eq!(
            send(&client, GRAPHQL, &list).await.status,
            graphql,
            "{list}"
        );
        assert_eq!(
            send(&client, "application/json", &list).await.status,
            json,
            "{list}"
        );
    }
}

#[tokio::test]
async fn together_they_cost_what_one_may() {
    let (app, client) = blog().await;
    // What is made anew for each post counts twenty.
    let dear = query("{ posts(first: 100) { nodes { contentHtml jsonLd } } }");
    let one = send(&client, GRAPHQL, &dear).await.json();
    assert_eq!(one.get("errors"), None, "{one}");
    let list = json!([dear, dear, dear]);
    let (statements, answer) = app.statements_of(send(&client, GRAPHQL, &list)).await;
    assert_eq!((answer.status.as_u16(), statements), (400, 0));
    for refused in answer.json().as_array().unwrap() {
        assert_eq!(code(refused), "TOO_COMPLEX");
        let message = refused["errors"][0]["message"].as_str().unwrap();
        assert!(
            message.ends_with("and may cost 10000: ask for less, or send some of them alone"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn together_they_have_the_time_of_one() {
    let app = TestApp::new().await;
    app.import([post("one").tag("Rust")]).await;
    let impatient = app.replica_with([
        ("GRAPHQL_MAX_BATCH", "3"),
        ("GRAPHQL_TIMEOUT_MS", "2000"),
        ("DATABASE_STATEMENT_TIMEOUT_MS", "0"),
    ]);
    impatient.hear_alone();
    let client = impatient.anonymous();
    let blocker = app.database.connect().await;
    let lock = "BEGIN; LOCK TABLE posts IN ACCESS EXCLUSIVE MODE";
    blocker.batch_execute(lock).await.unwrap();
    let waiting = query("{ posts { nodes { title } } }");
    let list = json!([query("{ __typename }"), waiting, waiting]);
    let begun = Instant::now();
    let (answer, ()) = tokio::join!(
        send(&client, GRAPHQL, &list),
        until_waiting(&app.database, 1)
    );
    assert!(begun.elapsed() < Duration::from_secs(4));
    let answers = answer.json();
    assert_eq!(answers[0], json!({ "data": { "__typename": "Query" } }));
    assert_eq!([code(&answers[1]), code(&answers[2])], ["TIMEOUT"; 2]);
    until_waiting(&app.database, 0).await;
    blocker.batch_execute("COMMIT").await.unwrap();
}
