//! An operation from its text to its answer: read, executed in one unit of work, and completed.

use std::sync::Arc;

use async_graphql::{Request, Response, Variables};
use futures_util::stream::{self, Stream, StreamExt};

use super::changes::Changes;
use super::document::{Bound, Document, DocumentError, Documents, OperationType};
use super::{Schema, SessionCookies};
use crate::accounts::Viewer;
use crate::app::{App, UnitOfWork};
use crate::error::Result;

/// What operations are executed with.
pub struct Executor<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// The services.
    pub app: &'a Arc<App>,
    /// Who is asking.
    pub viewer: &'a Viewer,
    /// Their session's cookies.
    pub cookies: &'a Arc<SessionCookies>,
}

/// An operation that can be executed: its document is within the limits and fits the schema, and
/// its variables have values that fit.
#[derive(Debug)]
pub struct Operation {
    document: Arc<Document>,
    name: Option<String>,
    variables: Bound,
    kind: OperationType,
    cost: usize,
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
    /// Reads the operation with this name, or the only one, of a document. What is wrong with it is
    /// at most five errors.
    pub fn read(
        documents: &Documents,
        text: &str,
        name: Option<String>,
        variables: Variables,
    ) -> Result<Self, Vec<DocumentError>> {
        let document = documents.read(text)?;
        let kind = document.operation_type(name.as_deref())?;
        let variables = document.bind(name.as_deref(), variables)?;
        let cost = document.price(name.as_deref(), &variables)?;
        Ok(Self {
            document,
            name,
            variables,
            kind,
            cost,
        })
    }

    /// What it does.
    #[must_use]
    pub fn kind(&self) -> OperationType {
        self.kind
    }

    /// For how many seconds the answer to a visitor may be kept by anyone; `None` if it may not.
    #[must_use]
    pub fn public_seconds(&self) -> Option<u32> {
        self.document.public_seconds(self.name.as_deref())
    }

    /// What it costs at most: fields of its answer, of which some count more.
    #[must_use]
    pub fn cost(&self) -> usize {
        self.cost
    }

    /// Executes a query. All of it sees one state of the database.
    pub async fn query(&self, executor: &Executor<'_>) -> Response {
        let _timer = executor.app.metrics.query();
        let mut response = if self.document.needs_snapshot(self.name.as_deref()) {
            let snapshot = executor.app.snapshot();
            let response = snapshot.run(self.execute(executor, None)).await;
            // Nothing was changed, so there is nothing to lose.
            snapshot.roll_back().await;
            response
        } else {
            self.execute(executor, None).await
        };
        self.complete(&mut response);
        response
    }

    /// Executes a subscription: each answer when something has happened. All of an answer sees one
    /// state of the database, in which that has happened.
    pub fn subscribe(self, executor: &Executor<'_>) -> impl Stream<Item = Response> + use<> {
        let subscribe = |request| {
            let request = with_context(request, executor);
            executor.schema.execute_stream(request)
        };
        let name = self.name.as_deref();
        let answers = self.document.subscribe(name, &self.variables, subscribe);
        let app = Arc::clone(executor.app);
        stream::unfold((answers, self), move |(mut answers, operation)| {
            let (app, event) = (Arc::clone(&app), app.event());
            async move {
                let answer = event.run(answers.next()).await;
                event.roll_back().await;
                let mut answer = answer?;
                operation.complete(&mut answer);
                app.metrics.event();
                Some((answer, (answers, operation)))
            }
        })
    }

    /// Executes a mutation within `unit`, in which the caller has set a mark if it wants to keep
    /// something of its own. The answer is for the unit as it is left: committing it is the
    /// caller's.
    pub async fn change(
        self,
        executor: &Executor<'_>,
        unit: &Arc<UnitOfWork>,
        marked: bool,
    ) -> Result<Changed> {
        let _timer = executor.app.metrics.mutation();
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
        self.complete(&mut response);
        let is_final = begun && !failure.is_some_and(|error| error.may_pass());
        Ok(Changed { response, is_final })
    }

    async fn execute(&self, executor: &Executor<'_>, changes: Option<&Arc<Changes>>) -> Response {
        let execute = |request: Request| {
            let mut request = with_context(request, executor);
            if let Some(changes) = changes {
                request = request.data(Arc::clone(changes));
            }
            executor.schema.execute(request)
        };
        let name = self.name.as_deref();
        self.document.execute(name, &self.variables, execute).await
    }

    fn complete(&self, response: &mut Response) {
        let name = self.name.as_deref();
        if self.document.needs_order(name) || !response.errors.is_empty() {
            self.document.complete(name, response);
        }
    }
}

/// The request with what resolvers take from it.
fn with_context(request: Request, executor: &Executor<'_>) -> Request {
    request
        .data(Arc::clone(executor.app))
        .data(executor.viewer.clone())
        .data(Arc::clone(executor.cookies))
}
