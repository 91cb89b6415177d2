use std::time::Duration;

use axum::body::Body;
use http_body_util::BodyExt;
use serde_json::Value;
use tokio::time::timeout;

use super::canary;
use super::client::assert_errors_name_their_request;

/// Longer than anything takes that a test waits for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Server-sent events as they come.
pub struct EventStream {
    body: Body,
    text: String,
}

/// An event (HTML Living Standard, section 9.2.6); its data is JSON, or nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    pub event: String,
    pub data: Value,
}

impl EventStream {
    pub fn new(body: Body) -> Self {
        Self {
            body,
            text: String::new(),
        }
    }

    /// The next event, heartbeats aside; `None` at the end of the stream.
    pub async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (frame, rest) = (read(block), rest.to_owned());
                self.text = rest;
                match frame {
                    Some(frame) => return Some(frame),
                    None => continue,
                }
            }
            let frame = timeout(PATIENCE, self.body.frame()).await;
            let bytes = frame.expect("nothing happens")?.unwrap().into_data();
            let text = String::from_utf8(bytes.unwrap().to_vec()).unwrap();
            canary::look_at("events", &text);
            canary::check();
            self.text.push_str(&text);
        }
    }

    /// The data of the next answer, which has no error.
    pub async fn data(&mut self) -> Value {
        let mut frame = self.next().await.expect("the stream has ended");
        assert_eq!(frame.event, "next");
        assert_eq!(frame.data.get("errors"), None, "{:#}", frame.data);
        frame.data["data"].take()
    }
}

fn read(block: &str) -> Option<Frame> {
    let field = |name: &str| {
        let mut lines = block.lines();
        lines.find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(": ")?.to_owned()))
    };
    let event = field("event")?;
    let data = field("data").unwrap_or_default();
    let data = if data.is_empty() {
        Value::Null
    } else {
        let data: Value = serde_json::from_str(&data).unwrap();
        // Where one stream serves several operations, the answer is what it carries.
        assert_errors_name_their_request(data.get("payload").unwrap_or(&data));
        data
    };
    Some(Frame { event, data })
}
