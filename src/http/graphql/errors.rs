//! Errors as answers show them: short, with a code, and with the id that the request has in the log.

use async_graphql::{Pos, Response, ServerError, Value as GraphqlValue};
use serde_json::{Value, json};

use crate::graphql::{DocumentError, ErrorCode, MAX_ERRORS, MAX_MESSAGE};
use crate::http::request_error::RequestError;
use crate::metrics::Metrics;

/// Writes the errors of one request's answers, and counts them.
#[derive(Clone, Copy)]
pub(in crate::http) struct Errors<'a> {
    metrics: &'a Metrics,
    /// The id that the request has in the log.
    request_id: Option<&'a str>,
}

impl<'a> Errors<'a> {
    pub(in crate::http) fn new(metrics: &'a Metrics, request_id: Option<&'a str>) -> Self {
        Self {
            metrics,
            request_id,
        }
    }

    /// What is wrong with a document, as the errors of an answer.
    pub(in crate::http) fn of_document(self, errors: &[DocumentError]) -> Value {
        let errors = errors.iter();
        let errors = errors.map(|it| self.object(&it.message, &it.positions, it.code));
        errors.collect()
    }

    /// What is wrong with a request, as the errors of an answer.
    pub(in crate::http) fn of_request(self, error: &RequestError) -> Value {
        json!([self.object(&error.message, &[], error.code)])
    }

    /// Gives the engine's errors the form that all have here, and tells whether anything was executed.
    pub(in crate::http) fn settle(self, response: &mut Response) -> bool {
        let begun = response.data != GraphqlValue::Null
            || response.errors.iter().any(|error| !error.path.is_empty());
        response.errors.truncate(MAX_ERRORS);
        for error in &mut response.errors {
            self.complete(error, begun);
        }
        begun || response.errors.is_empty()
    }

    /// Gives an error of the engine a code, the request's id and a bounded message.
    fn complete(self, error: &mut ServerError, begun: bool) {
        without_values(&mut error.message);
        if let Some((end, _)) = error.message.char_indices().nth(MAX_MESSAGE) {
            error.message.truncate(end);
        }
        let extensions = error.extensions.get_or_insert_default();
        if let Some(GraphqlValue::String(code)) = extensions.get("code") {
            self.metrics.error(code);
        } else {
            // While executing, the engine itself only fails to read arguments.
            let code = if begun {
                ErrorCode::BadUserInput
            } else {
                ErrorCode::GraphqlValidationFailed
            };
            self.metrics.error(code.as_str());
            extensions.set("code", code.as_str());
        }
        if let Some(id) = self.request_id {
            extensions.set("requestId", id);
        }
    }

    fn object(self, message: &str, positions: &[Pos], code: ErrorCode) -> Value {
        self.metrics.error(code.as_str());
        let mut error = json!({ "message": message, "extensions": { "code": code.as_str() } });
        if let Some(id) = self.request_id {
            error["extensions"]["requestId"] = id.into();
        }
        if !positions.is_empty() {
            error["locations"] = json!(positions);
        }
        error
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
