//! graphql-sse (<https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md>), in both modes:
//! a stream for each operation, and one stream for all operations of a client that has reserved it.

mod body;
mod reservation;
mod single;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, ALLOW, HeaderMap};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::events::{Asker, Event};
use crate::graphql::{DocumentError, ErrorCode, Operation};
use crate::http::envelope::request_id;
use crate::http::graphql::{Errors, answer_to_malformed, read_request};
use crate::http::request_error::RequestError;
use crate::http::{HttpState, authentication};
use body::{Stream, WAITING};

pub(in crate::http) use reservation::{Reservations, STREAM_TOKEN};

/// Answers a request for events.
pub(in crate::http) async fn endpoint(
    State(state): State<HttpState>,
    request: Request,
) -> Response {
    let app = Arc::clone(&state.app);
    let (head, body) = request.into_parts();
    match answer(state, &head, body).await {
        Ok(response) => response,
        Err(error) => {
            let errors = Errors::new(&app.metrics, request_id(&head.extensions));
            answer_to_malformed(errors, &error)
        }
    }
}

async fn answer(state: HttpState, head: &Parts, body: Body) -> Result<Response, RequestError> {
    let (caller, ends) = authentication::lasting_caller(&state.app, head).await?;
    if caller.has_lapsed() {
        let message = "the access token has ended; renew the session first";
        return Err(RequestError::unauthenticated(message));
    }
    let asker = Asker {
        state,
        viewer: caller.viewer,
        ends,
    };
    if let Some(token) = reservation::token(head)? {
        return single::answer(asker, head, body, &token).await;
    }
    match head.method {
        Method::PUT => single::reserve(&asker),
        Method::GET | Method::POST if accepts_events(&head.headers) => {
            let request = read_request(head, body, &asker.viewer).await?;
            let read = asker.read(request);
            distinct(&asker, read)
        }
        Method::GET | Method::POST => Err(RequestError::new(
            StatusCode::NOT_ACCEPTABLE,
            ErrorCode::BadRequest,
            "accept text/event-stream",
        )),
        _ => Err(not_allowed()),
    }
}

/// A stream for one operation.
fn distinct(
    asker: &Asker,
    read: Result<Operation, Vec<DocumentError>>,
) -> Result<Response, RequestError> {
    let admitted = asker.state.admission.connection(&asker.viewer)?;
    let (sender, receiver) = mpsc::channel(WAITING);
    let mut tasks = JoinSet::new();
    let operation = asker.clone();
    tasks.spawn(async move {
        let frame = |event: Event| match event {
            Event::Next(answer) => body::frame("next", &answer),
            // A client of this protocol looks for errors in answers.
            Event::Refused(errors) => body::frame("next", &format!(r#"{{"errors":{errors}}}"#)),
        };
        if body::hand_on(operation.ask(read).await, frame, &sender).await {
            let _ = sender.send(body::frame("complete", "")).await;
        }
    });
    Ok(Stream::new(asker, receiver, (admitted, tasks)).into_response())
}

/// A stream for a subscription that was sent where answers are JSON, by a client that takes both.
pub(in crate::http) async fn subscription(
    state: &HttpState,
    head: &Parts,
    operation: Operation,
) -> Result<Response, RequestError> {
    let (caller, ends) = authentication::lasting_caller(&state.app, head).await?;
    let asker = Asker {
        state: state.clone(),
        viewer: caller.viewer,
        ends,
    };
    distinct(&asker, Ok(operation))
}

/// Whether a client asks for events alone, and for no JSON.
pub(in crate::http) fn accepts_only_events(headers: &HeaderMap) -> bool {
    accepts_events(headers) && {
        let ranges = headers.get_all(ACCEPT).iter();
        let mut ranges = ranges.filter_map(|it| it.to_str().ok());
        !ranges.any(|it| it.to_ascii_lowercase().contains("json"))
    }
}

/// Whether a client asks for events by name: every browser's `*/*` does not mean them.
pub(in crate::http) fn accepts_events(headers: &HeaderMap) -> bool {
    let ranges = headers.get_all(ACCEPT).iter();
    let ranges = ranges.filter_map(|it| it.to_str().ok());
    ranges.flat_map(|it| it.split(',')).any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let is_named = parts
            .next()
            .is_some_and(|it| it.eq_ignore_ascii_case("text/event-stream"));
        is_named && !parts.any(|it| it == "q=0")
    })
}

fn not_allowed() -> RequestError {
    let message = "send a GET or a POST request, or reserve a stream with PUT";
    let status = StatusCode::METHOD_NOT_ALLOWED;
    let allow = HeaderValue::from_static("GET, POST, PUT, DELETE");
    RequestError::new(status, ErrorCode::BadRequest, message).with_header(ALLOW, allow)
}
