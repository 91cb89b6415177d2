use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use tower_http::request_id::RequestId;

use super::envelope::text_of;
use super::graphql::{Errors, answer_to_malformed};
use super::request_error::RequestError;
use crate::metrics::Metrics;

/// A net under panics: a request whose handling panicked is answered, too. The panic itself has been
/// logged.
pub(super) async fn catch(
    State(metrics): State<Arc<Metrics>>,
    request: Request,
    next: Next,
) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    // Nothing of the request is looked at afterwards.
    let handled = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    handled.unwrap_or_else(|_| {
        let id = id.as_ref().and_then(text_of);
        let errors = Errors::new(&metrics, id);
        answer_to_malformed(errors, &RequestError::internal())
    })
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::{HeaderValue, StatusCode};
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use serde_json::{Value, json};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_answered_by_the_id_of_its_request() {
        async fn broken() -> &'static str {
            panic!("a canary")
        }
        let metrics = Arc::new(Metrics::new("test").unwrap());
        let net = from_fn_with_state(Arc::clone(&metrics), catch);
        let router = Router::new().route("/", get(broken)).layer(net);
        let mut request = Request::new(Body::empty());
        let id = RequestId::new(HeaderValue::from_static("this-one"));
        request.extensions_mut().insert(id);
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let answer: Value = serde_json::from_slice(&body).unwrap();
        let message = "internal error; the request id names it in the server's log";
        let extensions = json!({ "code": "INTERNAL_SERVER_ERROR", "requestId": "this-one" });
        let expected = json!({ "errors": [{ "message": message, "extensions": extensions }] });
        assert_eq!(answer, expected);
    }
}
