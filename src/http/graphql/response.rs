use async_graphql::{Response as GraphqlResponse, ServerError, Value as GraphqlValue, value};
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use serde::Serialize;
use serde_json::json;

use super::errors::Errors;
use super::media_type::MediaType;
use crate::graphql::{DocumentError, ErrorCode, Operation};
use crate::http::request_error::RequestError;

/// How the answers to one request are written.
#[derive(Clone, Copy)]
pub(super) struct Form<'a> {
    pub(super) media_type: MediaType,
    errors: Errors<'a>,
}

/// What an operation costs, for clients that ask.
#[derive(Clone, Copy)]
pub(super) struct Cost {
    requested: usize,
    most: usize,
}

/// An answer before it is written.
pub(super) struct Answer {
    status: StatusCode,
    pub(super) json: Bytes,
    /// Whether nothing went wrong.
    pub(super) is_whole: bool,
}

impl Cost {
    /// What an operation costs, of which it may cost `most`.
    pub(super) fn of(operation: &Operation, most: usize) -> Self {
        Self {
            requested: operation.cost(),
            most,
        }
    }
}

impl<'a> Form<'a> {
    pub(super) fn new(media_type: MediaType, errors: Errors<'a>) -> Self {
        Self { media_type, errors }
    }

    /// The answer to what is not GraphQL over HTTP: its status is the same in every media type.
    pub(super) fn malformed(self, error: &RequestError) -> Response {
        let mut response = self.write(self.failed(error));
        for (name, value) in &error.headers {
            response.headers_mut().append(name, value.clone());
        }
        response
    }

    /// The answer to an operation that was stopped.
    pub(super) fn failed(self, error: &RequestError) -> Answer {
        let errors = self.errors.of_request(error);
        Answer::of(error.status, &json!({ "errors": errors }))
    }

    /// The answer to a document that cannot be executed.
    pub(super) fn refused(self, errors: &[DocumentError]) -> Answer {
        let errors = self.errors.of_document(errors);
        Answer::of(self.refused_status(), &json!({ "errors": errors }))
    }

    /// The answer to what the engine was given.
    pub(super) fn executed(self, mut response: GraphqlResponse, cost: Option<Cost>) -> Answer {
        if let Some(cost) = cost {
            let (requested, most) = (cost.requested, cost.most);
            let cost = value!({ "requested": requested, "limit": most });
            response.extensions.insert("cost".to_owned(), cost);
        }
        if self.errors.settle(&mut response) {
            return Answer {
                is_whole: response.errors.is_empty(),
                ..Answer::of(executed_status(&response), &response)
            };
        }
        // Nothing was executed, so there is no `data`.
        let errors = json!({ "errors": response.errors });
        Answer::of(self.refused_status(), &errors)
    }

    /// The status of a well-formed request whose document was not executed.
    fn refused_status(self) -> StatusCode {
        match self.media_type {
            MediaType::GraphqlResponse => StatusCode::BAD_REQUEST,
            MediaType::Json => StatusCode::OK,
        }
    }

    /// The answer as it is sent.
    pub(super) fn write(self, answer: Answer) -> Response {
        let mut response = Response::new(Body::from(answer.json));
        *response.status_mut() = answer.status;
        let headers = [
            (CONTENT_TYPE, self.media_type.content_type()),
            (VARY, "accept, authorization, cookie"),
            (CACHE_CONTROL, "no-store"),
        ];
        for (name, value) in headers {
            let value = HeaderValue::from_static(value);
            response.headers_mut().insert(name, value);
        }
        response
    }
}

impl Answer {
    fn of(status: StatusCode, body: &impl Serialize) -> Self {
        Self {
            status,
            // Writing to memory fails only for maps with keys that are no strings, of which there are
            // none.
            json: serde_json::to_vec(body).unwrap_or_default().into(),
            is_whole: false,
        }
    }

    /// One that was made before, for somebody else.
    pub(super) fn kept(json: Bytes) -> Self {
        Self {
            status: StatusCode::OK,
            json,
            is_whole: true,
        }
    }

    /// The answers to a batch as one: with their status where they have the same, else as one of
    /// which something was executed.
    pub(super) fn list(answers: Vec<Self>) -> Self {
        let mut statuses = answers.iter().map(|it| it.status);
        let first = statuses.next().unwrap_or_default();
        let status = if statuses.all(|it| it == first) {
            first
        } else {
            StatusCode::OK
        };
        let is_whole = answers.iter().all(|it| it.is_whole);
        let texts: Vec<_> = answers.into_iter().map(|it| it.json).collect();
        Self {
            status,
            json: [b"[", &*texts.join(&b','), b"]"].concat().into(),
            is_whole,
        }
    }
}

fn executed_status(response: &GraphqlResponse) -> StatusCode {
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
