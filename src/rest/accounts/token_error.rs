//! Errors in OAuth's words: the one place of this facade that maps [`crate::Error`].

use std::time::Duration;

use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::error::{Error, whole_seconds, with_causes};

/// Why there are no tokens (RFC 6749, section 5.2). For what that section has no word, the word of
/// section 4.1.2.1 is used.
#[derive(Debug)]
pub(super) struct TokenError {
    status: StatusCode,
    error: &'static str,
    description: String,
    retry_after: Option<Duration>,
}

impl TokenError {
    fn new(status: StatusCode, error: &'static str, description: &str) -> Self {
        Self {
            status,
            error,
            description: ascii(description),
            retry_after: None,
        }
    }

    /// A request that cannot be read.
    pub(super) fn invalid_request(description: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    /// A grant that is not known here.
    pub(super) fn unsupported_grant_type() -> Self {
        let description = "the grant types are password and refresh_token";
        Self::new(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            description,
        )
    }

    /// The same, where HTTP has a status that says more than 400.
    pub(super) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }
}

impl From<Error> for TokenError {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::InvalidArgument { .. }
            | Error::InvalidInput(_)
            | Error::Conflict(_)
            | Error::NotDone(_) => Self::invalid_request(&text),
            Error::InvalidCredentials(_)
            | Error::Unauthenticated(_)
            | Error::Forbidden(_)
            | Error::NotFound(_) => Self::new(StatusCode::BAD_REQUEST, "invalid_grant", &text),
            Error::RateLimited { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "temporarily_unavailable",
                    &text,
                )
            },
            Error::Overloaded(_) => unavailable(&text),
            Error::Unavailable(cause) => {
                tracing::warn!(cause = with_causes(&*cause), "database not available");
                unavailable("the database is not available; try again later")
            }
            Error::Internal(cause) => {
                tracing::error!(cause = with_causes(&*cause), "internal error");
                let text = "internal error; the request id names it in the server's log";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", text)
            }
        }
    }
}

fn unavailable(description: &str) -> TokenError {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    TokenError::new(status, "temporarily_unavailable", description)
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.error, "error_description": self.description });
        let mut response = (self.status, Json(body)).into_response();
        if let Some(wait) = self.retry_after {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
        }
        response
    }
}

/// The characters that an `error_description` may have.
fn ascii(text: &str) -> String {
    let allowed = |letter| matches!(letter, ' '..='~') && letter != '\\';
    text.chars()
        .map(|letter| match letter {
            '"' => '\'',
            letter if allowed(letter) => letter,
            _ => '?',
        })
        .collect()
}
