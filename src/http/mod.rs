//! HTTP: routes, the middleware stack, and what GraphQL over HTTP asks of both. May import `app`,
//! `graphql` and `accounts::Viewer`; holds no rules and no SQL.
//!
//! Start at [`router`]; [`server`] puts it on a socket.

mod graphiql;
mod graphql;
mod health;
mod log;
mod root;
pub mod server;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Method};
use axum::routing::get;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::app::App;
use crate::config::CorsOrigins;
use crate::graphql::{FieldTypes, Schema};

/// Names a request in the log and in its answer.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What handlers share.
#[derive(Clone)]
struct HttpState {
    app: Arc<App>,
    schema: Schema,
    field_types: Arc<FieldTypes>,
}

/// Every route of the server.
pub fn router(app: &Arc<App>) -> Router {
    let schema = graphql::schema(&app.config.graphql);
    let state = HttpState {
        app: Arc::clone(app),
        field_types: Arc::new(FieldTypes::of(&schema.sdl())),
        schema,
    };
    let mut router = Router::new()
        .route("/", get(root::root))
        .route("/graphql", graphql::routes())
        .merge(health::routes());
    if app.config.graphql.explorer {
        router = router.merge(graphiql::routes());
    }
    // The outermost layer stands first: an answer to a panic is logged and has every header.
    let layers = ServiceBuilder::new()
        .layer(axum::middleware::from_fn(log::check_request_id))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(axum::middleware::from_fn(log::log))
        .layer(SetResponseHeaderLayer::overriding(
            X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(cors(&app.config.http.cors_origins))
        .layer(CatchPanicLayer::custom(graphql::answer_to_panic));
    router
        .fallback(root::not_found)
        .layer(layers)
        .with_state(state)
}

/// Pages of the configured sites may ask; credentials are never allowed with it.
fn cors(origins: &CorsOrigins) -> CorsLayer {
    let origins = match origins {
        CorsOrigins::Any => AllowOrigin::any(),
        CorsOrigins::Listed(origins) => AllowOrigin::list(origins.clone()),
    };
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([ACCEPT, AUTHORIZATION, CONTENT_TYPE])
        .expose_headers([REQUEST_ID])
        .max_age(Duration::from_hours(1))
}
