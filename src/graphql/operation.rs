//! An operation from its text to its answer: read, executed in one unit of work, and completed.

use std::sync::Arc;

use async_graphql::{Request, Response, Variables};
use futures_util::stream::{self, Stream, StreamExt};

use super::changes::Changes;
use super::document::{Document, DocumentError, OperationType};
use super::{FieldTypes, Schema, SessionCookies};
use crate::accounts::Viewer;
use crate::app::{App, UnitOfWork};
use crate::error::Result;

/// What operations are executed with.
pub struct Executor<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// The types of its fields.
    pub field_types: &'a Arc<FieldTypes>,
    /// The services.
    pub app: &'a Arc<App>,
    /// Who is asking.
    pub viewer: &'a Viewer,
    /// Their session's cookies.
    pub cookies: &'a Arc<SessionCookies>,
}

/// An operation that can be executed: its document is within the limits.
#[derive(Debug)]
pub struct Operation {
    text: String,
    name: Option<String>,
    variables: Variables,
    /// The engine takes the tree; the few that need it again can afford to parse it.
    document: Option<Document>,
    kind: OperationType,
    needs_order: bool,
}

/// What has become of a mutation, as far as its unit of work is kept.
#[derive(Debug)]
pub struct Changed {
    /// The answer.
    pub response: Response,
    /// Whether to answer the same when the same request comes again. What may pass, as an outage
    /// does, is no answer for ever.
    pub is_final: bool,
}

impl Operation {
    /// Reads the operation with this name, or the only one, of a document.
    pub fn read(
        text: String,
        name: Option<String>,
        variables: Variables,
    ) -> Result<Self, DocumentError> {
        let document = Document::parse(&text)?;
        let kind = document.operation_type(name.as_deref())?;
        document.check_variables(name.as_deref(), &variables)?;
        Ok(Self {
            needs_order: document.needs_order(name.as_deref()),
            document: Some(document),
            text,
            name,
            variables,
            kind,
        })
    }

    /// What it does.
    #[must_use]
    pub fn kind(&self) -> OperationType {
        self.kind
    }

    /// Executes a query. All of it sees one state of the database.
    pub async fn query(mut self, executor: &Executor<'_>) -> Response {
        let document = self.document.as_ref();
        let several = document.is_some_and(|it| it.needs_snapshot(self.name.as_deref()));
        let mut response = if several {
            let snapshot = executor.app.snapshot();
            let response = snapshot.run(self.execute(executor, None)).await;
            // Nothing was changed, so there is nothing to lose.
            snapshot.roll_back().await;
            response
        } else {
            self.execute(executor, None).await
        };
        self.complete(executor.field_types, &mut response);
        response
    }

    /// Executes a subscription: each answer when something has happened. All of an answer sees one
    /// state of the database, in which that has happened.
    pub fn subscribe(mut self, executor: &Executor<'_>) -> impl Stream<Item = Response> + use<> {
        let answers = self.document.take().map(|document| {
            let request = self.request(document, executor);
            executor.schema.execute_stream(request)
        });
        let (app, types) = (Arc::clone(executor.app), Arc::clone(executor.field_types));
        stream::unfold((answers, self), move |(mut answers, operation)| {
            let (app, types) = (Arc::clone(&app), Arc::clone(&types));
            async move {
                let event = app.event();
                let answer = event.run(answers.as_mut()?.next()).await;
                event.roll_back().await;
                let mut answer = answer?;
                operation.complete(&types, &mut answer);
                Some((answer, (answers, operation)))
            }
        })
    }

    /// Executes a mutation within `unit`, in which the caller has set a mark if it wants to keep
    /// something of its own. The answer is for the unit as it is left: committing it is the
    /// caller's.
    pub async fn change(
        mut self,
        executor: &Executor<'_>,
        unit: &Arc<UnitOfWork>,
        marked: bool,
    ) -> Result<Changed> {
        let changes = Arc::new(Changes::default());
        let mut response = unit.run(self.execute(executor, Some(&changes))).await;
        let mut failure = changes.failure();
        if failure.is_none() && !response.errors.is_empty() {
            // What was read for the answer may have failed in PostgreSQL, and all with it.
            failure = unit.check().await.err();
            if let Some(error) = &failure {
                changes.lose(error.clone());
            }
        }
        let root_failed = response.errors.iter().any(|error| error.path.len() == 1);
        let begun = response.errors.iter().all(|error| !error.path.is_empty());
        if failure.is_some() || root_failed || !begun {
            if marked {
                unit.roll_back_to_mark().await?;
            } else {
                unit.roll_back().await;
            }
            if changes.take_back() {
                response = unit.run(self.execute(executor, Some(&changes))).await;
            }
        } else if marked {
            unit.release_mark().await?;
        }
        self.complete(executor.field_types, &mut response);
        let is_final = begun && !failure.is_some_and(|error| error.may_pass());
        Ok(Changed { response, is_final })
    }

    async fn execute(
        &mut self,
        executor: &Executor<'_>,
        changes: Option<&Arc<Changes>>,
    ) -> Response {
        let document = match self.document.take() {
            Some(document) => Ok(document),
            None => Document::parse(&self.text),
        };
        let Ok(document) = document else {
            // It was parsed before.
            return Response::from_errors(Vec::new());
        };
        let mut request = self.request(document, executor);
        if let Some(changes) = changes {
            request = request.data(Arc::clone(changes));
        }
        executor.schema.execute(request).await
    }

    fn request(&self, document: Document, executor: &Executor<'_>) -> Request {
        document
            .into_request(self.name.clone(), self.variables.clone())
            .data(Arc::clone(executor.app))
            .data(executor.viewer.clone())
            .data(Arc::clone(executor.cookies))
    }

    fn complete(&self, types: &FieldTypes, response: &mut Response) {
        if (self.needs_order || !response.errors.is_empty())
            && let Ok(document) = Document::parse(&self.text)
        {
            document.complete(self.name.as_deref(), types, response);
        }
    }
}
