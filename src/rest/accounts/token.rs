//! `POST /auth/token`: tokens as OAuth 2 clients ask for them (RFC 6749, sections 4.3 and 6).
//!
//! No clients are registered: all are public, so `client_id`, `client_secret` and an
//! `Authorization` header that names a client are passed over, as is `scope`.
//!
//! A page of another site can send this form from its visitor's browser. Nothing comes of it: no
//! cookie is read or set here, the page cannot read the answer, and it has to know the password.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::header::{ALLOW, CACHE_CONTROL, PRAGMA};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use secrecy::ExposeSecret;
use serde_json::json;

use super::token_error::TokenError;
use super::token_request::{self, Grant};
use crate::accounts::{LogIn, OpenedSession, Origin, Viewer};
use crate::app::App;

pub(super) async fn token(
    State(app): State<Arc<App>>,
    origin: Option<Extension<Origin>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let origin = origin.map(|Extension(origin)| origin).unwrap_or_default();
    let viewer = Viewer::anonymous().with_origin(origin);
    not_stored(match answer(&app, &viewer, &headers, body).await {
        Ok(session) => granted(&session),
        Err(error) => error.into_response(),
    })
}

/// The answer to any other method.
pub(super) async fn method_not_allowed() -> Response {
    let error = TokenError::invalid_request("send a POST request");
    let error = error.with_status(StatusCode::METHOD_NOT_ALLOWED);
    not_stored(([(ALLOW, "POST")], error).into_response())
}

async fn answer(
    app: &App,
    viewer: &Viewer,
    headers: &HeaderMap,
    body: Body,
) -> Result<OpenedSession, TokenError> {
    let sessions = &app.accounts.sessions;
    let opened = match token_request::read(headers, body).await? {
        Grant::Password { username, password } => {
            let email = username;
            sessions.log_in(viewer, LogIn { email, password }).await
        }
        Grant::RefreshToken(token) => sessions.refresh(viewer, &token).await,
    };
    opened.map_err(TokenError::from)
}

/// RFC 6749, section 5.1.
fn granted(session: &OpenedSession) -> Response {
    Json(json!({
        "access_token": session.access_token.expose_secret(),
        "token_type": "bearer",
        "expires_in": session.expires_in.as_secs(),
        "refresh_token": session.refresh_token.expose_secret(),
    }))
    .into_response()
}

fn not_stored(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
