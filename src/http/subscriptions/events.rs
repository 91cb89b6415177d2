//! An operation's answers, one after the other.

use std::sync::Arc;

use async_graphql::ServerError;
use axum::http::StatusCode;
use futures_util::stream::{self, BoxStream, StreamExt};
use serde_json::Value;
use tokio::time::Instant;
use tower_http::request_id::RequestId;

use crate::accounts::Viewer;
use crate::graphql::{ErrorCode, Executor, Operation, OperationType, SessionCookies};
use crate::http::HttpState;
use crate::http::graphql::{GraphqlRequest, response};
use crate::http::request_error::RequestError;

/// What an operation gives. After the last there is nothing more: the operation is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// An answer: the text of a JSON object.
    Next(String),
    /// It is not executed: the text of a JSON list of errors. The only event then.
    Refused(String),
}

/// Who asks, and with what.
#[derive(Clone)]
pub(super) struct Asker {
    pub(super) state: HttpState,
    pub(super) viewer: Viewer,
    pub(super) id: Option<RequestId>,
    /// When the access token ends that it was shown.
    pub(super) ends: Option<Instant>,
}

impl Asker {
    /// Executes an operation: a subscription, or a query, which has one answer.
    pub(super) async fn ask(&self, request: GraphqlRequest) -> BoxStream<'static, Event> {
        match read(&self.state, request) {
            Err(refused) => stream::iter([refused]).boxed(),
            Ok(operation) if operation.kind() == OperationType::Mutation => {
                let error = RequestError::new(
                    StatusCode::METHOD_NOT_ALLOWED,
                    ErrorCode::BadRequest,
                    "send mutations by POST /graphql",
                );
                stream::iter([refusal(&error)]).boxed()
            }
            Ok(operation) => self.execute(operation).await,
        }
    }

    async fn execute(&self, operation: Operation) -> BoxStream<'static, Event> {
        let cookies = Arc::new(SessionCookies::default().never_set());
        let executor = Executor {
            schema: &self.state.schema,
            app: &self.state.app,
            viewer: &self.viewer,
            cookies: &cookies,
        };
        let id = self.id.clone();
        if operation.kind() == OperationType::Query {
            let answer = operation.query(&executor).await;
            return stream::iter([event(answer, id.as_ref())]).boxed();
        }
        let answers = operation.subscribe(&executor);
        answers
            .map(move |answer| event(answer, id.as_ref()))
            .boxed()
    }
}

fn read(state: &HttpState, request: GraphqlRequest) -> Result<Operation, Event> {
    let (name, variables) = (request.operation_name, request.variables);
    Operation::read(&state.documents, &request.query, name, variables)
        .map_err(|errors| Event::Refused(text(&response::errors_of(&errors))))
}

/// What is not executed, and why.
pub(super) fn refusal(error: &RequestError) -> Event {
    Event::Refused(text(&Value::from(vec![response::error_of(error)])))
}

fn event(mut answer: async_graphql::Response, id: Option<&RequestId>) -> Event {
    if response::settle(&mut answer, id) {
        Event::Next(text(&answer))
    } else {
        Event::Refused(text::<Vec<ServerError>>(&answer.errors))
    }
}

fn text<T: serde::Serialize>(value: &T) -> String {
    // Writing to memory fails only for maps with keys that are no strings, of which there are none.
    serde_json::to_string(value).unwrap_or_default()
}
