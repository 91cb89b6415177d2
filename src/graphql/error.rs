//! Errors in GraphQL's words: the one place that maps [`crate::Error`].

use async_graphql::{Error as GraphqlError, ErrorExtensions};

use crate::error::{Error, with_causes};

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
    /// Persisted queries are not served.
    PersistedQueryNotSupported,
    /// The document asks for more than the limits allow.
    TooComplex,
    /// The database does not answer; trying again may help.
    ServiceUnavailable,
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
            Self::PersistedQueryNotSupported => "PERSISTED_QUERY_NOT_SUPPORTED",
            Self::TooComplex => "TOO_COMPLEX",
            Self::ServiceUnavailable => "SERVICE_UNAVAILABLE",
            Self::InternalServerError => "INTERNAL_SERVER_ERROR",
        }
    }
}

impl From<Error> for GraphqlError {
    fn from(error: Error) -> Self {
        let (code, message) = match &error {
            Error::InvalidArgument { .. } => (ErrorCode::BadUserInput, error.to_string()),
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
        Self::new(message).extend_with(|_, extensions| extensions.set("code", code.as_str()))
    }
}
