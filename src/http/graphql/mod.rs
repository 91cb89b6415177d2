//! GraphQL over HTTP (the GraphQL-over-HTTP specification, GET and POST), on the engine's executor
//! and without its HTTP integration, which runs mutations sent by GET, takes any body for JSON and
//! answers everything with 200.
//!
//! `request` reads what came (`batch` if it is a list), `media_type` decides how to answer, `query` executes
//! or finds that this was done before, `mutation` keeps changes together, `response`, `errors` and `caching`
//! write the answer; here they come together.

mod batch;
mod caching;
mod errors;
mod media_type;
mod mutation;
mod query;
mod request;
mod response;

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{ValidationMode, Value as GraphqlValue};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, any};
use bytes::Bytes;
use serde_json::Value;

use super::authentication::{self, Caller};
use super::envelope::request_id;
use super::request_error::RequestError;
use super::root::wants_html;
use super::{HttpState, IDEMPOTENCY_KEY, cookies, csrf, subscriptions};
use crate::accounts::{OnceOnly, Viewer};
use crate::config::GraphqlConfig;
use crate::graphql::{
    DocumentError, DocumentSource, ErrorCode, Executor, Operation, OperationType, Schema,
    SessionCookies, schema_builder,
};
use crate::response_cache::RawRequest;
use media_type::MediaType;
use query::{Made, Query};
use response::{Cost, Form};

pub(super) use errors::Errors;
pub(super) use request::GraphqlRequest;

/// Where subscriptions go that came here.
const FOR_SUBSCRIPTIONS: &str =
    "subscriptions are for /graphql/ws, or for those who accept text/event-stream";

/// The methods of the route.
const METHODS: &str = "GET, HEAD, OPTIONS, POST";

/// The schema, with what the configuration shows of it.
pub(super) fn schema(config: &GraphqlConfig) -> Schema {
    // Only valid documents come as far as the engine, whose own rules would let too much through and
    // refuse what is right. What it checks while executing stays.
    let mut builder = schema_builder().validation_mode(ValidationMode::Fast);
    if !config.introspection {
        builder = builder.disable_introspection().disable_suggestions();
    }
    builder.finish()
}

/// The route `/graphql`.
pub(super) fn routes() -> MethodRouter<HttpState> {
    any(endpoint)
}

/// The answer to `OPTIONS`: what the route can do. `None` to what a browser asks before it sends a request
/// to another site, which is for CORS, and to all else.
pub(super) fn options(request: &Request) -> Option<Response> {
    let is_plain = request.method() == Method::OPTIONS
        && request.uri().path() == "/graphql"
        && !request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    is_plain.then(|| (StatusCode::NO_CONTENT, [(header::ALLOW, METHODS)]).into_response())
}

/// The answer to what is not GraphQL over HTTP, or not let in.
pub(super) fn answer_to_malformed(errors: Errors<'_>, error: &RequestError) -> Response {
    Form::new(MediaType::Json, errors).malformed(error)
}

/// The answer to a document that cannot be executed, for clients that know its media type.
pub(super) fn answer_to_invalid(errors: Errors<'_>, found: &[DocumentError]) -> Response {
    let form = Form::new(MediaType::GraphqlResponse, errors);
    form.write(form.refused(found))
}

async fn endpoint(State(state): State<HttpState>, request: Request) -> Response {
    if subscriptions::accepts_only_events(request.headers()) {
        return Box::pin(subscriptions::stream(State(state), request)).await;
    }
    let (head, body) = request.into_parts();
    let explorer = state.app.config.graphql.explorer;
    if explorer
        && head.method == Method::GET
        && head.uri.query().is_none()
        && wants_html(&head.headers)
    {
        return Redirect::to("/graphiql").into_response();
    }
    let errors = Errors::new(&state.app.metrics, request_id(&head.extensions));
    let form = match MediaType::negotiate(&head.headers) {
        Ok(media_type) => Form::new(media_type, errors),
        Err(error) => return answer_to_malformed(errors, &error),
    };
    let answer = answer(&state, &head, body, form).await;
    answer.unwrap_or_else(|error| form.malformed(&error))
}

async fn answer(
    state: &HttpState,
    head: &Parts,
    body: Body,
    form: Form<'_>,
) -> Result<Response, RequestError> {
    if ![Method::GET, Method::HEAD, Method::POST].contains(&head.method) {
        let message = "send a GET or a POST request";
        return Err(method_not_allowed(METHODS, message));
    }
    // First of all, so that nobody whose credentials are refused makes the server read and parse.
    let caller = authentication::caller(&state.app, head).await?;
    let is_post = head.method == Method::POST;
    let text = if is_post {
        request::read_text(head, body, &caller.viewer).await?
    } else {
        Bytes::copy_from_slice(head.uri.query().unwrap_or_default().as_bytes())
    };
    let raw = RawRequest {
        kind: form.media_type as u8 * 2 + u8::from(is_post),
        text: &text,
    };
    // What a visitor is answered is everyone's.
    let is_shared = caller.is_visitor()
        && state.app.responses.is_on()
        && !head.headers.contains_key(IDEMPOTENCY_KEY);
    if is_shared && let Some(kept) = state.app.responses.recall(raw) {
        let caching = caching::of(head, Some(kept.seconds()));
        let responses = &state.app.responses;
        return Ok(caching::write(form, Made::kept(kept), caching, responses));
    }
    let request = if is_post {
        let most = state.app.config.graphql.limits.batch;
        match request::parse(&text)? {
            Value::Array(list) if most > 0 => {
                let requests = batch::read(list, most)?;
                return Box::pin(batch::execute(state, form, &caller, requests)).await;
            }
            body => GraphqlRequest::from_json(body)?,
        }
    } else {
        GraphqlRequest::from_query_string(head.uri.query().unwrap_or_default())?
    };
    let shared = is_shared.then_some(raw);
    // In a box: it is large, and a request that was sent before ends above.
    Box::pin(execute(state, head, form, caller, request, shared)).await
}

/// Reads a GET or a POST of one operation.
pub(super) async fn read_request(
    head: &Parts,
    body: Body,
    viewer: &Viewer,
) -> Result<GraphqlRequest, RequestError> {
    if head.method != Method::POST {
        return GraphqlRequest::from_query_string(head.uri.query().unwrap_or_default());
    }
    let text = request::read_text(head, body, viewer).await?;
    GraphqlRequest::from_json(request::parse(&text)?)
}

async fn execute(
    state: &HttpState,
    head: &Parts,
    form: Form<'_>,
    caller: Caller,
    mut request: GraphqlRequest,
    shared: Option<RawRequest<'_>>,
) -> Result<Response, RequestError> {
    let repeatable = mutation::idempotency_key(&head.headers)?;
    let viewer = caller.viewer.clone();
    let (text, new_hash) = match persisted(state, &mut request, &viewer) {
        Ok(found) => found,
        Err(error) => return refused_source(form, error),
    };
    let key =
        (repeatable.is_some() || shared.is_some()).then(|| request.key(&text, form.media_type));
    let operation = Operation::read(
        &state.documents,
        &text,
        request.operation_name,
        request.variables,
    );
    let operation = match operation {
        Ok(operation) => operation,
        Err(errors) => return Ok(form.write(form.refused(&errors))),
    };
    if let Some(hash) = new_hash {
        state.persisted.keep(hash, &text);
    }
    if operation.kind() == OperationType::Subscription
        && subscriptions::accepts_events(&head.headers)
    {
        return subscriptions::subscription(state, head, operation).await;
    }
    let cookies = Arc::new(admit(state, head, operation.kind(), caller)?);
    let executor = Executor {
        schema: &state.schema,
        app: &state.app,
        viewer: &viewer,
        cookies: &cookies,
    };
    let limits = &state.app.config.graphql.limits;
    let cost = request
        .tells_cost
        .then(|| Cost::of(&operation, limits.cost));
    if operation.kind() == OperationType::Query {
        let seconds = operation.public_seconds();
        let caching = caching::of(head, seconds);
        let public = key.filter(|_| shared.is_some());
        let query = Query {
            executor,
            operation,
            form,
            cost,
        };
        let made = within(limits.timeout, query.answer(public.zip(seconds))).await?;
        let responses = &state.app.responses;
        if let (Some(raw), Some(kept)) = (shared, made.origin.kept()) {
            responses.remember(raw, kept);
        }
        return Ok(caching::write(form, made, caching, responses));
    }
    let once = repeatable.as_deref().zip(key.as_ref());
    let once = once.map(|(key, request)| OnceOnly {
        key,
        request: request.as_bytes(),
    });
    mutation::execute(&executor, operation, once, |changed| {
        let has_data = changed.response.data != GraphqlValue::Null;
        let mut response = form.write(form.executed(changed.response, cost));
        // A browser is not logged in by an answer that says that all of it failed.
        if let Some(change) = cookies.take_change().filter(|_| has_data) {
            cookies::apply(&change, response.headers_mut());
        }
        response
    })
    .await
}

/// Reads an operation that comes in another way than by a request of its own.
pub(super) fn read_operation(
    state: &HttpState,
    mut request: GraphqlRequest,
    viewer: &Viewer,
) -> Result<Operation, Vec<DocumentError>> {
    let (text, new_hash) = persisted(state, &mut request, viewer).map_err(|error| vec![error])?;
    let (name, variables) = (request.operation_name, request.variables);
    let operation = Operation::read(&state.documents, &text, name, variables)?;
    if let Some(hash) = new_hash {
        state.persisted.keep(hash, &text);
    }
    Ok(operation)
}

/// The text of a request's document, and the hash by which it is to be kept if it is good.
fn persisted(
    state: &HttpState,
    request: &mut GraphqlRequest,
    viewer: &Viewer,
) -> Result<(Arc<str>, Option<String>), DocumentError> {
    let empty = DocumentSource::Text(String::new());
    let source = std::mem::replace(&mut request.source, empty);
    let new_hash = match &source {
        DocumentSource::Hash {
            hash,
            text: Some(_),
        } => Some(hash.clone()),
        _ => None,
    };
    let text = state.persisted.resolve(source, viewer)?;
    Ok((text, new_hash))
}

/// The answer to a document that was named and is not there, or may not be executed.
fn refused_source(form: Form<'_>, error: DocumentError) -> Result<Response, RequestError> {
    match error.code {
        ErrorCode::Forbidden => Err(RequestError::forbidden(&error.message)),
        ErrorCode::BadRequest => Err(RequestError::new(
            StatusCode::BAD_REQUEST,
            error.code,
            error.message,
        )),
        // As for every other document that is not executed: clients then send the text.
        _ => Ok(form.write(form.refused(&[error]))),
    }
}

/// What `work` gives, if it does so in time. Else it is dropped, and what PostgreSQL is doing for it is
/// cancelled.
pub(super) async fn within<T>(
    time: Duration,
    work: impl Future<Output = T>,
) -> Result<T, RequestError> {
    // In a box: it is large, and would be moved about.
    tokio::time::timeout(time, Box::pin(work))
        .await
        .map_err(|_| {
            RequestError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                ErrorCode::Timeout,
                "the operation took too long and was stopped; ask for less, or try again later",
            )
        })
}

/// Refuses operations that may not come this way, and gives the cookies that resolvers may use.
fn admit(
    state: &HttpState,
    head: &Parts,
    operation: OperationType,
    caller: Caller,
) -> Result<SessionCookies, RequestError> {
    match operation {
        // A visitor would be shown less than before, and not know why.
        OperationType::Query if caller.has_lapsed() => Err(lapsed()),
        OperationType::Query => Ok(SessionCookies::default().never_set()),
        OperationType::Mutation if head.method != Method::POST => {
            Err(method_not_allowed("POST", "send mutations by POST"))
        }
        OperationType::Mutation => csrf::check(&state.app, &head.headers, caller),
        OperationType::Subscription => Err(RequestError::new(
            StatusCode::BAD_REQUEST,
            ErrorCode::BadRequest,
            FOR_SUBSCRIPTIONS,
        )),
    }
}

/// The session of a browser goes on, and what it has shown of it has ended.
fn lapsed() -> RequestError {
    RequestError::unauthenticated(
        "the access token has ended; renew the session with the mutation refreshSession",
    )
}

fn method_not_allowed(allow: &'static str, message: &str) -> RequestError {
    RequestError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::BadRequest,
        message,
    )
    .with_header(header::ALLOW, HeaderValue::from_static(allow))
}
