//! What answers say of keeping them. Caches outside may keep those to queries by GET, without credentials,
//! if all that is selected is everyone's; what is kept inside says how old it is.

use axum::body::Body;
use axum::http::header::{
    AGE, AUTHORIZATION, CACHE_CONTROL, COOKIE, ETAG, HeaderName, IF_NONE_MATCH,
};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;

use super::query::{Made, Origin};
use super::response::Form;
use crate::response_cache::{ResponseCache, entity_tag};

/// How the answer was come by (RFC 9211).
const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");

/// How an answer may be kept outside.
pub(super) struct Caching {
    seconds: u32,
    /// What the client has already.
    known: Option<HeaderValue>,
}

/// Whether the answer to a request, which is everyone's for so many seconds, may be kept outside at all, if
/// nothing goes wrong.
pub(super) fn of(head: &Parts, seconds: Option<u32>) -> Option<Caching> {
    let headers = &head.headers;
    if head.method == Method::POST
        || headers.contains_key(AUTHORIZATION)
        || headers.contains_key(COOKIE)
    {
        return None;
    }
    Some(Caching {
        seconds: seconds?,
        known: headers.get(IF_NONE_MATCH).cloned(),
    })
}

/// Writes an answer, with a strong validator (RFC 9110, section 8.8.3) if it may be kept outside, or that
/// nothing has changed. An answer with errors is not kept.
///
/// An answer that is kept inside is as right as when it was made, so it may be kept for so long from now
/// on, however old it is; but not past the time at which a post stops to be public.
pub(super) fn write(
    form: Form<'_>,
    made: Made,
    caching: Option<Caching>,
    responses: &ResponseCache,
) -> Response {
    let Made { answer, origin } = made;
    let age = match &origin {
        Origin::Hit(kept) | Origin::Joined(kept) => Some(responses.age(kept)),
        _ => None,
    };
    let mut headers = Vec::with_capacity(4);
    if let Some(status) = status(&origin) {
        headers.push((CACHE_STATUS, HeaderValue::from_static(status)));
    }
    if let Some(age) = age {
        headers.push((AGE, HeaderValue::from(age)));
    }
    let mut is_known = false;
    if let Some(caching) = caching.filter(|_| answer.is_whole) {
        let made;
        let tag = if let Some(kept) = origin.kept() {
            kept.tag()
        } else {
            made = entity_tag(&answer.json);
            &made
        };
        is_known = caching.known.is_some_and(|known| names(&known, tag));
        let seconds = responses.seconds_of_rest(caching.seconds);
        let control = format!("public, max-age={}", age.unwrap_or(0) + seconds);
        for (name, value) in [(ETAG, tag), (CACHE_CONTROL, &control)] {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.push((name, value));
            }
        }
    }
    let mut response = form.write(answer);
    for (name, value) in headers {
        response.headers_mut().insert(name, value);
    }
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::empty();
    }
    response
}

fn status(origin: &Origin) -> Option<&'static str> {
    match origin {
        Origin::Executed => None,
        Origin::Bypassed => Some("Imprenta; fwd=bypass"),
        Origin::Missed => Some("Imprenta; fwd=uri-miss"),
        Origin::Stored(_) => Some("Imprenta; fwd=uri-miss; stored"),
        Origin::Joined(_) => Some("Imprenta; fwd=uri-miss; collapsed"),
        Origin::Hit(_) => Some("Imprenta; hit"),
    }
}

/// Whether `If-None-Match` names the tag (RFC 9110, section 13.1.2: weak comparison).
fn names(known: &HeaderValue, tag: &str) -> bool {
    let known = known.to_str().unwrap_or_default();
    let mut tags = known.split(',').map(str::trim);
    tags.any(|it| it == "*" || it.strip_prefix("W/").unwrap_or(it) == tag)
}
