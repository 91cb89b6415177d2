use axum::extract::ws::CloseFrame;

/// Why the server ends a connection: a code and a short reason. A longer one than 123 bytes would
/// make an illegal frame (RFC 6455, section 5.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Close {
    /// A message that the protocol does not know, or one without what it must have.
    BadRequest(&'static str),
    /// Something is asked for before `connection_init`.
    Unauthorized,
    /// The credentials are not valid, or no longer.
    Forbidden(&'static str),
    /// The client has named no subprotocol.
    SubprotocolNotAcceptable,
    /// No `connection_init` came in time.
    InitialisationTimeout,
    /// An operation has the id of one that is still under way.
    SubscriberAlreadyExists,
    /// A second `connection_init`.
    TooManyInitialisationRequests,
    /// More operations than are allowed on one connection.
    TooManyOperations,
    /// The client has not taken what was sent to it, or is gone.
    TooSlow,
    /// The server stops.
    GoingAway,
    /// The database cannot be asked who this is.
    Unavailable,
}

impl Close {
    pub(super) fn frame(self) -> CloseFrame {
        let (code, reason) = match self {
            Self::BadRequest(reason) => (4400, reason),
            Self::Unauthorized => (4401, "Unauthorized"),
            Self::Forbidden(reason) => (4403, reason),
            Self::SubprotocolNotAcceptable => (4406, "Subprotocol not acceptable"),
            Self::InitialisationTimeout => (4408, "Connection initialisation timeout"),
            Self::SubscriberAlreadyExists => (4409, "Subscriber already exists"),
            Self::TooManyInitialisationRequests => (4429, "Too many initialisation requests"),
            // RFC 6455, section 7.4.1, and IANA's registry of close codes.
            Self::TooManyOperations => (1008, "Too many operations on one connection"),
            Self::TooSlow => (1013, "Too slow; go on with `changes(since: ...)`"),
            Self::GoingAway => (1001, "The server stops; connect again"),
            Self::Unavailable => (1013, "The database is not available; try again later"),
        };
        CloseFrame {
            code,
            reason: reason.into(),
        }
    }
}
