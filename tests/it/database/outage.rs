//! What clients see while the database is away.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{TestApp, post};

#[tokio::test]
async fn a_lost_database_is_told_as_such_and_never_as_a_fault() {
    let app = TestApp::new().await;
    app.import([post("one")]).await;
    let client = app.anonymous();
    client.query("{ posts { totalCount } }").await;
    app.database.take_away().await;

    let answer = client
        .graphql("{ posts { totalCount } }", Value::Null)
        .await;
    assert_eq!(
        answer.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "{}",
        answer.text()
    );
    let json = answer.json();
    assert_eq!(
        json["errors"][0]["extensions"]["code"],
        "SERVICE_UNAVAILABLE"
    );
    assert_eq!(
        json["errors"][0]["message"],
        "the database is not available; try again later"
    );

    let health = client
        .query("{ health { status databaseConnection } }")
        .await;
    assert_eq!(
        health["health"],
        json!({ "status": "error", "databaseConnection": "failed" })
    );
    let ready = client.get("/health/ready").await;
    assert_eq!(
        (ready.status, ready.json()),
        (
            StatusCode::SERVICE_UNAVAILABLE,
            json!({ "status": "error" })
        )
    );
    let live = client.get("/health/live").await;
    assert_eq!(
        (live.status, live.json()),
        (StatusCode::OK, json!({ "status": "ok" }))
    );
    for path in ["/health", "/health-check", "/api/v1/health"] {
        let health = client.get(path).await;
        let body = json!({ "status": "error", "database_connection": "failed" });
        assert_eq!(
            (health.status, health.json()),
            (StatusCode::SERVICE_UNAVAILABLE, body),
            "{path}"
        );
    }
}

#[tokio::test]
async fn what_needs_no_database_is_answered_without_one() {
    let app = TestApp::new().await;
    app.database.take_away().await;
    let client = app.anonymous();
    for query in ["{ __typename }", "{ __schema { queryType { name } } }"] {
        client.query(query).await;
    }
    for path in ["/health/live", "/graphiql", "/"] {
        assert_eq!(client.get(path).await.status, StatusCode::OK, "{path}");
    }
    assert_eq!(app.app.statements(), 0);
}

#[tokio::test]
async fn a_broken_connection_is_replaced() {
    let app = TestApp::new().await;
    app.import([post("one")]).await;
    let client = app.anonymous();
    client.query("{ posts { totalCount } }").await;
    let sql = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()";
    app.database
        .connect()
        .await
        .batch_execute(sql)
        .await
        .unwrap();
    // Its end is waited for. One request may meet the break itself; then all is as before.
    let _ = client
        .graphql("{ posts { totalCount } }", Value::Null)
        .await;
    let data = client.query("{ posts { totalCount } }").await;
    assert_eq!(data["posts"]["totalCount"], 1);
}
