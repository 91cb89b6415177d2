//! What Prometheus asks, by the token of `METRICS_TOKEN`. Without one the route is not there: how much is
//! going on is not for everyone.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use ring::digest::{SHA256, digest};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::HttpState;
use super::authentication::bearer_token;
use crate::error::with_causes;
use crate::metrics::MEDIA_TYPE;

/// The route, if `token` opens it.
pub(super) fn routes(token: Option<&SecretString>) -> Router<HttpState> {
    match token {
        Some(_) => Router::new().route("/metrics", get(metrics)),
        None => Router::new(),
    }
}

async fn metrics(State(state): State<HttpState>, headers: HeaderMap) -> Response {
    let expected = state.app.config.http.metrics_token.as_ref();
    let shown = bearer_token(&headers).ok().flatten();
    if !shown.zip(expected).is_some_and(|(a, b)| is_same(&a, b)) {
        let challenge = HeaderValue::from_static(r#"Bearer realm="metrics""#);
        let message = "send `authorization: Bearer` and the token of METRICS_TOKEN";
        let headers = [(WWW_AUTHENTICATE, challenge)];
        return answer(StatusCode::UNAUTHORIZED, (headers, message_of(message)));
    }
    match state.app.measured(state.admission.connections()) {
        Ok(text) => answer(StatusCode::OK, ([(CONTENT_TYPE, MEDIA_TYPE)], text)),
        Err(error) => {
            tracing::error!(cause = with_causes(&error), "metrics were not written");
            let message = "internal error; x-request-id names it in the server's log";
            answer(StatusCode::INTERNAL_SERVER_ERROR, message_of(message))
        }
    }
}

fn answer(status: StatusCode, answer: impl IntoResponse) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    (status, [(CACHE_CONTROL, no_store)], answer).into_response()
}

fn message_of(message: &str) -> Json<serde_json::Value> {
    Json(json!({ "message": message }))
}

/// Whether two tokens are the same. How long it takes says nothing of how much of them is.
fn is_same(one: &SecretString, other: &SecretString) -> bool {
    let hash = |token: &SecretString| digest(&SHA256, token.expose_secret().as_bytes());
    hash(one).as_ref() == hash(other).as_ref()
}
