//! HTTP: routes, the middleware stack, who is asking, and what GraphQL over HTTP asks of them. May
//! import `app`, `graphql`, `rest` and what names the viewer in `accounts`; holds no rules and no
//! SQL.
//!
//! Start at [`router`]; [`server`] puts it on a socket.

mod authentication;
mod client_address;
mod cookies;
mod csrf;
mod envelope;
mod graphiql;
mod graphql;
mod health;
mod metrics;
mod panics;
mod request_error;
mod root;
pub mod server;
mod subscriptions;
mod unread;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::Method;
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, RETRY_AFTER};
use axum::routing::get;
use tower::ServiceBuilder;
use tower_http::cors::{AllowCredentials, AllowOrigin, CorsLayer};

use crate::app::App;
use crate::config::CorsOrigins;
use crate::graphql::{Documents, PersistedDocuments, Schema};
use crate::rest;
use subscriptions::{Admission, Reservations, STREAM_TOKEN};

pub use client_address::Peer;

/// Names a request in the log and in its answer.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Makes a repeated mutation one.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What handlers share. Cheap to clone, which is done for every request.
type HttpState = Arc<Shared>;

struct Shared {
    app: Arc<App>,
    schema: Schema,
    documents: Arc<Documents>,
    admission: Admission,
    reservations: Reservations,
    persisted: Arc<PersistedDocuments>,
}

/// Every route of the server.
pub fn router(app: &Arc<App>) -> Router {
    let schema = graphql::schema(&app.config.graphql);
    let state = Arc::new(Shared {
        app: Arc::clone(app),
        persisted: Arc::new(PersistedDocuments::new(&app.config.graphql.trusted)),
        documents: Arc::new(Documents::new(&schema.sdl(), &app.config.graphql)),
        schema,
        admission: Admission::new(app.config.subscriptions),
        reservations: Reservations::default(),
    });
    let mut router = Router::new()
        .route("/", get(root::root))
        .route("/graphql", graphql::routes())
        .merge(subscriptions::routes())
        .merge(health::routes())
        .merge(metrics::routes(app.config.http.metrics_token.as_ref()))
        .merge(rest::routes().with_state(Arc::clone(app)));
    if app.config.graphql.explorer {
        router = router.merge(graphiql::routes());
    }
    // The outermost layer stands first: an answer to a panic is logged and has every header.
    let layers = ServiceBuilder::new()
        .layer(axum::middleware::from_fn_with_state(
            Arc::clone(app),
            envelope::put,
        ))
        .layer(cors(&app.config.http.cors_origins))
        .layer(axum::middleware::from_fn_with_state(
            Arc::clone(&app.metrics),
            panics::catch,
        ));
    router
        .fallback(root::not_found)
        .layer(layers)
        .with_state(state)
}

/// Pages of the configured sites may ask, with the cookies of their visitor if they are listed by
/// name. With `*`, cookies are never allowed.
fn cors(origins: &CorsOrigins) -> CorsLayer {
    let layer = CorsLayer::new()
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([
            ACCEPT,
            AUTHORIZATION,
            CONTENT_TYPE,
            IDEMPOTENCY_KEY,
            STREAM_TOKEN,
            csrf::X_CSRF_TOKEN,
        ])
        .expose_headers([REQUEST_ID, RETRY_AFTER])
        .max_age(Duration::from_hours(1));
    match origins {
        CorsOrigins::Any => layer.allow_origin(AllowOrigin::any()),
        CorsOrigins::Listed(origins) => {
            let listed = origins.clone();
            let credentials = AllowCredentials::predicate(move |origin, _| listed.contains(origin));
            layer
                .allow_origin(AllowOrigin::list(origins.clone()))
                .allow_credentials(credentials)
        }
    }
}
