//! Answers that are being made: once for all who ask at the same time, and not kept if they were
//! overtaken.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::watched::{ask, is_hit, is_stored};
use crate::authoring::writing::{until, until_waiting};
use crate::support::{TestApp, post};

const QUERY: &str = "{ posts { nodes { title author { name } } } }";

/// Two statements, in one snapshot.
const TWICE: &str = r#"{ post(by: { slug: "p" }) { title } authors { nodes { name } } }"#;

/// How often looking for an answer had a result.
fn count(app: &TestApp, result: &str) -> u64 {
    let series = format!("imprenta_response_cache_requests_total{{result=\"{result}\"}} ");
    let text = app.app.measured(0).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(&series));
    line.map_or(0, |value| value.parse().unwrap())
}

async fn until_counted(app: &TestApp, result: &str, wanted: u64) {
    while count(app, result) < wanted {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn those_who_ask_at_once_are_answered_by_one_execution() {
    let app = TestApp::new().await;
    app.import([post("p")]).await;
    app.app.catch_up().await.unwrap();
    app.hear_alone();
    let blocker = app.database.connect().await;
    let lock = "BEGIN; LOCK TABLE posts IN ACCESS EXCLUSIVE MODE";
    blocker.batch_execute(lock).await.unwrap();
    let before = app.app.statements();
    let visitors = (0..20).map(|_| {
        let visitor = app.anonymous();
        async move { ask(&visitor, QUERY).await }
    });
    let unlock = async {
        until_counted(&app, "joined", 19).await;
        blocker.batch_execute("COMMIT").await.unwrap();
    };
    let (answers, ()) = tokio::join!(join_all(visitors), unlock);
    assert_eq!((count(&app, "missed"), count(&app, "joined")), (1, 19));
    // The posts with their authors.
    assert_eq!(app.app.statements() - before, 1);
    let joined = "Imprenta; fwd=uri-miss; collapsed";
    let said = |answer: &crate::support::Answer| answer.header("cache-status").to_owned();
    let joined = answers.iter().filter(|it| said(it) == joined);
    assert_eq!(joined.count(), 19);
    assert_eq!(answers.iter().filter(|it| is_stored(it)).count(), 1);
    assert!(answers.iter().all(|it| it.body == answers[0].body));
}

#[tokio::test]
async fn an_answer_from_before_a_commit_is_not_kept_after_it() {
    let app = TestApp::new().await;
    app.import([post("p")]).await;
    app.app.catch_up().await.unwrap();
    app.hear_alone();
    let (blocker, writer) = (app.database.connect().await, app.database.connect().await);
    // The reader has read the post, and waits for the authors.
    let lock = "BEGIN; LOCK TABLE authors IN ACCESS EXCLUSIVE MODE";
    blocker.batch_execute(lock).await.unwrap();
    let visitor = app.anonymous();
    let overtake = async {
        until_waiting(&app.database, 1).await;
        writer
            .batch_execute("UPDATE posts SET title = 'New'")
            .await
            .unwrap();
        app.app.catch_up().await.unwrap();
        blocker.batch_execute("COMMIT").await.unwrap();
    };
    let (slow, ()) = tokio::join!(ask(&visitor, TWICE), overtake);
    assert_eq!(slow.json()["data"]["post"]["title"], "P");
    assert_eq!(slow.header("cache-status"), "Imprenta; fwd=uri-miss");
    let next = ask(&visitor, TWICE).await;
    assert_eq!(next.json()["data"]["post"]["title"], "New");
    assert!(is_stored(&next));
}

#[tokio::test]
async fn an_answer_that_the_commit_does_not_touch_is_kept() {
    let app = TestApp::new().await;
    app.import([post("p"), post("q")]).await;
    app.app.catch_up().await.unwrap();
    app.hear_alone();
    let (blocker, writer) = (app.database.connect().await, app.database.connect().await);
    let lock = "BEGIN; LOCK TABLE authors IN ACCESS EXCLUSIVE MODE";
    blocker.batch_execute(lock).await.unwrap();
    let visitor = app.anonymous();
    let write = async {
        until_waiting(&app.database, 1).await;
        let other = "UPDATE posts SET title = 'New' WHERE slug = 'q'";
        writer.batch_execute(other).await.unwrap();
        app.app.catch_up().await.unwrap();
        blocker.batch_execute("COMMIT").await.unwrap();
    };
    let (slow, ()) = tokio::join!(ask(&visitor, TWICE), write);
    assert!(is_stored(&slow), "{slow:?}");
    assert!(is_hit(&ask(&visitor, TWICE).await));
}

#[tokio::test]
async fn nobody_waits_for_an_answer_that_was_begun_before_a_commit() {
    let app = TestApp::new().await;
    app.import([post("p")]).await;
    app.app.catch_up().await.unwrap();
    app.hear_alone();
    let (blocker, writer) = (app.database.connect().await, app.database.connect().await);
    let lock = "BEGIN; LOCK TABLE authors IN ACCESS EXCLUSIVE MODE";
    blocker.batch_execute(lock).await.unwrap();
    let visitor = app.anonymous();
    let later = async {
        until_waiting(&app.database, 1).await;
        writer
            .batch_execute("UPDATE posts SET title = 'New'")
            .await
            .unwrap();
        app.app.catch_up().await.unwrap();
        let unlock = async {
            until_waiting(&app.database, 2).await;
            blocker.batch_execute("COMMIT").await.unwrap();
        };
        tokio::join!(ask(&visitor, QUERY), unlock).0
    };
    let (_, later) = tokio::join!(ask(&visitor, QUERY), later);
    assert_eq!(later.json()["data"]["posts"]["nodes"][0]["title"], "New");
}

#[tokio::test]
async fn whoever_leaves_does_not_keep_others_waiting() {
    let app = TestApp::new().await;
    app.import([post("p")]).await;
    app.app.catch_up().await.unwrap();
    app.hear_alone();
    let blocker = app.database.connect().await;
    let lock = "BEGIN; LOCK TABLE posts IN ACCESS EXCLUSIVE MODE";
    blocker.batch_execute(lock).await.unwrap();
    let leader = app.anonymous();
    let leader = tokio::spawn(async move { leader.graphql(QUERY, Value::Null).await });
    until_waiting(&app.database, 1).await;
    let visitor = app.anonymous();
    let leave = async {
        until_counted(&app, "joined", 1).await;
        leader.abort();
        // The one who waited has begun by itself; what the other had begun is cancelled.
        until_counted(&app, "missed", 2).await;
        blocker.batch_execute("COMMIT").await.unwrap();
    };
    let (answer, ()) = tokio::join!(ask(&visitor, QUERY), leave);
    assert!(is_stored(&answer), "{answer:?}");
    let none = "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM
        pg_database WHERE datname = current_database())";
    until(&app.database, none, 0).await;
}

#[tokio::test]
async fn an_execution_that_fails_is_nobody_else_s_answer() {
    let app = TestApp::new().await;
    app.import([post("p")]).await;
    let admin = app.database.connect().await;
    admin
        .batch_execute("ALTER TABLE authors RENAME TO away")
        .await
        .unwrap();
    let visitor = app.anonymous();
    let failed = visitor.graphql(QUERY, Value::Null).await;
    assert!(failed.json()["errors"].is_array(), "{failed:?}");
    admin
        .batch_execute("ALTER TABLE away RENAME TO authors")
        .await
        .unwrap();
    let answer = ask(&visitor, QUERY).await;
    assert_eq!(
        answer.json()["data"]["posts"]["nodes"][0]["author"],
        json!({ "name": "Ana" })
    );
    assert!(is_stored(&answer));
}
