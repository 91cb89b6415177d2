//! Subscriptions: answers that come as something happens, over WebSocket (the
//! graphql-transport-ws protocol) and over server-sent events (the graphql-sse protocol).
//!
//! Both read operations as `/graphql` does and hand out [`events`]. Queries work here, too;
//! mutations are for `POST /graphql`, where one transaction, a cookie and an `Idempotency-Key` can
//! belong to them. `admission` says how many may be there at the same time.

mod admission;
mod events;
mod sse;
mod websocket;

use axum::Router;
use axum::routing::any;

use super::HttpState;

pub(super) use admission::Admission;
pub(super) use sse::{
    Reservations, STREAM_TOKEN, accepts_events, accepts_only_events, endpoint as stream,
    subscription,
};

/// Where subscriptions are asked for.
pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route("/graphql/ws", any(websocket::upgrade))
        .route("/graphql/stream", any(sse::endpoint))
}
