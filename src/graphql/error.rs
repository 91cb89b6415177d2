//! Errors in GraphQL's words: the one place that maps [`crate::Error`].

use async_graphql::{Error as GraphqlError, ErrorExtensions};

use crate::error::{Error, whole_seconds, with_causes};

/// The closed list of `extensions.code`, in the words that Apollo's clients know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The document is not GraphQL.
    GraphqlParseFailed,
    /// The document does not fit the schema.
    GraphqlValidationFailed,
    /// The HTTP request is not one that GraphQL over HTTP knows.
    BadRequest,
    /// An argument or a variable has a value that cannot be accepted.
    BadUserInput,
    /// The document does not say which operation to run.
    OperationResolutionFailure,
    /// No document is known by the id or hash that was sent.
    PersistedQueryNotFound,
    /// The document asks for more than the limits allow.
    TooComplex,
    /// The operation took longer than it may.
    Timeout,
    /// The database does not answer, or too much is going on; trying again may help.
    ServiceUnavailable,
    /// Who is asking cannot be told: no credentials, or some that are not valid.
    Unauthenticated,
    /// The viewer may not do that.
    Forbidden,
    /// There is no such thing, as far as the viewer may know.
    NotFound,
    /// Too many attempts; `extensions.retryAfter` says after how many seconds to try again.
    RateLimited,
    /// A fault of ours.
    InternalServerError,
}

impl ErrorCode {
    /// The text of the code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GraphqlParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::GraphqlValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::BadRequest => "BAD_REQUEST",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::OperationResolutionFailure => "OPERATION_RESOLUTION_FAILURE",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::TooComplex => "TOO_COMPLEX",
            Self::Timeout => "TIMEOUT",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::RateLimited => "RATE_LIMITED",
            Self::ServiceUnavailable => "SERVICE_UNAVAILABLE",
            Self::InternalServerError => "INTERNAL_SERVER_ERROR",
        }
    }
}

impl From<Error> for GraphqlError {
    fn from(error: Error) -> Self {
        let (code, message) = match &error {
            Error::InvalidArgument { .. } | Error::InvalidInput(_) => {
                (ErrorCode::BadUserInput, error.to_string())
            }
            Error::InvalidCredentials(_) | Error::Unauthenticated(_) => {
                (ErrorCode::Unauthenticated, error.to_string())
            }
            Error::Forbidden(_) => (ErrorCode::Forbidden, error.to_string()),
            Error::NotFound(_) => (ErrorCode::NotFound, error.to_string()),
            Error::Conflict(_) | Error::NotDone(_) => (ErrorCode::BadUserInput, error.to_string()),
            Error::RateLimited { .. } => (ErrorCode::RateLimited, error.to_string()),
            Error::Overloaded(_) => (ErrorCode::ServiceUnavailable, error.to_string()),
            Error::Unavailable(cause) => {
                tracing::warn!(cause = with_causes(&**cause), "database not available");
                let message = "the database is not available; try again later";
                (ErrorCode::ServiceUnavailable, message.to_owned())
            }
            Error::Internal(cause) => {
                tracing::error!(cause = with_causes(&**cause), "internal error");
                let message = "internal error; the request id names it in the server's log";
                (ErrorCode::InternalServerError, message.to_owned())
            }
        };
        Self::new(message).extend_with(|_, extensions| {
            extensions.set("code", code.as_str());
            if let Error::RateLimited { retry_after } = error {
                extensions.set("retryAfter", whole_seconds(retry_after));
            }
        })
    }
}
