//! Who is asking: from a request's headers to a [`Viewer`].
//!
//! `Authorization: Bearer` comes first, and with it the cookies count for nothing; else the access
//! cookie. What is there and not valid is refused, never taken for a visitor: a client whose token
//! has ended would else read less than before and not know why.

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use tokio::time::Instant;

use super::cookies::SentCookies;
use super::request_error::RequestError;
use crate::accounts::{Credentials, Origin, Viewer};
use crate::app::App;
use crate::error::Error;
use crate::ids::SessionId;

/// The longest access token or API key, in bytes.
const MAX_TOKEN: usize = 4096;

/// Who asks, and what they have shown of themselves.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) viewer: Viewer,
    pub(super) shown: Shown,
}

impl Caller {
    /// Whether it is somebody of whom nothing is known, and who has not been known before.
    pub(super) fn is_visitor(&self) -> bool {
        self.viewer.is_anonymous() && !self.has_lapsed()
    }

    /// Whether it is a browser whose session goes on, while its access token has ended.
    pub(super) fn has_lapsed(&self) -> bool {
        matches!(self.shown, Shown::Session(_)) && self.viewer.account().is_none()
    }
}

/// What a request carries. A browser sends cookies by itself, also when a page of another site makes
/// it; a header it sends only for a page that knows the token.
#[derive(Debug)]
pub(super) enum Shown {
    /// Nothing.
    Nothing,
    /// A header, so that the cookies count for nothing.
    Header,
    /// Cookies.
    Session(CookieSession),
}

/// The session whose cookies a browser sent.
#[derive(Debug)]
pub(super) struct CookieSession {
    /// The session of the access token, which has been checked; without one, the session that the
    /// refresh cookie names.
    pub(super) id: SessionId,
    pub(super) refresh_token: Option<SecretString>,
    pub(super) csrf_cookie: Option<SecretString>,
}

/// Finds out who asks. Reads nothing of the body.
pub(super) async fn caller(app: &App, head: &Parts) -> Result<Caller, RequestError> {
    let origin = head.extensions.get::<Origin>().cloned().unwrap_or_default();
    if let Some(token) = bearer_token(&head.headers)? {
        let viewer = check(app, token, origin).await?;
        let shown = Shown::Header;
        return Ok(Caller { viewer, shown });
    }
    let mut cookies = SentCookies::read(&head.headers);
    let Some(token) = cookies.access.take() else {
        return Ok(Caller {
            viewer: Viewer::anonymous().with_origin(origin),
            shown: renewable(cookies),
        });
    };
    by_cookie(app, token, cookies, origin)
        .await
        .map_err(|error| {
            // A database that is away says nothing against the session.
            if error.status == StatusCode::UNAUTHORIZED {
                error.clearing_cookies()
            } else {
                error
            }
        })
}

/// Finds out who asks for something that lasts, and when the access token ends that they have shown.
pub(super) async fn lasting_caller(
    app: &App,
    head: &Parts,
) -> Result<(Caller, Option<Instant>), RequestError> {
    let caller = caller(app, head).await?;
    let token = match bearer_token(&head.headers)? {
        Some(token) => Some(token),
        None => SentCookies::read(&head.headers).access,
    };
    Ok((caller, token.and_then(|token| end_of(app, &token))))
}

/// Who a client says that it is, by `authorization` as it would stand in a header, in the payload of
/// `connection_init` or in `headers` there; and when its access token ends. `None` if it says
/// nothing.
pub(super) async fn of_payload(
    app: &App,
    payload: &Map<String, Value>,
    origin: Origin,
) -> Result<Option<(Viewer, Option<Instant>)>, Error> {
    let in_headers = payload.get("headers").and_then(Value::as_object);
    let mut all = payload.iter().chain(in_headers.into_iter().flatten());
    let Some((_, value)) = all.find(|(name, _)| name.eq_ignore_ascii_case("authorization")) else {
        return Ok(None);
    };
    let refused = Error::Unauthenticated("send `authorization`: `Bearer` and a token");
    let token = value.as_str().and_then(|text| text.split_once(' '));
    let token = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let token = token.map(|(_, token)| token.trim_matches(' '));
    let Some(token) = token.filter(|token| is_token(token)) else {
        return Err(refused);
    };
    let token = SecretString::from(token);
    let end = end_of(app, &token);
    let credentials = Credentials::Bearer(token);
    let viewer = app.accounts.authentication.viewer(credentials, origin);
    Ok(Some((viewer.await?, end)))
}

fn end_of(app: &App, token: &SecretString) -> Option<Instant> {
    let rest = app.accounts.authentication.rest_of(token)?;
    Some(Instant::now() + rest)
}

async fn by_cookie(
    app: &App,
    token: SecretString,
    cookies: SentCookies,
    origin: Origin,
) -> Result<Caller, RequestError> {
    if !is_token(token.expose_secret()) {
        let message = "the session's cookie is not a token; log in again";
        return Err(RequestError::unauthenticated(message));
    }
    let viewer = check(app, token, origin).await?;
    let Some((_, id)) = viewer.person() else {
        let message = "the session's cookie holds something else; log in again";
        return Err(RequestError::unauthenticated(message));
    };
    let refresh = cookies.refresh.filter(|refresh| refresh.session == id);
    let session = CookieSession {
        id,
        refresh_token: refresh.map(|refresh| refresh.token),
        csrf_cookie: cookies.csrf,
    };
    let shown = Shown::Session(session);
    Ok(Caller { viewer, shown })
}

/// The session of a browser whose access token has ended: it asks as a visitor, and may renew it.
///
/// A refresh cookie without the readable one beside it is of no use to any page, so it counts for
/// nothing: refusing every change for its sake would keep its owner from logging in anew.
fn renewable(cookies: SentCookies) -> Shown {
    match (cookies.refresh, cookies.csrf) {
        (Some(refresh), Some(csrf)) => Shown::Session(CookieSession {
            id: refresh.session,
            refresh_token: Some(refresh.token),
            csrf_cookie: Some(csrf),
        }),
        _ => Shown::Nothing,
    }
}

async fn check(app: &App, token: SecretString, origin: Origin) -> Result<Viewer, RequestError> {
    let credentials = Credentials::Bearer(token);
    let viewer = app.accounts.authentication.viewer(credentials, origin);
    viewer.await.map_err(|error| match error {
        Error::Unauthenticated(message) => RequestError::unauthenticated(message),
        error => RequestError::failed(&error),
    })
}

/// The token of `Authorization: Bearer` (RFC 6750, section 2.1), if the header is there.
pub(super) fn bearer_token(headers: &HeaderMap) -> Result<Option<SecretString>, RequestError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let refused = |message: &str| Err(RequestError::unauthenticated(message));
    if values.next().is_some() {
        return refused("send one Authorization header, not several");
    }
    let Some((scheme, token)) = value.to_str().ok().and_then(|text| text.split_once(' ')) else {
        return refused("the Authorization header is not `Bearer` and a token");
    };
    if !scheme.eq_ignore_ascii_case("bearer") {
        return refused("the Authorization header has another scheme than Bearer");
    }
    let token = token.trim_matches(' ');
    if token.len() > MAX_TOKEN {
        return refused("the token of the Authorization header is longer than 4096 bytes");
    }
    if !is_token(token) {
        return refused("the token of the Authorization header has characters that no token has");
    }
    Ok(Some(token.into()))
}

/// Whether a text is a `token68` (RFC 9110, section 11.2) that is not too long.
fn is_token(text: &str) -> bool {
    let letters = text.trim_end_matches('=');
    let of_a_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    !letters.is_empty() && text.len() <= MAX_TOKEN && letters.bytes().all(of_a_token)
}
