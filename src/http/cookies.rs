//! The session of a browser, in three cookies:
//!
//! | cookie | holds | for scripts |
//! | --- | --- | --- |
//! | `__Host-imprenta-access` | the access token | hidden |
//! | `__Host-imprenta-refresh` | the session's id, a point, the refresh token | hidden |
//! | `__Host-imprenta-csrf` | the token that proves that a page of ours asks | readable |
//!
//! `__Host-` makes browsers refuse them unless they are `Secure`, for this host alone and set by
//! it: no neighbouring subdomain can plant one. Browsers take `http://localhost` for secure.
//!
//! `SameSite=Strict` and not `Lax`: the difference is whether a link from elsewhere brings the
//! cookies along, and no page here is written for its visitor. What a page asks for once it is
//! there (`/graphiql` too) is the same site's, however its visitor came.

use std::time::Duration;

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::graphql::CookieChange;
use crate::ids::SessionId;

const ACCESS: &str = "__Host-imprenta-access";
const REFRESH: &str = "__Host-imprenta-refresh";
const CSRF: &str = "__Host-imprenta-csrf";

/// How much sooner than the token in it a cookie ends, so that a browser does not send a token
/// that ends on its way: that would cost it the whole session.
const MARGIN: Duration = Duration::from_secs(10);

/// What a browser sent of its session.
#[derive(Debug, Default)]
pub(super) struct SentCookies {
    /// The access token, of whatever form.
    pub(super) access: Option<SecretString>,
    /// How the session goes on.
    pub(super) refresh: Option<RefreshCookie>,
    /// The readable token. The proof is that a page repeats it in a header, not this.
    pub(super) csrf: Option<SecretString>,
}

/// A refresh token, with the session that it says it is of.
#[derive(Debug)]
pub(super) struct RefreshCookie {
    pub(super) session: SessionId,
    pub(super) token: SecretString,
}

impl SentCookies {
    /// Reads `Cookie` (RFC 6265, section 4.2.1). Of cookies that come twice, the first counts.
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let find = |name: &str| {
            let value = pairs(headers).find(|(it, _)| *it == name.as_bytes())?.1;
            // Bytes that are no text become a token that is not valid, rather than none.
            Some(String::from_utf8_lossy(value).into_owned())
        };
        Self {
            access: find(ACCESS).map(SecretString::from),
            refresh: find(REFRESH).and_then(|text| RefreshCookie::read(&text)),
            csrf: find(CSRF).map(SecretString::from),
        }
    }
}

impl RefreshCookie {
    fn read(text: &str) -> Option<Self> {
        let (session, token) = text.split_once('.')?;
        Some(Self {
            session: SessionId(session.parse().ok()?),
            token: token.into(),
        })
    }
}

/// The names and values, as bytes: those of other programs on this host may be anything.
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    let lines = headers.get_all(COOKIE).iter();
    let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    pairs.filter_map(|pair| {
        let middle = pair.iter().position(|byte| *byte == b'=')?;
        let (name, value) = pair.split_at(middle);
        Some((name.trim_ascii(), value[1..].trim_ascii()))
    })
}

/// Does what a resolver left to do.
pub(super) fn apply(change: &CookieChange, headers: &mut HeaderMap) {
    let cookies = match change {
        CookieChange::Clear => cleared(),
        CookieChange::Set {
            session,
            access_token,
            expires_in,
            refresh_token,
            refresh_expires_in,
            csrf_token,
        } => {
            let refresh = format!("{}.{}", session.0, refresh_token.expose_secret());
            let (access, long) = (access_token.expose_secret(), *refresh_expires_in);
            [
                cookie(ACCESS, access, expires_in.saturating_sub(MARGIN)),
                cookie(REFRESH, &refresh, long),
                cookie(CSRF, csrf_token, long),
            ]
        }
    };
    for cookie in cookies {
        headers.append(SET_COOKIE, cookie);
    }
}

/// The headers that make a browser forget its session.
pub(super) fn cleared() -> [HeaderValue; 3] {
    [ACCESS, REFRESH, CSRF].map(|name| cookie(name, "", Duration::ZERO))
}

fn cookie(name: &str, value: &str, lasts: Duration) -> HeaderValue {
    let seconds = lasts.as_secs();
    let hidden = if name == CSRF { "" } else { "; HttpOnly" };
    let text =
        format!("{name}={value}; Path=/; Max-Age={seconds}; Secure{hidden}; SameSite=Strict");
    // Tokens are of letters, digits and points. One that were not would only be left out.
    let mut cookie = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
    cookie.set_sensitive(true);
    cookie
}
