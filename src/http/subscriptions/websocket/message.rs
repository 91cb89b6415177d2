use serde_json::{Map, Value};

use super::close::Close;

/// The longest id of an operation, in bytes.
const MAX_ID: usize = 256;

/// What a client says.
#[derive(Debug)]
pub(super) enum ClientMessage {
    ConnectionInit(Map<String, Value>),
    Ping(Option<Value>),
    Pong,
    Subscribe {
        id: String,
        payload: Map<String, Value>,
    },
    Complete {
        id: String,
    },
}

impl ClientMessage {
    /// Reads a message.
    pub(super) fn read(text: &str) -> Result<Self, Close> {
        let message: Value =
            serde_json::from_str(text).map_err(|_| Close::BadRequest("A message is not JSON"))?;
        let Value::Object(mut message) = message else {
            return Err(Close::BadRequest("A message is not a JSON object"));
        };
        match message.get("type").and_then(Value::as_str) {
            Some("connection_init") => payload(&mut message).map(Self::ConnectionInit),
            Some("ping") => Ok(Self::Ping(
                message.remove("payload").filter(|it| !it.is_null()),
            )),
            Some("pong") => Ok(Self::Pong),
            Some("subscribe") => {
                if !message.get("payload").is_some_and(Value::is_object) {
                    return Err(Close::BadRequest("`subscribe` has no payload"));
                }
                let id = id(&mut message)?;
                let payload = payload(&mut message)?;
                Ok(Self::Subscribe { id, payload })
            }
            Some("complete") => id(&mut message).map(|id| Self::Complete { id }),
            _ => Err(Close::BadRequest("A message has no type that is known")),
        }
    }
}

fn id(message: &mut Map<String, Value>) -> Result<String, Close> {
    match message.remove("id") {
        Some(Value::String(id)) if (1..=MAX_ID).contains(&id.len()) => Ok(id),
        _ => Err(Close::BadRequest("`id` is not a string of 1 to 256 bytes")),
    }
}

fn payload(message: &mut Map<String, Value>) -> Result<Map<String, Value>, Close> {
    match message.remove("payload") {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(payload)) => Ok(payload),
        Some(_) => Err(Close::BadRequest("`payload` is not an object")),
    }
}
