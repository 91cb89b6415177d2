//! graphql-transport-ws (<https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>).

mod close;
mod connection;
mod message;
mod operations;

use std::sync::Arc;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{FromRequestParts, Request, State, WebSocketUpgrade};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use super::events::Asker;
use crate::graphql::ErrorCode;
use crate::http::envelope::request_id;
use crate::http::graphql::{Errors, answer_to_malformed};
use crate::http::request_error::RequestError;
use crate::http::{HttpState, authentication, csrf};
use connection::Connection;

/// The only subprotocol.
const SUBPROTOCOL: &str = "graphql-transport-ws";
/// The longest message of a client, in bytes.
const MAX_MESSAGE: usize = 1024 * 1024;
/// What a connection keeps to read into, in bytes: little, for most of them are idle.
const READ_BUFFER: usize = 4096;

/// Makes a connection of a request.
pub(super) async fn upgrade(State(state): State<HttpState>, request: Request) -> Response {
    let app = Arc::clone(&state.app);
    let (mut head, _) = request.into_parts();
    match open(state, &mut head).await {
        Ok(response) => response,
        Err(error) => {
            let errors = Errors::new(&app.metrics, request_id(&head.extensions));
            answer_to_malformed(errors, &error)
        }
    }
}

async fn open(state: HttpState, head: &mut Parts) -> Result<Response, RequestError> {
    let upgrade = WebSocketUpgrade::from_request_parts(head, &state).await;
    let upgrade = upgrade.map_err(|rejection| not_a_websocket(&rejection))?;
    // A browser sends cookies with it, also for a page of another site, and asks nobody before.
    if csrf::is_foreign(&head.headers, &state.app.config.http) {
        return Err(RequestError::forbidden(csrf::FOREIGN));
    }
    let upgrade = upgrade.protocols([SUBPROTOCOL]);
    let offers_others = upgrade.requested_protocols().next().is_some();
    let speaks = upgrade.selected_protocol().is_some();
    if offers_others && !speaks {
        let message = "offer the subprotocol graphql-transport-ws";
        let status = StatusCode::BAD_REQUEST;
        return Err(RequestError::new(status, ErrorCode::BadRequest, message));
    }
    let (caller, ends) = authentication::lasting_caller(&state.app, head).await?;
    let viewer = caller.viewer;
    let admitted = state.admission.connection(&viewer)?;
    let asker = Asker {
        state,
        viewer,
        ends,
    };
    Ok(upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .on_upgrade(async move |socket| {
            let connection = Connection::new(socket, asker, admitted);
            if speaks {
                connection.run().await;
            } else {
                connection.refuse_subprotocol().await;
            }
        }))
}

/// What can be said of a request that is no handshake (RFC 6455, section 4.2.1).
fn not_a_websocket(rejection: &WebSocketUpgradeRejection) -> RequestError {
    let message = "this is for WebSocket connections with the subprotocol graphql-transport-ws";
    let status = match rejection {
        WebSocketUpgradeRejection::MethodNotGet(_) => StatusCode::METHOD_NOT_ALLOWED,
        _ => StatusCode::UPGRADE_REQUIRED,
    };
    let error = RequestError::new(status, ErrorCode::BadRequest, message);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        error.with_header(header::ALLOW, HeaderValue::from_static("GET"))
    } else {
        error
            .with_header(header::UPGRADE, HeaderValue::from_static("websocket"))
            .with_header(header::CONNECTION, HeaderValue::from_static("upgrade"))
    }
}
