use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};

use crate::app::App;

/// The public keys by which others can check access tokens (RFC 7517, section 5). Kept for five
/// minutes, so a new key has to be here that long before it signs.
pub(super) async fn keys(State(app): State<Arc<App>>) -> Response {
    let cache = (CACHE_CONTROL, "public, max-age=300");
    ([cache], Json(app.accounts.tokens.jwks())).into_response()
}
