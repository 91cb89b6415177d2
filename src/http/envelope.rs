//! What every request and every answer has around it: the request's id and where it comes from, a line
//! in the log, and the headers of all answers.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::X_CONTENT_TYPE_OPTIONS;
use axum::http::{Extensions, HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::request_id::RequestId;
use tracing::Instrument;
use uuid::Uuid;

use super::{REQUEST_ID, client_address, graphql};
use crate::accounts::Origin;
use crate::app::App;

/// The longest id of a request that is taken from its client, in bytes.
const MAX_REQUEST_ID: usize = 128;

/// Gives a request its id and its [`Origin`], which stand among its extensions, and puts the id on every
/// line of the log that is written meanwhile; writes one line for it, and counts it.
pub(super) async fn put(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let start = Instant::now();
    let id = given_or_new(request.headers());
    let text = id.to_str().unwrap_or_default();
    let origin = Origin {
        address: client_address::of(&request, &app.config.http.trusted_proxies),
        request_id: Some(text.to_owned()),
    };
    let method = request.method().clone();
    // The pattern, not the path: a path may hold what a visitor would not want written down.
    let route = request.extensions().get::<MatchedPath>().cloned();
    // Of the highest level, so that the id stands on errors whatever LOG_LEVEL is.
    let span = tracing::error_span!("request", request.id = text);
    request.extensions_mut().insert(origin);
    request.extensions_mut().insert(RequestId::new(id.clone()));

    // Before CORS, which would answer every `OPTIONS`.
    let mut response = match graphql::options(&request) {
        Some(answer) => answer,
        None => next.run(request).instrument(span.clone()).await,
    };

    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let duration = start.elapsed();
    let (status, route) = (response.status(), route.as_ref());
    let route = route.map_or("none", MatchedPath::as_str);
    app.metrics
        .answered(method.as_str(), route, status.as_str(), duration);
    let (status, duration_us) = (status.as_u16(), duration.as_micros());
    let duration_us = u64::try_from(duration_us).unwrap_or(u64::MAX);
    span.in_scope(|| {
        tracing::info!(http.method = %method, http.route = route, http.status = status, duration_us, "answered");
    });
    response
}

/// The id by which the log names a request.
pub(super) fn request_id(extensions: &Extensions) -> Option<&str> {
    extensions.get::<RequestId>().and_then(text_of)
}

/// An id as a text, which every one is that came as far as here.
pub(super) fn text_of(id: &RequestId) -> Option<&str> {
    id.header_value().to_str().ok()
}

/// The id that the client gave the request, or a new one. One that is too long to stand on every line of
/// the log is forgotten, and so is one of nothing that one can see and look for.
fn given_or_new(headers: &HeaderMap) -> HeaderValue {
    let is_fit = |id: &&HeaderValue| {
        (1..=MAX_REQUEST_ID).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic)
    };
    if let Some(id) = headers.get(REQUEST_ID).filter(is_fit) {
        return id.clone();
    }
    // By the generator of this thread: asking the system takes longer than all the rest of it.
    let id = uuid::Builder::from_random_bytes(rand::random()).into_uuid();
    let mut text = Uuid::encode_buffer();
    let text = id.hyphenated().encode_lower(&mut text);
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("none"))
}
