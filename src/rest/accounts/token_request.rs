use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use secrecy::SecretString;

use super::token_error::TokenError;
use crate::form;

/// The largest body, in bytes.
const MAX_BODY: usize = 16 * 1024;
/// How long a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// What is given for tokens.
pub(super) enum Grant {
    /// A person's password (RFC 6749, section 4.3.2).
    Password {
        username: String,
        password: SecretString,
    },
    /// A refresh token (RFC 6749, section 6).
    RefreshToken(SecretString),
}

/// Reads a request for tokens.
pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Grant, TokenError> {
    check_content_type(headers)?;
    let bytes = read_body(body).await?;
    let mut parameters = parameters(&bytes)?;
    let mut required = |name: &str| {
        let missing = || TokenError::invalid_request(&format!("the parameter {name} is missing"));
        parameters.remove(name).ok_or_else(missing)
    };
    match required("grant_type")?.as_str() {
        "password" => Ok(Grant::Password {
            username: required("username")?,
            password: required("password")?.into(),
        }),
        "refresh_token" => Ok(Grant::RefreshToken(required("refresh_token")?.into())),
        _ => Err(TokenError::unsupported_grant_type()),
    }
}

fn check_content_type(headers: &HeaderMap) -> Result<(), TokenError> {
    let refused = |message| Err(TokenError::invalid_request(message));
    let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let mut parts = content_type.unwrap_or_default().split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default();
    if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return refused("send content-type: application/x-www-form-urlencoded");
    }
    for parameter in parts {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let utf8 = value.trim_matches('"').eq_ignore_ascii_case("utf-8");
        if name.eq_ignore_ascii_case("charset") && !utf8 {
            return refused("send the form as UTF-8");
        }
    }
    match headers.get(CONTENT_ENCODING) {
        Some(encoding) if encoding != "identity" => refused("send the body uncompressed"),
        _ => Ok(()),
    }
}

async fn read_body(body: Body) -> Result<Bytes, TokenError> {
    let refused = |message, status| Err(TokenError::invalid_request(message).with_status(status));
    let reading = Limited::new(body, MAX_BODY).collect();
    match tokio::time::timeout(BODY_TIMEOUT, reading).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => refused(
            "the body is larger than 16384 bytes",
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        Ok(Err(_)) => refused("the body ended early", StatusCode::BAD_REQUEST),
        Err(_) => refused(
            "the body took longer than 10 seconds",
            StatusCode::REQUEST_TIMEOUT,
        ),
    }
}

/// Those that have a value. None may stand twice (RFC 6749, section 3.2), and one without a value
/// is not there.
fn parameters(bytes: &[u8]) -> Result<BTreeMap<String, String>, TokenError> {
    let not_a_form = || TokenError::invalid_request("the body is not percent-encoded UTF-8");
    let text = std::str::from_utf8(bytes).map_err(|_| not_a_form())?;
    let mut parameters = BTreeMap::new();
    for pair in form::pairs(text) {
        let (name, value) = pair.ok_or_else(not_a_form)?;
        if parameters.insert(name, value).is_some() {
            let message = "a parameter is given twice";
            return Err(TokenError::invalid_request(message));
        }
    }
    parameters.retain(|_, value| !value.is_empty());
    Ok(parameters)
}
