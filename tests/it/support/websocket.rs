use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::client::assert_errors_name_their_request;
use super::{Client, Served, canary};

/// Longer than anything takes that a test waits for.
const PATIENCE: Duration = Duration::from_secs(20);

/// A client of the graphql-transport-ws protocol that says what a test tells it to.
pub struct WebSocket(WebSocketStream<TcpStream>);

/// What a server says.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    Message(Value),
    /// It has ended the connection, with this code and reason.
    Closed(u16, String),
    /// It is gone.
    Gone,
}

impl WebSocket {
    /// Connects, with these headers besides those of WebSocket; the status of a refusal.
    pub async fn connect(server: &Served, headers: &[(&'static str, &str)]) -> Result<Self, u16> {
        let url = format!("ws://{}/graphql/ws", server.address);
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(server.address).await.unwrap();
        match client_async(request, stream).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Connects as clients do.
    pub async fn open(server: &Served) -> Self {
        let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
        Self::connect(server, &[protocol]).await.unwrap()
    }

    /// Connects and says who it is: the same as that client.
    pub async fn begin(server: &Served, client: &Client) -> Self {
        let mut socket = Self::open(server).await;
        let payload = json!({ "authorization": client.bearer() });
        let payload = client.bearer().map_or(json!({}), |_| payload);
        socket
            .say(json!({ "type": "connection_init", "payload": payload }))
            .await;
        assert_eq!(
            socket.hear().await,
            Heard::Message(json!({ "type": "connection_ack" }))
        );
        socket
    }

    pub async fn say(&mut self, message: Value) {
        self.say_text(&message.to_string()).await;
    }

    pub async fn say_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    pub async fn say_bytes(&mut self, bytes: &'static [u8]) {
        self.0.send(Message::binary(bytes)).await.unwrap();
    }

    pub async fn subscribe(&mut self, id: &str, query: &str) {
        let payload = json!({ "query": query });
        self.say(json!({ "id": id, "type": "subscribe", "payload": payload }))
            .await;
    }

    /// What the server says next.
    pub async fn hear(&mut self) -> Heard {
        loop {
            let heard = timeout(PATIENCE, self.0.next()).await;
            match heard.expect("nothing happens") {
                Some(Ok(Message::Text(text))) => {
                    canary::look_at("a message", &text);
                    canary::check();
                    let message: Value = serde_json::from_str(&text).unwrap();
                    let payload = &message["payload"];
                    assert_errors_name_their_request(payload);
                    assert_errors_name_their_request(&json!({ "errors": payload }));
                    return Heard::Message(message);
                }
                Some(Ok(Message::Close(frame))) => {
                    let frame = frame.unwrap();
                    return Heard::Closed(frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Heard::Gone,
            }
        }
    }

    /// The next message.
    pub async fn message(&mut self) -> Value {
        match self.hear().await {
            Heard::Message(message) => message,
            other => panic!("{other:?}"),
        }
    }

    /// The code with which the server ends the connection, next of all.
    pub async fn close_code(&mut self) -> u16 {
        match self.hear().await {
            Heard::Closed(code, reason) => {
                assert!(!reason.is_empty() && reason.len() <= 123);
                code
            }
            other => panic!("{other:?}"),
        }
    }
}
