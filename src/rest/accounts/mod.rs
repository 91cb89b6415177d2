//! Accounts in REST: mirrors `crate::accounts`.

mod keys;
mod token;
mod token_error;
mod token_request;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

pub(super) fn routes() -> Router<Arc<App>> {
    let token = post(token::token).fallback(token::method_not_allowed);
    Router::new()
        .route("/auth/token", token)
        .route("/.well-known/jwks.json", get(keys::keys))
}
