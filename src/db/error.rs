//! Maps what diesel and the pool report to [`crate::Error`].

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::pooled_connection::deadpool::PoolError;

use crate::error::{Error, with_causes};

/// The database could not be reached, with what the driver said. For the person who starts the
/// server; clients only learn that the database is not available.
#[derive(Debug, thiserror::Error)]
#[error("cannot connect to PostgreSQL: {reason}")]
pub struct ConnectError {
    /// The whole chain of causes, in one line.
    pub reason: String,
    /// PostgreSQL answered, and will not let us in however often we ask: a wrong password, or no
    /// such user or database.
    pub refused: bool,
}

impl ConnectError {
    pub(super) fn new(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::because(with_causes(error))
    }

    pub(super) fn because(reason: String) -> Self {
        Self {
            reason,
            refused: false,
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "fits map_err")]
    pub(super) fn driver(error: tokio_postgres::Error) -> Self {
        // Classes "invalid authorization specification" and "invalid catalog name".
        let refusals = ["28000", "28P01", "3D000"];
        let refused = error
            .code()
            .is_some_and(|code| refusals.contains(&code.code()));
        Self {
            reason: with_causes(&error),
            refused,
        }
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        if is_unavailable(&error) {
            Self::unavailable(error)
        } else {
            Self::internal(error)
        }
    }
}

impl From<PoolError> for Error {
    fn from(error: PoolError) -> Self {
        Self::unavailable(error)
    }
}

/// The name of the constraint that a statement would have broken.
#[must_use]
pub fn violated_constraint(error: &DieselError) -> Option<&str> {
    match error {
        DieselError::DatabaseError(_, information) => information.constraint_name(),
        _ => None,
    }
}

/// The connection broke, the server is going down, or a statement was cut off by the time limit.
/// The driver hands on no SQLSTATE, only PostgreSQL's (English) message.
fn is_unavailable(error: &DieselError) -> bool {
    match error {
        DieselError::BrokenTransactionManager => true,
        DieselError::DatabaseError(kind, information) => match kind {
            DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::ClosedConnection => true,
            DatabaseErrorKind::Unknown => [
                "canceling statement due to",
                "terminating connection",
                "the database system is",
                "deadlock detected",
            ]
            .iter()
            .any(|message| information.message().starts_with(message)),
            _ => false,
        },
        _ => false,
    }
}
