//! Errors as answers show them: short, with a code, and with the id that the request has in the log.

use async_graphql::{Pos, Response, ServerError, Value as GraphqlValue};
use serde_json::{Value, json};

use crate::graphql::{DocumentError, ErrorCode, MAX_ERRORS, MAX_MESSAGE};
use crate::http::request_error::RequestError;

/// What is wrong with a document, as the errors of an answer.
pub(in crate::http) fn of_document(errors: &[DocumentError], request_id: Option<&str>) -> Value {
    let errors = errors.iter();
    let errors = errors.map(|it| object(&it.message, &it.positions, it.code, request_id));
    errors.collect()
}

/// What is wrong with a request, as the errors of an answer.
pub(in crate::http) fn of_request(error: &RequestError, request_id: Option<&str>) -> Value {
    json!([object(&error.message, &[], error.code, request_id)])
}

/// Gives the engine's errors the form that all have here, and tells whether anything was executed.
pub(in crate::http) fn settle(response: &mut Response, request_id: Option<&str>) -> bool {
    let begun = response.data != GraphqlValue::Null
        || response.errors.iter().any(|error| !error.path.is_empty());
    response.errors.truncate(MAX_ERRORS);
    for error in &mut response.errors {
        complete(error, begun, request_id);
    }
    begun || response.errors.is_empty()
}

/// Gives an error of the engine a code, the request's id and a bounded message.
fn complete(error: &mut ServerError, begun: bool, request_id: Option<&str>) {
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
    if let Some(id) = request_id {
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

fn object(message: &str, positions: &[Pos], code: ErrorCode, request_id: Option<&str>) -> Value {
    let mut error = json!({ "message": message, "extensions": { "code": code.as_str() } });
    if let Some(id) = request_id {
        error["extensions"]["requestId"] = id.into();
    }
    if !positions.is_empty() {
        error["locations"] = json!(positions);
    }
    error
}
