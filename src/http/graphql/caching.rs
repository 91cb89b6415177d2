//! Answers that caches may keep: of queries by GET, without credentials, if all that is selected is
//! everyone's.

use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, COOKIE, ETAG, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};

use crate::error::Error;
use crate::graphql::Operation;
use crate::http::request_error::RequestError;

/// How an answer may be kept.
pub(super) struct Caching {
    seconds: u32,
    /// What the client has already.
    known: Option<HeaderValue>,
}

/// Whether the answer to a request may be kept at all, if nothing goes wrong.
pub(super) fn of(head: &Parts, operation: &Operation) -> Option<Caching> {
    let headers = &head.headers;
    if head.method == Method::POST
        || headers.contains_key(AUTHORIZATION)
        || headers.contains_key(COOKIE)
    {
        return None;
    }
    Some(Caching {
        seconds: operation.public_seconds()?,
        known: headers.get(IF_NONE_MATCH).cloned(),
    })
}

/// Says so in the answer, with a strong validator (RFC 9110, section 8.8.3), or answers that nothing
/// has changed. An answer with errors is not kept.
pub(super) async fn apply(
    caching: Option<Caching>,
    response: Response,
) -> Result<Response, RequestError> {
    let Some(caching) = caching.filter(|_| response.extensions().get::<Whole>().is_some()) else {
        return Ok(response);
    };
    let (mut head, body) = response.into_parts();
    // It is in memory already.
    let body = to_bytes(body, usize::MAX)
        .await
        .map_err(|error| RequestError::failed(&Error::internal(error)))?;
    let tag = URL_SAFE_NO_PAD.encode(&digest(&SHA256, &body).as_ref()[..16]);
    let tag = format!("\"{tag}\"");
    let is_known = caching.known.is_some_and(|known| names(&known, &tag));
    let control = format!("public, max-age={}", caching.seconds);
    for (name, value) in [(ETAG, tag), (CACHE_CONTROL, control)] {
        if let Ok(value) = HeaderValue::try_from(value) {
            head.headers.insert(name, value);
        }
    }
    if is_known {
        head.status = StatusCode::NOT_MODIFIED;
        return Ok(Response::from_parts(head, Body::empty()));
    }
    Ok(Response::from_parts(head, Body::from(body)))
}

/// Marks an answer without errors.
#[derive(Clone)]
pub(super) struct Whole;

/// Whether `If-None-Match` names the tag (RFC 9110, section 13.1.2: weak comparison).
fn names(known: &HeaderValue, tag: &str) -> bool {
    let known = known.to_str().unwrap_or_default();
    let mut tags = known.split(',').map(str::trim);
    tags.any(|it| it == "*" || it.strip_prefix("W/").unwrap_or(it) == tag)
}
