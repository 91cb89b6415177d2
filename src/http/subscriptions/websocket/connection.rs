use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use serde_json::{Map, Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};

use super::close::Close;
use super::message::ClientMessage;
use super::operations::Operations;
use crate::accounts::WatchedAccess;
use crate::error::Error;
use crate::http::authentication;
use crate::http::graphql::GraphqlRequest;
use crate::http::subscriptions::admission::Admitted;
use crate::http::subscriptions::events::Asker;

/// How long a client may take to say `connection_init`.
const INITIALISATION: Duration = Duration::from_secs(5);
/// How often a client is asked whether it is still there.
const PING_EVERY: Duration = Duration::from_secs(25);
/// How long a client may say nothing, pongs included.
const SILENCE: Duration = Duration::from_mins(1);
/// How long a client may take to make room for a message.
const SENDING: Duration = Duration::from_secs(10);
/// How long it may take to be told that the connection ends.
const CLOSING: Duration = Duration::from_secs(5);

/// A connection of the graphql-transport-ws protocol.
pub(super) struct Connection {
    socket: WebSocket,
    asker: Asker,
    admitted: Admitted,
    access: WatchedAccess,
    /// When the access token of `connection_init` or of the handshake ends.
    access_ends: Option<Instant>,
    is_initialised: bool,
    operations: Operations,
    heard: Instant,
}

impl Connection {
    pub(super) fn new(socket: WebSocket, asker: Asker, admitted: Admitted) -> Self {
        let accounts = &asker.state.app.accounts;
        Self {
            access: accounts.access.watch(&asker.viewer),
            access_ends: asker.ends,
            socket,
            asker,
            admitted,
            is_initialised: false,
            operations: Operations::new(),
            heard: Instant::now(),
        }
    }

    /// Speaks with the client until one of both ends it.
    pub(super) async fn run(mut self) {
        match self.speak().await {
            Err(Some(close)) => self.close(close).await,
            // What the client has ended is ended from here, too (RFC 6455, section 5.5.1).
            _ => self.hear_out().await,
        }
    }

    pub(super) async fn refuse_subprotocol(mut self) {
        self.close(Close::SubprotocolNotAcceptable).await;
    }

    /// Ends with what to tell the client, if there still is one.
    async fn speak(&mut self) -> Result<(), Option<Close>> {
        let mut stopping = self.asker.state.app.stopping();
        let mut pings = interval(PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        pings.reset();
        let initialisation = Instant::now() + INITIALISATION;
        loop {
            let far = Instant::now() + Duration::from_hours(24);
            tokio::select! {
                received = self.socket.recv() => {
                    let Some(Ok(message)) = received else { return Err(None) };
                    self.heard = Instant::now();
                    self.receive(message).await?;
                }
                message = self.operations.next() => self.send(message).await?,
                () = sleep_until(initialisation), if !self.is_initialised => {
                    return Err(Some(Close::InitialisationTimeout));
                }
                () = sleep_until(self.access_ends.unwrap_or(far)), if self.access_ends.is_some() => {
                    return Err(Some(Close::Forbidden("The access token has ended")));
                }
                () = self.access.lost() => {
                    return Err(Some(Close::Forbidden("The access has ended")));
                }
                _ = pings.tick() => {
                    if self.heard.elapsed() > SILENCE {
                        return Err(Some(Close::TooSlow));
                    }
                    self.deliver(Message::Ping(Vec::new().into())).await?;
                }
                () = stopping.begun() => return Err(Some(Close::GoingAway)),
            }
        }
    }

    async fn receive(&mut self, message: Message) -> Result<(), Option<Close>> {
        match message {
            Message::Text(text) => self.answer(ClientMessage::read(&text)?).await,
            Message::Binary(_) => Err(Some(Close::BadRequest("A message is not text"))),
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Close(_) => Err(None),
        }
    }

    async fn answer(&mut self, message: ClientMessage) -> Result<(), Option<Close>> {
        match message {
            ClientMessage::ConnectionInit(_) if self.is_initialised => {
                Err(Some(Close::TooManyInitialisationRequests))
            }
            ClientMessage::ConnectionInit(payload) => {
                self.initialise(&payload).await?;
                self.send(r#"{"type":"connection_ack"}"#.to_owned()).await
            }
            ClientMessage::Ping(payload) => {
                let mut pong = json!({ "type": "pong" });
                if let Some(payload) = payload {
                    pong["payload"] = payload;
                }
                self.send(pong.to_string()).await
            }
            ClientMessage::Pong => Ok(()),
            ClientMessage::Subscribe { .. } if !self.is_initialised => {
                Err(Some(Close::Unauthorized))
            }
            ClientMessage::Subscribe { id, payload } => Ok(self.subscribe(id, payload)?),
            ClientMessage::Complete { id } => {
                self.operations.end(&id);
                Ok(())
            }
        }
    }

    /// Finds out who it is, if the client says so: by the header of an ordinary request.
    async fn initialise(&mut self, payload: &Map<String, Value>) -> Result<(), Option<Close>> {
        let asker = &mut self.asker;
        let origin = asker.viewer.origin.clone();
        let app = &asker.state.app;
        match authentication::of_payload(app, payload, origin).await {
            Ok(None) => {}
            Ok(Some((viewer, ends))) => {
                self.access = app.accounts.access.watch(&viewer);
                self.access_ends = ends;
                asker.viewer = viewer;
            }
            Err(Error::Unauthenticated(_)) => {
                return Err(Some(Close::Forbidden("The credentials are not valid")));
            }
            Err(_) => return Err(Some(Close::Unavailable)),
        }
        let admission = &asker.state.admission;
        if admission.user(&mut self.admitted, &asker.viewer).is_err() {
            return Err(Some(Close::Forbidden(
                "Too many subscriptions of this user",
            )));
        }
        self.is_initialised = true;
        Ok(())
    }

    fn subscribe(&mut self, id: String, payload: Map<String, Value>) -> Result<(), Close> {
        if self.operations.has(&id) {
            return Err(Close::SubscriberAlreadyExists);
        }
        if self.operations.count() >= self.asker.state.admission.operations() {
            return Err(Close::TooManyOperations);
        }
        let request = GraphqlRequest::from_parameters(payload).map_err(|_| {
            Close::BadRequest("The payload of `subscribe` is not a GraphQL request")
        })?;
        self.operations.begin(id, self.asker.clone(), request);
        Ok(())
    }

    async fn send(&mut self, text: String) -> Result<(), Option<Close>> {
        self.deliver(Message::Text(text.into())).await
    }

    async fn deliver(&mut self, message: Message) -> Result<(), Option<Close>> {
        match timeout(SENDING, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(None),
            Err(_) => Err(Some(Close::TooSlow)),
        }
    }

    /// Says why, and waits a moment for the client to hear it.
    async fn close(&mut self, close: Close) {
        tracing::debug!(?close, "ending a subscriptions connection");
        let frame = Message::Close(Some(close.frame()));
        // Whoever does not listen is cut off.
        if let Ok(Ok(())) = timeout(CLOSING, self.socket.send(frame)).await {
            self.hear_out().await;
        }
    }

    /// Until the other end has closed it, too.
    async fn hear_out(&mut self) {
        let ending = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        let _ = timeout(CLOSING, ending).await;
    }
}
