//! An operation's answers, one after the other.

use std::sync::Arc;

use futures_util::stream::{self, BoxStream, StreamExt};
use tokio::time::Instant;

use crate::accounts::Viewer;
use crate::graphql::{
    DocumentError, ErrorCode, Executor, Operation, OperationType, SessionCookies,
};
use crate::http::HttpState;
use crate::http::graphql::{Errors, GraphqlRequest, read_operation, within};

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
    /// When the access token ends that it was shown.
    pub(super) ends: Option<Instant>,
}

impl Asker {
    /// Reads an operation: a subscription, or a query, which has one answer.
    pub(super) fn read(&self, request: GraphqlRequest) -> Result<Operation, Vec<DocumentError>> {
        let operation = read_operation(&self.state, request, &self.viewer)?;
        if operation.kind() == OperationType::Mutation {
            let message = "send mutations by POST /graphql";
            let error = DocumentError::new(ErrorCode::BadRequest, message);
            return Err(vec![error]);
        }
        Ok(operation)
    }

    /// Writes errors by the id of the request that the operation came with, or its connection.
    pub(super) fn errors(&self) -> Errors<'_> {
        let request_id = self.viewer.origin.request_id.as_deref();
        Errors::new(&self.state.app.metrics, request_id)
    }

    /// What an operation gives that was read.
    pub(super) async fn ask(
        &self,
        read: Result<Operation, Vec<DocumentError>>,
    ) -> BoxStream<'static, Event> {
        let operation = match read {
            Ok(operation) => operation,
            Err(errors) => {
                let errors = self.errors().of_document(&errors);
                return stream::iter([Event::Refused(errors.to_string())]).boxed();
            }
        };
        let cookies = Arc::new(SessionCookies::default().never_set());
        let executor = Executor {
            schema: &self.state.schema,
            app: &self.state.app,
            viewer: &self.viewer,
            cookies: &cookies,
        };
        if operation.kind() == OperationType::Subscription {
            let answers = operation.subscribe(&executor);
            let asker = self.clone();
            return answers
                .map(move |answer| event(answer, asker.errors()))
                .boxed();
        }
        let time = self.state.app.config.graphql.limits.timeout;
        let answer = match within(time, operation.query(&executor)).await {
            Ok(answer) => event(answer, self.errors()),
            Err(error) => Event::Refused(self.errors().of_request(&error).to_string()),
        };
        stream::iter([answer]).boxed()
    }
}

fn event(mut answer: async_graphql::Response, errors: Errors<'_>) -> Event {
    if errors.settle(&mut answer) {
        Event::Next(text(&answer))
    } else {
        Event::Refused(text(&answer.errors))
    }
}

fn text(value: &impl serde::Serialize) -> String {
    // Writing to memory fails only for maps with keys that are no strings, of which there are none.
    serde_json::to_string(value).unwrap_or_default()
}
