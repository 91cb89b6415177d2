use std::any::Any;
use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep_until, timeout};

use crate::accounts::WatchedAccess;
use crate::app::Stopping;
use crate::http::subscriptions::events::{Asker, Event};

/// Frames that wait for the client to take them.
pub(super) const WAITING: usize = 4;
/// How often something is sent, so that proxies and the client see that the stream lives.
const HEARTBEAT: Duration = Duration::from_secs(12);
/// How long a client may take to make room for an event.
const SENDING: Duration = Duration::from_secs(30);

/// A stream of events as the body of an answer. Everything that it was made for ends with it.
pub(super) struct Stream {
    receiver: mpsc::Receiver<Bytes>,
    heartbeats: Interval,
    access: WatchedAccess,
    access_ends: Option<Instant>,
    stopping: Stopping,
    /// What is to end with it.
    _held: Box<dyn Any + Send>,
}

impl Stream {
    pub(super) fn new(
        asker: &Asker,
        receiver: mpsc::Receiver<Bytes>,
        held: impl Any + Send,
    ) -> Self {
        let app = &asker.state.app;
        let mut heartbeats = interval(HEARTBEAT);
        heartbeats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            receiver,
            heartbeats,
            access: app.accounts.access.watch(&asker.viewer),
            access_ends: asker.ends,
            stopping: app.stopping(),
            _held: Box::new(held),
        }
    }

    /// The next bytes; `None` at the end. The first heartbeat comes at once and opens the stream.
    async fn next(&mut self) -> Option<Bytes> {
        let far = Instant::now() + Duration::from_hours(24);
        tokio::select! {
            frame = self.receiver.recv() => frame,
            _ = self.heartbeats.tick() => Some(Bytes::from_static(b":\n\n")),
            // Without `complete`: the client comes again, and is told then.
            () = self.access.lost() => None,
            () = sleep_until(self.access_ends.unwrap_or(far)), if self.access_ends.is_some() => None,
            () = self.stopping.begun() => None,
        }
    }
}

impl IntoResponse for Stream {
    fn into_response(self) -> Response {
        let frames = stream::unfold(self, async |mut stream| {
            let bytes = stream.next().await?;
            Some((Ok::<_, std::convert::Infallible>(bytes), stream))
        });
        let mut response = Response::new(Body::from_stream(frames));
        let headers: [(HeaderName, &'static str); 3] = [
            (CONTENT_TYPE, "text/event-stream; charset=utf-8"),
            (CACHE_CONTROL, "no-cache, no-store"),
            // nginx would keep events back until a buffer is full.
            (HeaderName::from_static("x-accel-buffering"), "no"),
        ];
        for (name, value) in headers {
            let value = HeaderValue::from_static(value);
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// An event with its data, which is one line: JSON has no others.
pub(super) fn frame(event: &str, data: &str) -> Bytes {
    format!("event: {event}\ndata: {data}\n\n").into()
}

/// Hands on what an operation gives, and tells whether all of it was taken.
pub(super) async fn hand_on(
    mut events: BoxStream<'static, Event>,
    frame: impl Fn(Event) -> Bytes,
    sender: &mpsc::Sender<Bytes>,
) -> bool {
    while let Some(event) = events.next().await {
        let sending = timeout(SENDING, sender.send(frame(event)));
        if !matches!(sending.await, Ok(Ok(()))) {
            return false;
        }
    }
    true
}
