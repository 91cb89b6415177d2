//! Mutations: all of a request in one transaction, and one effect of a request that is repeated with
//! the header `Idempotency-Key`.

use axum::body::{Body, to_bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::within;
use crate::accounts::{Claim, OnceOnly};
use crate::error::Error;
use crate::graphql::{Changed, ErrorCode, Executor, Operation};
use crate::http::IDEMPOTENCY_KEY;
use crate::http::request_error::RequestError;

/// The longest key, in bytes.
const MAX_KEY: usize = 255;

/// Headers of an answer that belong to it however often it is given.
const KEPT_HEADERS: [HeaderName; 4] = [CONTENT_TYPE, VARY, CACHE_CONTROL, SET_COOKIE];

/// An answer as it is kept.
#[derive(Deserialize, Serialize)]
struct KeptAnswer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

/// The key that a request names, if it names one.
pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, RequestError> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    // A structured field's string stands in quotes (RFC 9651, section 3.3.3); many clients send none.
    let key = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(text);
    let is_key = (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(|it| it.is_ascii_graphic());
    if values.next().is_some() || !is_key {
        return Err(RequestError::new(
            StatusCode::BAD_REQUEST,
            ErrorCode::BadRequest,
            format!("send one Idempotency-Key, of 1 to {MAX_KEY} visible ASCII characters"),
        ));
    }
    Ok(Some(key.to_owned()))
}

/// Executes a mutation; `answer` makes an answer of what became of it.
pub(super) async fn execute(
    executor: &Executor<'_>,
    operation: Operation,
    once: Option<OnceOnly<'_>>,
    answer: impl FnOnce(Changed) -> Response,
) -> Result<Response, RequestError> {
    let unit = executor.app.change();
    let timeout = executor.app.config.graphql.limits.timeout;
    let Some(once) = once else {
        let changed = within(timeout, operation.change(executor, &unit, false)).await?;
        let response = answer(changed.map_err(|error| RequestError::failed(&error))?);
        unit.commit()
            .await
            .map_err(|error| RequestError::failed(&error))?;
        return Ok(response);
    };
    let (idempotency, viewer) = (&executor.app.accounts.idempotency, executor.viewer);
    match unit
        .run(idempotency.claim(viewer, once))
        .await
        .map_err(|error| RequestError::failed(&error))?
    {
        Claim::New => {}
        // The key's row is held until then, and others with the key wait for it.
        Claim::Answered(kept) => {
            unit.roll_back().await;
            return again(&kept).map_err(|error| RequestError::failed(&error));
        }
        Claim::Taken => {
            unit.roll_back().await;
            return Err(taken());
        }
    }
    unit.mark()
        .await
        .map_err(|error| RequestError::failed(&error))?;
    let changed = within(timeout, operation.change(executor, &unit, true)).await?;
    let changed = changed.map_err(|error| RequestError::failed(&error))?;
    let is_final = changed.is_final;
    let (response, kept) = kept(answer(changed))
        .await
        .map_err(|error| RequestError::failed(&error))?;
    if is_final {
        let keeping = unit.run(idempotency.keep(viewer, once, &kept)).await;
        keeping.map_err(|error| RequestError::failed(&error))?;
        unit.commit()
            .await
            .map_err(|error| RequestError::failed(&error))?;
    } else {
        unit.roll_back().await;
    }
    Ok(response)
}

fn taken() -> RequestError {
    RequestError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::BadRequest,
        "this Idempotency-Key was used for another request; take a new key for each",
    )
}

/// An answer, and the same to be kept.
async fn kept(response: Response) -> Result<(Response, Vec<u8>), Error> {
    let (head, body) = response.into_parts();
    // It is in memory already.
    let body = to_bytes(body, usize::MAX).await.map_err(Error::internal)?;
    let mut headers = Vec::new();
    for (name, value) in &head.headers {
        if let (true, Ok(value)) = (KEPT_HEADERS.contains(name), value.to_str()) {
            headers.push((name.as_str().to_owned(), value.to_owned()));
        }
    }
    let kept = KeptAnswer {
        status: head.status.as_u16(),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    let kept = serde_json::to_vec(&kept).map_err(Error::internal)?;
    Ok((Response::from_parts(head, Body::from(body)), kept))
}

/// An answer that was kept.
fn again(kept: &[u8]) -> Result<Response, Error> {
    let kept: KeptAnswer = serde_json::from_slice(kept).map_err(Error::internal)?;
    let mut response = Response::new(Body::from(kept.body));
    *response.status_mut() = StatusCode::from_u16(kept.status).map_err(Error::internal)?;
    for (name, value) in kept.headers {
        let name = HeaderName::try_from(name).map_err(Error::internal)?;
        let value = HeaderValue::try_from(value).map_err(Error::internal)?;
        response.headers_mut().append(name, value);
    }
    Ok(response)
}
