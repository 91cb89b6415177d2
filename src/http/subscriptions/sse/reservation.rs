use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::body::WAITING;
use crate::accounts::Identity;
use crate::form;
use crate::graphql::ErrorCode;
use crate::http::request_error::RequestError;
use crate::http::subscriptions::admission::Admitted;

/// Where a client names its stream.
pub(in crate::http) const STREAM_TOKEN: HeaderName =
    HeaderName::from_static("x-graphql-event-stream-token");
/// How long a reserved stream waits to be opened.
pub(super) const KEPT_FOR: Duration = Duration::from_secs(30);

/// The streams that clients have reserved at this process: whoever balances load sends a client's
/// requests to the same one.
#[derive(Clone, Debug, Default)]
pub(in crate::http) struct Reservations(Arc<Mutex<HashMap<String, Reservation>>>);

/// A stream that is reserved, or open.
#[derive(Debug)]
pub(super) struct Reservation {
    /// Whose: nobody else knows of it.
    pub(super) identity: Identity,
    pub(super) sender: mpsc::Sender<Bytes>,
    /// Until it is opened: what comes out of it, and leave to open it.
    pub(super) unopened: Option<(mpsc::Receiver<Bytes>, Admitted)>,
    /// The operations under way, by their ids.
    pub(super) operations: HashMap<String, AbortHandle>,
}

impl Reservation {
    pub(super) fn new(identity: Identity, admitted: Admitted) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        Self {
            identity,
            sender,
            unopened: Some((receiver, admitted)),
            operations: HashMap::new(),
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        for operation in self.operations.values() {
            operation.abort();
        }
    }
}

impl Reservations {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Reservation>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a stream under a name that nobody can guess, and gives that.
    pub(super) fn insert(&self, reservation: Reservation) -> String {
        let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>());
        self.lock().insert(token.clone(), reservation);
        token
    }

    /// Does something with the stream of that name, if it is theirs.
    pub(super) fn with<T>(
        &self,
        token: &str,
        identity: &Identity,
        run: impl FnOnce(&mut Reservation) -> Result<T, RequestError>,
    ) -> Result<T, RequestError> {
        let mut all = self.lock();
        let reservation = all.get_mut(token);
        match reservation.filter(|it| it.identity == *identity) {
            Some(reservation) => run(reservation),
            None => Err(RequestError::new(
                StatusCode::NOT_FOUND,
                ErrorCode::NotFound,
                "there is no stream with this token; reserve one with PUT",
            )),
        }
    }

    /// Forgets a stream, with all that is under way on it.
    pub(super) fn remove(&self, token: &str) {
        self.lock().remove(token);
    }

    /// Forgets it if nobody has opened it.
    pub(super) fn remove_unopened(&self, token: &str) {
        let mut all = self.lock();
        if all.get(token).is_some_and(|it| it.unopened.is_some()) {
            all.remove(token);
        }
    }
}

/// The token of a request: in its header or, as `EventSource` sends no headers, in its address.
pub(super) fn token(head: &Parts) -> Result<Option<String>, RequestError> {
    let bad_request = |message: &str| {
        let (status, code) = (StatusCode::BAD_REQUEST, ErrorCode::BadRequest);
        RequestError::new(status, code, message)
    };
    if let Some(token) = head.headers.get(STREAM_TOKEN) {
        let token = token.to_str().map(ToOwned::to_owned);
        return token
            .map(Some)
            .map_err(|_| bad_request("the token of the stream is not one"));
    }
    Ok(parameter(head, "token"))
}

/// A parameter of the query string, if it is there.
pub(super) fn parameter(head: &Parts, wanted: &str) -> Option<String> {
    form::pairs(head.uri.query().unwrap_or_default())
        .flatten()
        .find_map(|(name, value)| (name == wanted).then_some(value))
}
