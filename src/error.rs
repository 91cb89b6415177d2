//! What can go wrong, in the words of the domain.
//!
//! Nothing here knows of HTTP or GraphQL: each facade maps these kinds to its own words once, in
//! one exhaustive `match` (`graphql/error.rs`). Internal causes are kept for the log and are never
//! part of the message that a client sees.

use std::sync::Arc;

/// The result of a service or repository call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failed operation. Cheap to clone: one failure may answer several fields of a query.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// An argument cannot be accepted. The message names what is wrong and what would be right.
    #[error("{argument}: {message}")]
    InvalidArgument {
        /// The argument as the caller wrote it, with dots between levels (`filter.tag`).
        argument: String,
        /// What is wrong with it.
        message: String,
    },
    /// The database cannot be reached or did not answer in time. Trying again may help.
    #[error("the database is not available")]
    Unavailable(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// A fault of ours. The cause goes to the log only.
    #[error("internal error")]
    Internal(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

/// An error's text and those of its causes, without repetitions: for the log and for whoever runs
/// a command, never for clients.
#[must_use]
pub fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = error.source();
    }
    text
}

impl Error {
    /// An argument that cannot be accepted.
    pub fn invalid(argument: impl Into<String>, message: impl Into<String>) -> Self {
        Self::InvalidArgument {
            argument: argument.into(),
            message: message.into(),
        }
    }

    /// A fault of ours, with its cause.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::from(cause.into()))
    }

    /// A dependency that does not answer, with the cause.
    pub fn unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(Arc::from(cause.into()))
    }
}
