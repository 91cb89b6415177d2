use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::{Map, Value};

use super::media_type::MediaType;
use crate::accounts::Viewer;
use crate::form;
use crate::graphql::{DocumentSource, ErrorCode, Variables};
use crate::http::request_error::RequestError;
use crate::response_cache::Key;

/// The largest body, in bytes.
const MAX_BODY: usize = 1024 * 1024;
/// The largest body of those who write content: a text of 1 MiB, of which many characters take two or
/// more in JSON.
const MAX_BODY_OF_WRITERS: usize = 4 * 1024 * 1024;
/// The longest query string, in bytes.
const MAX_QUERY_STRING: usize = 16 * 1024;
/// How long a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Where clients put the id of a trusted document: graphql-codegen's, and Relay's.
const DOCUMENT_IDS: [&str; 3] = ["documentId", "doc_id", "id"];

/// A request that is well-formed: what GraphQL over HTTP calls its parameters.
#[derive(Debug)]
pub(in crate::http) struct GraphqlRequest {
    pub(in crate::http) source: DocumentSource,
    pub(in crate::http) operation_name: Option<String>,
    pub(in crate::http) variables: Variables,
    /// `extensions.operationId`: how a client that shares a stream between operations names this one
    /// (graphql-sse).
    pub(in crate::http) operation_id: Option<String>,
    /// `extensions.cost`: the answer is to say what the operation costs.
    pub(super) tells_cost: bool,
}

pub(super) fn bad_request(message: impl Into<String>) -> RequestError {
    RequestError::new(StatusCode::BAD_REQUEST, ErrorCode::BadRequest, message)
}

/// Reads the body of a POST, which says that it is JSON.
pub(super) async fn read_text(
    head: &Parts,
    body: Body,
    viewer: &Viewer,
) -> Result<Bytes, RequestError> {
    check_content_type(&head.headers)?;
    read_body(&head.headers, body, viewer).await
}

/// Reads JSON.
pub(super) fn parse(text: &[u8]) -> Result<Value, RequestError> {
    serde_json::from_slice(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        bad_request(format!(
            "the body is not JSON, at line {line}, column {column}"
        ))
    })
}

/// Refuses bodies that are not JSON. A browser sends other types to a foreign site without asking
/// it first, so taking them for JSON would let any page act for its visitor.
fn check_content_type(headers: &HeaderMap) -> Result<(), RequestError> {
    let unsupported = |message: &str| {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Err(RequestError::new(status, ErrorCode::BadRequest, message))
    };
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default();
    let mut parts = content_type.split(';').map(str::trim);
    if !parts
        .next()
        .unwrap_or_default()
        .eq_ignore_ascii_case("application/json")
    {
        return unsupported("send content-type: application/json");
    }
    for parameter in parts {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let utf8 = value.trim_matches('"').eq_ignore_ascii_case("utf-8");
        if name.eq_ignore_ascii_case("charset") && !utf8 {
            return unsupported("send JSON as UTF-8");
        }
    }
    match headers.get(CONTENT_ENCODING) {
        Some(encoding) if encoding != "identity" => unsupported("send the body uncompressed"),
        _ => Ok(()),
    }
}

/// Reads a body of at most [`MAX_BODY`] bytes, or of [`MAX_BODY_OF_WRITERS`].
async fn read_body(
    headers: &HeaderMap,
    body: Body,
    viewer: &Viewer,
) -> Result<Bytes, RequestError> {
    let max = if viewer.writes_content() {
        MAX_BODY_OF_WRITERS
    } else {
        MAX_BODY
    };
    let too_large = || {
        let message = format!("the body is larger than {max} bytes");
        RequestError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            ErrorCode::BadRequest,
            message,
        )
    };
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > max) {
        return Err(too_large());
    }
    let reading = Limited::new(body, max).collect();
    match tokio::time::timeout(BODY_TIMEOUT, reading).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(bad_request("the body ended early")),
        Err(_) => {
            let message = "the body took longer than 10 seconds";
            Err(RequestError::new(
                StatusCode::REQUEST_TIMEOUT,
                ErrorCode::BadRequest,
                message,
            ))
        }
    }
}

impl GraphqlRequest {
    /// All that the answer depends on beside who is asking: the same for the same request alone.
    pub(super) fn key(&self, text: &str, media_type: MediaType) -> Key {
        Key::of(&(
            media_type.content_type(),
            text,
            &self.operation_name,
            &self.variables,
            self.tells_cost,
        ))
    }

    /// Reads the body of a POST of one operation.
    pub(super) fn from_json(body: Value) -> Result<Self, RequestError> {
        match body {
            Value::Object(parameters) => Self::from_parameters(parameters),
            Value::Array(_) => Err(bad_request("send one operation in a request, not a list")),
            _ => Err(bad_request("send a JSON object with the key `query`")),
        }
    }

    /// Reads the query string of a GET, whose `variables` and `extensions` are JSON.
    pub(super) fn from_query_string(text: &str) -> Result<Self, RequestError> {
        if text.len() > MAX_QUERY_STRING {
            let message = format!("the query string is longer than {MAX_QUERY_STRING} bytes");
            return Err(RequestError::new(
                StatusCode::URI_TOO_LONG,
                ErrorCode::BadRequest,
                message,
            ));
        }
        let mut parameters = Map::new();
        for pair in form::pairs(text) {
            let (name, value) =
                pair.ok_or_else(|| bad_request("the query string is not percent-encoded UTF-8"))?;
            let value = match name.as_str() {
                "query" | "operationName" => Value::String(value),
                name if DOCUMENT_IDS.contains(&name) => Value::String(value),
                "variables" | "extensions" if value.is_empty() => Value::Null,
                "variables" | "extensions" => serde_json::from_str(&value)
                    .map_err(|_| bad_request(format!("`{name}` is not JSON")))?,
                _ => continue,
            };
            if parameters.insert(name.clone(), value).is_some() {
                return Err(bad_request(format!("`{name}` is given twice")));
            }
        }
        Self::from_parameters(parameters)
    }

    /// Reads what is JSON already.
    pub(in crate::http) fn from_parameters(
        mut parameters: Map<String, Value>,
    ) -> Result<Self, RequestError> {
        let extensions = optional_object(&mut parameters, "extensions")?;
        let source = source(&mut parameters, &extensions)?;
        let operation_name = optional_string(&mut parameters, "operationName")?;
        let operation_name = operation_name.filter(|name| !name.is_empty());
        let variables = optional_object(&mut parameters, "variables")?;
        let operation_id = extensions.get("operationId").and_then(Value::as_str);
        Ok(Self {
            source,
            operation_id: operation_id.map(ToOwned::to_owned),
            operation_name,
            variables: Variables::from_json(Value::Object(variables)),
            tells_cost: extensions.get("cost") == Some(&Value::Bool(true)),
        })
    }
}

/// What to execute: a text, an id or a hash.
fn source(
    parameters: &mut Map<String, Value>,
    extensions: &Map<String, Value>,
) -> Result<DocumentSource, RequestError> {
    let text = optional_string(parameters, "query")?;
    if let Some(hash) = extensions.get("persistedQuery").filter(|it| !it.is_null()) {
        let hash = persisted_hash(hash)?;
        return Ok(DocumentSource::Hash { hash, text });
    }
    if let Some(text) = text {
        return Ok(DocumentSource::Text(text));
    }
    for name in DOCUMENT_IDS {
        if let Some(id) = optional_string(parameters, name)? {
            return Ok(DocumentSource::Id(id));
        }
    }
    Err(bad_request("`query` is missing"))
}

/// The hash of an automatic persisted query, version 1.
fn persisted_hash(extension: &Value) -> Result<String, RequestError> {
    let hash = extension.get("sha256Hash").and_then(Value::as_str);
    let is_hash = |hash: &&str| hash.len() == 64 && hash.bytes().all(|it| it.is_ascii_hexdigit());
    match hash.filter(is_hash) {
        Some(hash) if extension.get("version") == Some(&Value::from(1)) => {
            Ok(hash.to_ascii_lowercase())
        }
        _ => Err(bad_request(
            "`persistedQuery` takes `version` 1 and `sha256Hash`, of 64 hexadecimal digits",
        )),
    }
}

fn optional_string(
    parameters: &mut Map<String, Value>,
    name: &str,
) -> Result<Option<String>, RequestError> {
    match parameters.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(bad_request(format!("`{name}` is not a string"))),
    }
}

fn optional_object(
    parameters: &mut Map<String, Value>,
    name: &str,
) -> Result<Map<String, Value>, RequestError> {
    match parameters.remove(name) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object),
        Some(_) => Err(bad_request(format!("`{name}` is not an object"))),
    }
}
