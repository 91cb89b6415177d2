//! Batches: several queries in one request, as a list, answered by a list in the same order. Only
//! where `GRAPHQL_MAX_BATCH` lets them in.
//!
//! Each is read, limited and priced as if it had come alone. Together they have what one operation
//! has: its cost, its time and, since one runs after the other, its connections to the database.

use std::sync::Arc;

use axum::response::Response;
use serde_json::Value;
use tokio::time::Instant;

use super::request::{GraphqlRequest, bad_request};
use super::response::{Answer, Cost, Form};
use super::{FOR_SUBSCRIPTIONS, lapsed, read_operation, within};
use crate::graphql::{
    DocumentError, ErrorCode, Executor, Operation, OperationType, SessionCookies,
};
use crate::http::HttpState;
use crate::http::authentication::Caller;
use crate::http::request_error::RequestError;

/// A query that can be executed, with its cost if it is to be told; or why it cannot.
type Query = Result<(Operation, Option<Cost>), Vec<DocumentError>>;

/// Reads a list of at most `most` operations.
pub(super) fn read(list: Vec<Value>, most: usize) -> Result<Vec<GraphqlRequest>, RequestError> {
    if !(1..=most).contains(&list.len()) {
        let message = format!("a list has 1 to {most} operations here");
        return Err(bad_request(message));
    }
    let requests = (1..).zip(list).map(|(number, item)| {
        let request = match item {
            Value::Object(parameters) => GraphqlRequest::from_parameters(parameters),
            _ => Err(bad_request("not a JSON object")),
        };
        request.map_err(|error| RequestError {
            message: format!("operation {number} of the list: {}", error.message),
            ..error
        })
    });
    requests.collect()
}

/// Answers a batch.
pub(super) async fn execute(
    state: &HttpState,
    form: Form<'_>,
    caller: &Caller,
    requests: Vec<GraphqlRequest>,
) -> Result<Response, RequestError> {
    if caller.has_lapsed() {
        return Err(lapsed());
    }
    let limits = &state.app.config.graphql.limits;
    let requests = requests.into_iter();
    let queries = requests.map(|request| read_query(state, caller, request));
    let queries = within_cost(queries.collect(), limits.cost);
    let executor = Executor {
        schema: &state.schema,
        app: &state.app,
        viewer: &caller.viewer,
        cookies: &Arc::new(SessionCookies::default().never_set()),
    };
    let end = Instant::now() + limits.timeout;
    let mut answers = Vec::with_capacity(queries.len());
    for query in queries {
        answers.push(match query {
            Ok((operation, cost)) => {
                let left = end.saturating_duration_since(Instant::now());
                match within(left, operation.query(&executor)).await {
                    Ok(executed) => form.executed(executed, cost),
                    Err(error) => form.failed(&error),
                }
            }
            Err(errors) => form.refused(&errors),
        });
    }
    Ok(form.write(Answer::list(answers)))
}

/// Reads one of a batch. Mutations have requests of their own, each of which is all done or none,
/// has one `Idempotency-Key`, and has as many tries at a password as one request may have.
fn read_query(state: &HttpState, caller: &Caller, request: GraphqlRequest) -> Query {
    let tells_cost = request.tells_cost;
    let operation = read_operation(state, request, &caller.viewer)?;
    let message = match operation.kind() {
        OperationType::Query => {
            let most = state.app.config.graphql.limits.cost;
            let cost = tells_cost.then(|| Cost::of(&operation, most));
            return Ok((operation, cost));
        }
        OperationType::Mutation => "a list is for queries: send a mutation in a request of its own",
        OperationType::Subscription => FOR_SUBSCRIPTIONS,
    };
    Err(vec![DocumentError::new(ErrorCode::BadRequest, message)])
}

/// Refuses all of a batch that costs more than one operation may.
fn within_cost(queries: Vec<Query>, most: usize) -> Vec<Query> {
    let costs = queries.iter().flatten().map(|(query, _)| query.cost());
    let cost = costs.fold(0, usize::saturating_add);
    if cost <= most {
        return queries;
    }
    let message = format!(
        "the operations of the list cost {cost} together, and may cost {most}: ask for less, or send some of them alone"
    );
    let error = DocumentError::new(ErrorCode::TooComplex, message);
    let refuse = |query: Query| query.and_then(|_| Err(vec![error.clone()]));
    queries.into_iter().map(refuse).collect()
}
