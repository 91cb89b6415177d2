use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::HttpState;

/// What uptime monitors and orchestrators ask.
pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .route("/health", get(health))
        .route("/health-check", get(health))
        .route("/api/v1/health", get(health))
}

/// The process runs.
async fn live() -> Response {
    answer(StatusCode::OK, json!({ "status": "ok" }))
}

/// The process can do its work: PostgreSQL answers within a second.
async fn ready(State(state): State<HttpState>) -> Response {
    if state.app.is_ready().await {
        answer(StatusCode::OK, json!({ "status": "ok" }))
    } else {
        answer(
            StatusCode::SERVICE_UNAVAILABLE,
            json!({ "status": "error" }),
        )
    }
}

/// The same for monitors that read the body.
async fn health(State(state): State<HttpState>) -> Response {
    if state.app.is_ready().await {
        answer(
            StatusCode::OK,
            json!({ "status": "ok", "database_connection": "ok" }),
        )
    } else {
        let body = json!({ "status": "error", "database_connection": "failed" });
        answer(StatusCode::SERVICE_UNAVAILABLE, body)
    }
}

fn answer(status: StatusCode, body: Value) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    (status, [(CACHE_CONTROL, no_store)], Json(body)).into_response()
}
