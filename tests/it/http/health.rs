use axum::http::StatusCode;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn monitors_are_told_that_all_is_well() {
    let client = TestApp::new().await.anonymous();
    for path in ["/health/live", "/health/ready"] {
        let answer = client.get(path).await;
        assert_eq!(
            (answer.status, answer.json()),
            (StatusCode::OK, json!({ "status": "ok" })),
            "{path}"
        );
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    for path in ["/health", "/health-check", "/api/v1/health"] {
        let answer = client.get(path).await;
        let body = json!({ "status": "ok", "database_connection": "ok" });
        assert_eq!(
            (answer.status, answer.json()),
            (StatusCode::OK, body),
            "{path}"
        );
    }
    let data = client
        .query("{ health { status databaseConnection version } }")
        .await;
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        data["health"],
        json!({ "status": "ok", "databaseConnection": "ok", "version": version })
    );
}
