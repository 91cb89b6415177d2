use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};

use crate::graphql::ErrorCode;
use crate::http::request_error::RequestError;

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MediaType {
    /// `application/graphql-response+json`: the status tells whether the request was executed.
    GraphqlResponse,
    /// `application/json`: 200 for every well-formed request that a client could mend, for clients
    /// from before the specification.
    Json,
}

impl MediaType {
    /// What `content-type` says of it.
    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    /// Chooses what the client prefers (RFC 9110, section 12.5.1). Wildcards and no preference
    /// mean JSON, which every client reads.
    pub(super) fn negotiate(headers: &HeaderMap) -> Result<Self, RequestError> {
        let accepted = || headers.get_all(ACCEPT).iter();
        if accepted().all(|value| value.as_bytes().trim_ascii().is_empty()) {
            return Ok(Self::Json);
        }
        let mut best: Option<(u16, Self)> = None;
        for range in accepted()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|it| it.split(','))
        {
            let Some((weight, media_type)) = read_range(range) else {
                continue;
            };
            if weight > 0 && best.is_none_or(|(heaviest, _)| weight > heaviest) {
                best = Some((weight, media_type));
            }
        }
        best.map(|(_, media_type)| media_type).ok_or_else(|| {
            RequestError::new(
                StatusCode::NOT_ACCEPTABLE,
                ErrorCode::BadRequest,
                "accept application/graphql-response+json or application/json",
            )
        })
    }
}

/// A media range that we can answer with, and its weight in thousandths.
fn read_range(range: &str) -> Option<(u16, MediaType)> {
    let mut parts = range.split(';').map(str::trim);
    let media_type = match parts.next()?.to_ascii_lowercase().as_str() {
        "application/graphql-response+json" => MediaType::GraphqlResponse,
        "application/json" | "application/*" | "*/*" => MediaType::Json,
        _ => return None,
    };
    let mut weight = 1000;
    for parameter in parts {
        let (name, value) = parameter.split_once('=')?;
        match name.trim().to_ascii_lowercase().as_str() {
            "q" => weight = read_weight(value.trim())?,
            "charset" if !value.trim_matches('"').eq_ignore_ascii_case("utf-8") => return None,
            _ => {}
        }
    }
    Some((weight, media_type))
}

/// `0.8` as 800: a weight has at most three digits after the point.
fn read_weight(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    match whole {
        "0" if digits => Some(fraction),
        "1" if digits && fraction == 0 => Some(1000),
        _ => None,
    }
}
