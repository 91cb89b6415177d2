//! The time that an operation may take, and what PostgreSQL does for it.

use serde_json::{Value, json};

use super::writing::{Desk, number, until_waiting};
use crate::support::Client;

/// Sends what waits for a lock that somebody else holds on `table`, until its time is up. PostgreSQL
/// itself would let it wait for ever.
async fn time_out(desk: &Desk, table: &str, client: &Client, query: &str) -> Value {
    let impatient = [
        ("GRAPHQL_TIMEOUT_MS", "2000"),
        ("DATABASE_STATEMENT_TIMEOUT_MS", "0"),
    ];
    let impatient = desk.app.replica_with(impatient);
    impatient.hear_alone();
    let blocker = desk.app.database.connect().await;
    let lock = format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
    blocker.batch_execute(&lock).await.unwrap();
    let client = client.at(&impatient);
    let (answer, ()) = tokio::join!(
        client.graphql(query, Value::Null),
        until_waiting(&desk.app.database, 1)
    );
    assert_eq!(answer.status, 503);
    // The lock is still held, and nobody waits for it any more.
    until_waiting(&desk.app.database, 0).await;
    blocker.batch_execute("COMMIT").await.unwrap();
    // Whoever comes next meets no trace of it.
    client.query("{ posts { totalCount } }").await;
    answer.json()
}

/// The operation was stopped, and nothing of it is answered.
fn assert_timed_out(answer: &Value) {
    let message = "the operation took too long and was stopped; ask for less, or try again later";
    let id = &answer["errors"][0]["extensions"]["requestId"];
    let extensions = json!({ "code": "TIMEOUT", "requestId": id });
    let expected = json!({ "errors": [{ "message": message, "extensions": extensions }] });
    assert_eq!(answer, &expected);
}

#[tokio::test]
async fn a_query_that_takes_too_long_is_stopped_in_the_database_too() {
    let desk = Desk::new().await;
    let visitor = desk.app.anonymous();
    let one = "{ posts { nodes { title } } }";
    assert_timed_out(&time_out(&desk, "posts", &visitor, one).await);
    let snapshot = "{ posts { totalCount nodes { title } } }";
    assert_timed_out(&time_out(&desk, "posts", &visitor, snapshot).await);
}

#[tokio::test]
async fn a_mutation_that_takes_too_long_leaves_nothing() {
    let desk = Desk::new().await;
    let make = format!(
        "createPost(input: {{ title: \"T\", content: \"C\", authors: [{:?}]",
        desk.ana_id
    );
    let both = format!(
        "mutation {{ a: {make} }}) {{ post {{ id }} }} b: {make}, tags: [{{ name: \"N\" }}] }}) {{ post {{ id }} }} }}"
    );
    let answer = time_out(&desk, "tags", &desk.editor, &both).await;
    assert_timed_out(&answer);
    assert_eq!(
        number(&desk.app.database, "SELECT count(*) FROM posts").await,
        0
    );
}
