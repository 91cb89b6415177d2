use axum::http::header::{HeaderName, SET_COOKIE, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};

use super::cookies;
use crate::error::{Error, with_causes};
use crate::graphql::ErrorCode;

/// A request to the GraphQL routes that goes no further: none of its document is executed.
#[derive(Debug)]
pub(super) struct RequestError {
    pub(super) status: StatusCode,
    pub(super) code: ErrorCode,
    /// What is wrong, without a word of what the client sent.
    pub(super) message: String,
    /// What the answer carries besides those of every answer.
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
}

impl RequestError {
    pub(super) fn new(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            headers: Vec::new(),
        }
    }

    /// Credentials that are not valid (RFC 6750, section 3.1).
    pub(super) fn unauthenticated(message: &str) -> Self {
        let challenge = r#"Bearer realm="imprenta", error="invalid_token""#;
        Self::new(
            StatusCode::UNAUTHORIZED,
            ErrorCode::Unauthenticated,
            message,
        )
        .with_header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
    }

    /// A request that another site may have made a browser send.
    pub(super) fn forbidden(message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, ErrorCode::Forbidden, message)
    }

    /// A request that could not be looked at, or whose changes could not be kept. The cause goes to
    /// the log.
    pub(super) fn failed(error: &Error) -> Self {
        if let Error::Unavailable(cause) = error {
            tracing::warn!(cause = with_causes(&**cause), "request not served");
            let message = "the database is not available; try again later";
            return Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                ErrorCode::ServiceUnavailable,
                message,
            );
        }
        tracing::error!(cause = with_causes(error), "request not served");
        Self::internal()
    }

    /// A fault of ours, which the log has.
    pub(super) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            ErrorCode::InternalServerError,
            "internal error; the request id names it in the server's log",
        )
    }

    pub(super) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Makes the browser forget its session, which is of no more use.
    pub(super) fn clearing_cookies(mut self) -> Self {
        let cleared = cookies::cleared().map(|cookie| (SET_COOKIE, cookie));
        self.headers.extend(cleared);
        self
    }
}
