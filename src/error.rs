//! What can go wrong, in the words of the domain.
//!
//! Nothing here knows of HTTP or GraphQL: each facade maps these kinds to its own words once, in
//! one exhaustive `match` (`graphql/error.rs`). Internal causes are kept for the log and are never
//! part of the message that a client sees.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

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
    /// Input that cannot be accepted, with everything that is wrong with it.
    #[error("{}", FieldProblem::list(.0))]
    InvalidInput(Vec<FieldProblem>),
    /// The e-mail address and the password, or a token in their place, are not right. Says no more:
    /// which of them it was is not for the one who asks.
    #[error("{0}")]
    InvalidCredentials(&'static str),
    /// Who is asking cannot be told, where it has to be.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// The viewer may not do this.
    #[error("{0}")]
    Forbidden(String),
    /// There is no such thing, as far as the viewer may know.
    #[error("{0}")]
    NotFound(String),
    /// Somebody else has changed the same meanwhile. Nothing was overwritten.
    #[error("changed meanwhile, in another way: {}; look at the values and try again", Conflict::list(.0))]
    Conflict(Vec<Conflict>),
    /// Nothing is wrong with this, and it was not done, because something else of the same request
    /// failed.
    #[error("{0}")]
    NotDone(String),
    /// Too many attempts.
    #[error("too many attempts; try again in {} seconds", whole_seconds(*.retry_after))]
    RateLimited {
        /// How long to wait.
        retry_after: Duration,
    },
    /// More is being asked for than can be done at the moment. Trying again may help.
    #[error("{0}")]
    Overloaded(&'static str),
    /// The database cannot be reached or did not answer in time. Trying again may help.
    #[error("the database is not available")]
    Unavailable(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// A fault of ours. The cause goes to the log only.
    #[error("internal error")]
    Internal(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

/// What is wrong with one field of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The way to the field from the input, by the names and indices that the caller wrote.
    pub path: Vec<String>,
    /// What is wrong and what would be right.
    pub message: String,
}

impl FieldProblem {
    /// A problem with a field of the input itself.
    pub fn new(field: &str, message: impl Into<String>) -> Self {
        Self {
            path: vec![field.to_owned()],
            message: message.into(),
        }
    }

    /// The same problem of an input that is the item `index` of the list `field`.
    #[must_use]
    pub fn within(mut self, field: &str, index: usize) -> Self {
        self.path
            .splice(0..0, [field.to_owned(), index.to_string()]);
        self
    }

    fn list(problems: &[Self]) -> String {
        let texts = problems
            .iter()
            .map(|problem| format!("{}: {}", problem.path.join("."), problem.message));
        texts.collect::<Vec<_>>().join("; ")
    }
}

/// A field that two people have changed in different ways.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The field of the input.
    pub field: &'static str,
    /// What both began with.
    pub base: Value,
    /// What it is now.
    pub current: Value,
    /// What it was to be.
    pub yours: Value,
    /// The version that has the present value.
    pub current_version: i32,
}

impl Conflict {
    fn list(conflicts: &[Self]) -> String {
        let fields = conflicts.iter().map(|conflict| conflict.field);
        fields.collect::<Vec<_>>().join(", ")
    }
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

/// A time in whole seconds, rounded up: who waits that long has waited long enough.
#[must_use]
pub fn whole_seconds(duration: Duration) -> u64 {
    let rounded = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    rounded.max(1)
}

impl Error {
    /// An argument that cannot be accepted.
    pub fn invalid(argument: impl Into<String>, message: impl Into<String>) -> Self {
        Self::InvalidArgument {
            argument: argument.into(),
            message: message.into(),
        }
    }

    /// One field of an input that cannot be accepted.
    pub fn invalid_field(field: &str, message: impl Into<String>) -> Self {
        Self::InvalidInput(vec![FieldProblem::new(field, message)])
    }

    /// Whether the same may well succeed when it is tried again later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Unauthenticated(_)
            | Self::RateLimited { .. }
            | Self::Overloaded(_)
            | Self::Unavailable(_)
            | Self::Internal(_) => true,
            Self::InvalidArgument { .. }
            | Self::InvalidInput(_)
            | Self::InvalidCredentials(_)
            | Self::Forbidden(_)
            | Self::NotFound(_)
            | Self::Conflict(_)
            | Self::NotDone(_) => false,
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
