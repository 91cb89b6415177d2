//! Behind a PgBouncer that gives out connections by the transaction: an application of four connections
//! has two of PostgreSQL's, and which one it gets is anybody's guess.

use std::collections::BTreeSet;
use std::time::Duration;

use diesel_async::RunQueryDsl;
use futures_util::future::join_all;
use futures_util::poll;
use serde_json::json;
use tokio::time::timeout;

use crate::authoring::writing::{Desk, done};
use crate::support::{TestApp, post};

diesel::define_sql_function! {
    fn current_setting(name: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// Longer than what was begun takes to end.
const PATIENCE: Duration = Duration::from_secs(20);

const LIST: &str =
    "{ posts(first: 10) { totalCount nodes { slug author { name } tags { name } } } }";

/// Nobody holds one of PgBouncer's connections, and nothing of what was done on them stays.
async fn nothing_is_left(app: &TestApp) {
    // Both of PgBouncer's connections, each within a transaction of one of these.
    let (one, two) = (app.through_pooler().await, app.through_pooler().await);
    let mut seen = BTreeSet::new();
    for client in [&one, &two] {
        // Not before one of them is free.
        let begun = timeout(PATIENCE, client.batch_execute("BEGIN")).await;
        begun.expect("both are held").unwrap();
        let left = "SELECT pg_backend_pid(), count(name), current_setting('statement_timeout')
            FROM pg_prepared_statements";
        let messages = client.simple_query(left).await.unwrap();
        let rows = messages.iter().filter_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        for row in rows {
            seen.insert(row.get(0).unwrap().to_owned());
            assert_eq!(row.get(1), Some("0"), "something stays prepared");
            assert_eq!(row.get(2), Some("0"), "a setting stays for others");
        }
    }
    assert_eq!(seen.len(), 2);
}

#[tokio::test]
#[ignore = "needs PgBouncer"]
async fn many_at_once_read_and_none_gets_what_another_has_prepared() {
    let app = TestApp::behind_pgbouncer().await;
    app.import((0..5).map(|it| post(&format!("post-{it}")).tag("Rust")))
        .await;
    let direct = TestApp::on(app.database.clone());
    let queries = [
        LIST,
        r#"{ post(by: { slug: "post-1" }) { title content author { name } tags { slug } } }"#,
        r#"{ tag(by: { slug: "rust" }) { name posts { totalCount nodes { slug } } } }"#,
        r#"{ posts(search: "post") { edges { node { slug } } } }"#,
        "{ authors { nodes { name postCount } } tags { nodes { name } } }",
    ];
    let mut expected = Vec::new();
    for query in queries {
        expected.push(direct.anonymous().query(query).await);
    }
    let rounds = (0..60_usize).map(|number| {
        let client = app.anonymous();
        let query = queries[number % queries.len()];
        let fresh = format!("{query} # {number}");
        async move { (number, client.query(&fresh).await) }
    });
    for (number, answer) in join_all(rounds).await {
        assert_eq!(answer, expected[number % queries.len()]);
    }
}

#[tokio::test]
#[ignore = "needs PgBouncer"]
async fn what_is_written_is_there_for_all_at_once() {
    let desk = Desk::at(TestApp::behind_pgbouncer().await).await;
    let made = desk.published("One").await;
    let reader = desk.app.anonymous();
    let listed = reader.query(LIST).await;
    assert_eq!(listed["posts"]["totalCount"], 1);
    let changed = desk.update(&made, json!({ "title": "Two" })).await;
    done(&desk.editor, "publishPost", json!({ "id": changed["id"] })).await;
    let title = r#"{ post(by: { slug: "one" }) { title } }"#;
    assert_eq!(reader.query(title).await["post"]["title"], "Two");

    // A request's changes are all done or none.
    let half = "mutation($one: CreatePostInput!, $two: CreatePostInput!) {
        one: createPost(input: $one) { post { id } }
        two: createPost(input: $two) { userErrors { code } }
    }";
    let (one, two) = (desk.draft(json!({})), desk.draft(json!({ "title": "" })));
    let answer = desk
        .editor
        .query_with(half, json!({ "one": one, "two": two }));
    assert!(
        !answer.await["two"]["userErrors"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let all = "{ posts(filter: { status: DRAFT }) { totalCount } }";
    assert_eq!(desk.editor.query(all).await["posts"]["totalCount"], 0);
}

#[tokio::test]
#[ignore = "needs PgBouncer"]
async fn others_hear_of_what_is_committed() {
    let desk = Desk::at(TestApp::behind_pgbouncer().await).await;
    let mut events = desk
        .app
        .anonymous()
        .subscribe("subscription { postPublished { title } }", json!(null))
        .await;
    desk.app.follow();
    desk.published("One").await;
    let told = events.data().await["postPublished"].take();
    assert_eq!(told["title"], "One");
}

#[tokio::test]
#[ignore = "needs PgBouncer"]
async fn settings_hold_in_each_transaction_and_nothing_stays_prepared() {
    let desk = Desk::at(TestApp::behind_pgbouncer().await).await;
    desk.published("One").await;
    let settings = [
        ("statement_timeout", "3s"),
        ("jit", "off"),
        ("plan_cache_mode", "force_generic_plan"),
        ("timezone", "UTC"),
    ];
    for (name, value) in settings {
        let connection = &mut desk.app.pool.get().await.unwrap();
        let current = diesel::select(current_setting(name));
        let current: String = current.get_result(&mut **connection).await.unwrap();
        assert_eq!(current, value, "{name}");
    }
    nothing_is_left(&desk.app).await;
}

#[tokio::test]
#[ignore = "needs PgBouncer"]
async fn a_client_that_goes_away_takes_no_connection_with_it() {
    let app = TestApp::behind_pgbouncer().await;
    app.import([post("one").tag("Rust")]).await;
    app.hear_alone();
    let client = app.anonymous();
    let expected = client.query(LIST).await;
    for number in 0..40 {
        let query = format!("{LIST} # {number}");
        let mut abandoned = Box::pin(client.query(&query));
        // In the middle of connecting, of preparing, of reading.
        for _ in 0..number % 8 {
            if poll!(abandoned.as_mut()).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(abandoned);
    }
    nothing_is_left(&app).await;
    app.app.responses.suspend();
    assert_eq!(client.query(LIST).await, expected);
}
