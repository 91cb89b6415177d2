//! What a handler leaves of a request's body: it is taken from the client all the same, up to a
//! limit. Closing a socket that has bytes which nobody read resets the connection, and the client
//! loses the answer that said what was wrong (RFC 9112, section 9.6).

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Bytes, Frame, Incoming, SizeHint};
use tokio::time::timeout;

/// How much is taken, in bytes.
const MAX_REST: usize = 1024 * 1024;
/// How long it may take to come.
const REST_TIMEOUT: Duration = Duration::from_secs(1);

/// Where a body is put that was not read to its end.
#[derive(Default)]
pub(super) struct Rest(Arc<Mutex<Option<Incoming>>>);

/// Gives a request to be handled, and the place where the rest of its body will be.
pub(super) fn lend(request: Request<Incoming>) -> (Request<Body>, Rest) {
    let rest = Rest::default();
    let request = request.map(|body| {
        if body.is_end_stream() {
            return Body::empty();
        }
        Body::new(Lent {
            body: Some(body),
            rest: Arc::clone(&rest.0),
        })
    });
    (request, rest)
}

impl Rest {
    /// Takes the rest from the client, beside the answer. A client that was too slow is not waited
    /// for again.
    pub(super) fn discard(&self, answered: StatusCode) {
        let rest = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut body) = rest.filter(|_| answered != StatusCode::REQUEST_TIMEOUT) else {
            return;
        };
        let reading = async move {
            let mut read = 0;
            while read <= MAX_REST
                && let Some(Ok(frame)) = body.frame().await
            {
                read += frame.data_ref().map_or(0, Bytes::len);
            }
        };
        tokio::spawn(timeout(REST_TIMEOUT, reading));
    }
}

/// A body that is put down where it came from.
struct Lent {
    body: Option<Incoming>,
    rest: Arc<Mutex<Option<Incoming>>>,
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let empty = SizeHint::with_exact(0);
        self.body.as_ref().map_or(empty, HttpBody::size_hint)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let body = self.body.take().filter(|body| !body.is_end_stream());
        *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = body;
    }
}
