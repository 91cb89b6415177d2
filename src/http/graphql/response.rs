use async_graphql::{Pos, Response as GraphqlResponse, ServerError, Value as GraphqlValue, value};
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};
use tower_http::request_id::RequestId;

use super::caching::Whole;
use super::media_type::MediaType;
use crate::graphql::{DocumentError, ErrorCode, MAX_ERRORS, MAX_MESSAGE};
use crate::http::request_error::RequestError;

/// The answer to what is not GraphQL over HTTP: its status is the same in every media type.
pub(super) fn malformed(media_type: MediaType, error: &RequestError) -> Response {
    let body = json!({ "errors": [error_of(error)] });
    let mut response = json_response(error.status, media_type, &body);
    for (name, value) in &error.headers {
        response.headers_mut().append(name, value.clone());
    }
    response
}

/// The answer to a document that cannot be executed.
pub(super) fn refused(media_type: MediaType, errors: &[DocumentError]) -> Response {
    let body = json!({ "errors": errors_of(errors) });
    json_response(request_error_status(media_type), media_type, &body)
}

/// What an operation costs, for clients that ask.
#[derive(Clone, Copy)]
pub(super) struct Cost {
    pub(super) requested: usize,
    pub(super) most: usize,
}

/// The answer to what the engine was given.
pub(super) fn executed(
    media_type: MediaType,
    mut response: GraphqlResponse,
    cost: Option<Cost>,
    id: Option<&RequestId>,
) -> Response {
    if let Some(cost) = cost {
        let (requested, most) = (cost.requested, cost.most);
        let cost = value!({ "requested": requested, "limit": most });
        response.extensions.insert("cost".to_owned(), cost);
    }
    if settle(&mut response, id) {
        let mut answer = json_response(status(&response), media_type, &response);
        if response.errors.is_empty() {
            answer.extensions_mut().insert(Whole);
        }
        return answer;
    }
    // Nothing was executed, so there is no `data`.
    let body = json!({ "errors": response.errors });
    json_response(request_error_status(media_type), media_type, &body)
}

/// Gives the engine's errors the form that all have here, and tells whether anything was executed.
pub(in crate::http) fn settle(response: &mut GraphqlResponse, id: Option<&RequestId>) -> bool {
    let begun = response.data != GraphqlValue::Null
        || response.errors.iter().any(|error| !error.path.is_empty());
    response.errors.truncate(MAX_ERRORS);
    for error in &mut response.errors {
        complete(error, begun, id);
    }
    begun || response.errors.is_empty()
}

/// What is wrong with a document, as the errors of an answer.
pub(in crate::http) fn errors_of(errors: &[DocumentError]) -> Vec<Value> {
    let errors = errors.iter();
    let errors = errors.map(|error| error_object(&error.message, &error.positions, error.code));
    errors.collect()
}

/// What is wrong with a request, as an error of an answer.
pub(in crate::http) fn error_of(error: &RequestError) -> Value {
    error_object(&error.message, &[], error.code)
}

/// Gives an error of the engine a code and a bounded message.
fn complete(error: &mut ServerError, begun: bool, id: Option<&RequestId>) {
    without_values(&mut error.message);
    if let Some((end, _)) = error.message.char_indices().nth(MAX_MESSAGE) {
        error.message.truncate(end);
    }
    let extensions = error.extensions.get_or_insert_default();
    if extensions.get("code").is_none() {
        // While executing, the engine itself only fails to read arguments.
        let code = if begun {
            ErrorCode::BadUserInput
        } else {
            ErrorCode::GraphqlValidationFailed
        };
        extensions.set("code", code.as_str());
    }
    let internal = GraphqlValue::from(ErrorCode::InternalServerError.as_str());
    if extensions.get("code") == Some(&internal)
        && let Some(id) = id.and_then(|id| id.header_value().to_str().ok())
    {
        extensions.set("requestId", id);
    }
}

/// Takes out of a message what the engine repeats of the input: it may be a password.
fn without_values(message: &mut String) {
    if let Some(end) = message.find(", found ") {
        message.truncate(end);
    }
    let unknown_value = " does not contain the value ";
    if let Some(end) = message.find(unknown_value) {
        message.truncate(end);
        message.push_str(" does not have what was given");
    }
}

fn status(response: &GraphqlResponse) -> StatusCode {
    let unavailable = ErrorCode::ServiceUnavailable.as_str();
    let is_unavailable = |error: &ServerError| {
        let code = error.extensions.as_ref().and_then(|it| it.get("code"));
        code == Some(&GraphqlValue::from(unavailable))
    };
    if response.data == GraphqlValue::Null && response.errors.iter().any(is_unavailable) {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::OK
    }
}

/// The status of a well-formed request whose document was not executed.
fn request_error_status(media_type: MediaType) -> StatusCode {
    match media_type {
        MediaType::GraphqlResponse => StatusCode::BAD_REQUEST,
        MediaType::Json => StatusCode::OK,
    }
}

fn error_object(message: &str, positions: &[Pos], code: ErrorCode) -> Value {
    let mut error = json!({ "message": message, "extensions": { "code": code.as_str() } });
    if !positions.is_empty() {
        error["locations"] = json!(positions);
    }
    error
}

fn json_response(
    status: StatusCode,
    media_type: MediaType,
    body: &impl serde::Serialize,
) -> Response {
    // Writing to memory fails only for maps with keys that are no strings, of which there are none.
    let bytes = serde_json::to_vec(body).unwrap_or_default();
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static(media_type.content_type()),
    );
    headers.insert(
        VARY,
        HeaderValue::from_static("accept, authorization, cookie"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
