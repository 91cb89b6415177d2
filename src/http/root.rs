use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{ACCEPT, HeaderMap};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use super::HttpState;
use crate::app::VERSION;

/// Sends a browser to the explorer and tells other programs where things are.
pub(super) async fn root(State(state): State<HttpState>, headers: HeaderMap) -> Response {
    let explorer = state.app.config.graphql.explorer;
    if explorer && wants_html(&headers) {
        return Redirect::to("/graphiql").into_response();
    }
    let mut links = json!({ "graphql": "/graphql", "health": "/health" });
    if explorer {
        links["graphiql"] = "/graphiql".into();
    }
    let body =
        json!({ "message": "Imprenta, a GraphQL content API", "version": VERSION, "links": links });
    Json(body).into_response()
}

/// The answer where nothing is.
pub(super) async fn not_found() -> Response {
    let body = json!({ "message": "nothing is here; / lists what is" });
    (StatusCode::NOT_FOUND, Json(body)).into_response()
}

/// Whether a person's browser is asking, as the first thing it accepts tells.
pub(super) fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.trim_start().starts_with("text/html"))
}
