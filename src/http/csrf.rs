//! Against changes that a page of another site makes its visitor's browser ask for (OWASP,
//! "Cross-Site Request Forgery Prevention"). Only mutations need it: queries change nothing, and no
//! foreign page can read their answers.
//!
//! Bodies other than JSON are refused anyway, so such a page must first be allowed to ask at all
//! (CORS); what is here does not rely on that. Two checks:
//!
//! 1. `Origin`, or `Sec-Fetch-Site` where there is none, must not name a foreign site.
//! 2. A session by cookies needs its token in `X-CSRF-Token`. The token is bound to the session:
//!    to that of the checked access token or, where only the refresh cookie is left, to the session
//!    whose id stands in that cookie, beside its token. So another session's token does not do, not
//!    even with its readable cookie planted, which is all that double submit compares.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::ExposeSecret;

use super::authentication::{Caller, CookieSession, Shown};
use super::request_error::RequestError;
use crate::accounts::Viewer;
use crate::app::App;
use crate::config::{CorsOrigins, HttpConfig};
use crate::graphql::SessionCookies;

/// Where pages repeat the session's token.
pub(super) const X_CSRF_TOKEN: HeaderName = HeaderName::from_static("x-csrf-token");

pub(super) const FOREIGN: &str = "a page of another site asks for this; PUBLIC_URL says which site is this \
    server's own, CORS_ORIGINS which others may";

/// Checks a mutation, before anything of it is executed, and gives the cookies that its resolvers
/// may use.
pub(super) fn check(
    app: &App,
    headers: &HeaderMap,
    caller: Caller,
) -> Result<SessionCookies, RequestError> {
    let foreign = is_foreign(headers, &app.config.http);
    // With CORS_ORIGINS=* every page may log in for a token, and none with cookies.
    let open_to_all = matches!(app.config.http.cors_origins, CorsOrigins::Any);
    let refresh_token = match caller.shown {
        Shown::Nothing if foreign && !open_to_all => return Err(RequestError::forbidden(FOREIGN)),
        Shown::Nothing | Shown::Header => None,
        Shown::Session(_) if foreign => return Err(RequestError::forbidden(FOREIGN)),
        Shown::Session(session) => {
            check_token(app, headers, &caller.viewer, &session)?;
            session.refresh_token
        }
    };
    let cookies = SessionCookies::new(refresh_token);
    if foreign {
        return Ok(cookies.never_set());
    }
    Ok(cookies)
}

fn check_token(
    app: &App,
    headers: &HeaderMap,
    viewer: &Viewer,
    session: &CookieSession,
) -> Result<(), RequestError> {
    let mut given = headers.get_all(X_CSRF_TOKEN).iter();
    let given = match (given.next(), given.next()) {
        (Some(one), None) => one.to_str().ok(),
        _ => None,
    };
    if given.is_some_and(|given| app.accounts.sessions.is_csrf_token(session.id, given)) {
        return Ok(());
    }
    let error = RequestError::forbidden(
        "send the value of the cookie __Host-imprenta-csrf as X-CSRF-Token with mutations",
    );
    // A page of ours, whose cookies are from before the secret key was replaced: they will never
    // do again, and stand in the way of logging in anew.
    let cookie = session
        .csrf_cookie
        .as_ref()
        .map(ExposeSecret::expose_secret);
    let is_stale = given.is_some() && given == cookie && viewer.account().is_none();
    Err(if is_stale {
        error.clearing_cookies()
    } else {
        error
    })
}

/// Whether a page of a site that is neither this nor a listed one asks. Programs send neither
/// header; browsers send `Origin` with every POST, and `null` for pages without one.
pub(super) fn is_foreign(headers: &HeaderMap, config: &HttpConfig) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (None, _) => headers
            .get("sec-fetch-site")
            .is_some_and(|site| site == "cross-site"),
        (Some(origin), None) => match &config.cors_origins {
            CorsOrigins::Listed(listed) if listed.contains(origin) => false,
            _ => !is_own(origin.as_bytes(), headers, config.public_url.as_deref()),
        },
        (Some(_), Some(_)) => true,
    }
}

/// Whether this server is at that origin: `PUBLIC_URL`, or the host that was asked for, as on a
/// developer's machine that has several names. No page can choose what its visitor's browser sends
/// as `Host`; a name that someone else lets point here has cookies of its own, and none of ours.
fn is_own(origin: &[u8], headers: &HeaderMap, public_url: Option<&str>) -> bool {
    if public_url.is_some_and(|own| origin.eq_ignore_ascii_case(own.as_bytes())) {
        return true;
    }
    let host = origin
        .strip_prefix(b"https://")
        .or_else(|| origin.strip_prefix(b"http://"));
    let own = headers.get(HOST).map(HeaderValue::as_bytes);
    host.zip(own)
        .is_some_and(|(host, own)| host.eq_ignore_ascii_case(own))
}
