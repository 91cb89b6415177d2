//! One stream for all operations of a client: it is reserved with PUT, opened with GET, and asked
//! with POST; DELETE ends an operation.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

use super::body::{self, Stream};
use super::reservation::{KEPT_FOR, Reservation, Reservations, parameter};
use super::{accepts_events, not_allowed};
use crate::graphql::ErrorCode;
use crate::http::graphql::{GraphqlRequest, answer_to_invalid, read_request};
use crate::http::request_error::RequestError;
use crate::http::subscriptions::events::{Asker, Event};

/// Reserves a stream and answers with its token.
pub(super) fn reserve(asker: &Asker) -> Result<Response, RequestError> {
    let admitted = asker.state.admission.connection(&asker.viewer)?;
    let reservation = Reservation::new(asker.viewer.identity.clone(), admitted);
    let reservations = asker.state.reservations.clone();
    let token = reservations.insert(reservation);
    let name = token.clone();
    tokio::spawn(async move {
        tokio::time::sleep(KEPT_FOR).await;
        reservations.remove_unopened(&name);
    });
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((StatusCode::CREATED, headers, token).into_response())
}

/// Answers a request that names a stream.
pub(super) async fn answer(
    asker: Asker,
    head: &Parts,
    body: Body,
    token: &str,
) -> Result<Response, RequestError> {
    match head.method {
        Method::GET if accepts_events(&head.headers) => open(&asker, token),
        Method::GET | Method::POST => {
            let request = read_request(head, body, &asker.viewer).await?;
            begin(asker, token, request)
        }
        Method::DELETE => end(&asker, token, head),
        _ => Err(not_allowed()),
    }
}

fn open(asker: &Asker, token: &str) -> Result<Response, RequestError> {
    let reservations = &asker.state.reservations;
    let unopened = reservations.with(token, &asker.viewer.identity, |it| Ok(it.unopened.take()))?;
    let Some((receiver, admitted)) = unopened else {
        return Err(conflict("this stream is open already"));
    };
    let leaving = Leaving(reservations.clone(), token.to_owned());
    Ok(Stream::new(asker, receiver, (admitted, leaving)).into_response())
}

/// Forgets the stream, whose client has gone.
struct Leaving(Reservations, String);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.remove(&self.1);
    }
}

fn begin(asker: Asker, token: &str, request: GraphqlRequest) -> Result<Response, RequestError> {
    let id = request.operation_id.clone().filter(|it| !it.is_empty());
    let read = asker.read(request);
    let (state, identity) = (asker.state.clone(), asker.viewer.identity.clone());
    state.reservations.with(token, &identity, |reservation| {
        let Some(id) = id else {
            return Err(bad_request("`extensions.operationId` is missing"));
        };
        let operation = match read {
            Ok(operation) => operation,
            Err(errors) => return Ok(answer_to_invalid(asker.errors(), &errors)),
        };
        if reservation.operations.contains_key(&id) {
            return Err(conflict("an operation with this id is under way"));
        }
        if reservation.operations.len() >= state.admission.operations() {
            let status = StatusCode::TOO_MANY_REQUESTS;
            let message = "too many operations on one stream";
            return Err(RequestError::new(status, ErrorCode::RateLimited, message));
        }
        let (sender, token, name) = (reservation.sender.clone(), token.to_owned(), id.clone());
        let task = tokio::spawn(async move {
            let id = serde_json::Value::from(name.as_str());
            let frame = |event| {
                let payload = match event {
                    Event::Next(answer) => answer,
                    Event::Refused(errors) => format!(r#"{{"errors":{errors}}}"#),
                };
                body::frame("next", &format!(r#"{{"id":{id},"payload":{payload}}}"#))
            };
            let (reservations, identity) = (
                asker.state.reservations.clone(),
                asker.viewer.identity.clone(),
            );
            if body::hand_on(asker.ask(Ok(operation)).await, frame, &sender).await {
                let complete = body::frame("complete", &format!(r#"{{"id":{id}}}"#));
                let _ = sender.send(complete).await;
            }
            let _ = reservations.with(&token, &identity, |it| {
                it.operations.remove(&name);
                Ok(())
            });
        });
        reservation.operations.insert(id, task.abort_handle());
        Ok(StatusCode::ACCEPTED.into_response())
    })
}

fn end(asker: &Asker, token: &str, head: &Parts) -> Result<Response, RequestError> {
    let Some(id) = parameter(head, "operationId") else {
        return Err(bad_request("the parameter `operationId` is missing"));
    };
    let reservations = &asker.state.reservations;
    reservations.with(token, &asker.viewer.identity, |reservation| {
        if let Some(task) = reservation.operations.remove(&id) {
            task.abort();
        }
        Ok(StatusCode::OK.into_response())
    })
}

fn bad_request(message: &str) -> RequestError {
    RequestError::new(StatusCode::BAD_REQUEST, ErrorCode::BadRequest, message)
}

fn conflict(message: &str) -> RequestError {
    RequestError::new(StatusCode::CONFLICT, ErrorCode::BadRequest, message)
}
