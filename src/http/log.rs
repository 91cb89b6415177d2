use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use tower_http::request_id::RequestId;
use tracing::Instrument;

use super::REQUEST_ID;

/// The longest id of a request that is taken from its client, in bytes.
const MAX_REQUEST_ID: usize = 128;

/// Forgets a request id that a client made too long to stand on every line of the log, or of nothing
/// that one can see and look for.
pub(super) async fn check_request_id(mut request: Request, next: Next) -> Response {
    let given = request.headers().get(REQUEST_ID);
    let is_fit = |id: &HeaderValue| {
        (1..=MAX_REQUEST_ID).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic)
    };
    if given.is_some_and(|id| !is_fit(id)) {
        request.headers_mut().remove(REQUEST_ID);
    }
    next.run(request).await
}

/// Writes one line for each request, and puts the request's id on every line written meanwhile.
pub(super) async fn log(request: Request, next: Next) -> Response {
    let start = Instant::now();
    let method = request.method().clone();
    // The pattern, not the path: a path may hold what a visitor would not want written down.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route
        .as_ref()
        .map_or("none", MatchedPath::as_str)
        .to_owned();
    let id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok())
        .unwrap_or_default()
        .to_owned();
    // Of the highest level, so that the id stands on errors whatever LOG_LEVEL is.
    let span = tracing::error_span!("request", request.id = id);
    let response = next.run(request).instrument(span.clone()).await;
    let duration_us = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    span.in_scope(|| {
        tracing::info!(http.method = %method, http.route = route, http.status = status, duration_us, "answered");
    });
    response
}
