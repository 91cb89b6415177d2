use std::collections::HashMap;

use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use crate::http::graphql::GraphqlRequest;
use crate::http::subscriptions::events::{Asker, Event};

/// Messages that wait for the client to take them: it is for the operations to wait then.
const WAITING: usize = 4;

/// The operations under way on one connection. They end with it.
pub(super) struct Operations {
    tasks: JoinSet<()>,
    running: HashMap<String, (u64, AbortHandle)>,
    begun: u64,
    sender: mpsc::Sender<Said>,
    receiver: mpsc::Receiver<Said>,
}

/// What an operation says.
struct Said {
    id: String,
    /// Which of those with that id.
    number: u64,
    /// `None`: it is complete.
    event: Option<Event>,
}

impl Operations {
    pub(super) fn new() -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        Self {
            tasks: JoinSet::new(),
            running: HashMap::new(),
            begun: 0,
            sender,
            receiver,
        }
    }

    pub(super) fn count(&self) -> usize {
        self.running.len()
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.running.contains_key(id)
    }

    /// Begins an operation.
    pub(super) fn begin(&mut self, id: String, asker: Asker, request: GraphqlRequest) {
        self.begun += 1;
        let (number, sender, name) = (self.begun, self.sender.clone(), id.clone());
        let task = self.tasks.spawn(async move {
            let say = async |event| {
                let id = name.clone();
                let said = Said { id, number, event };
                sender.send(said).await.is_ok()
            };
            let mut events = asker.ask(asker.read(request)).await;
            while let Some(event) = events.next().await {
                let is_refusal = matches!(event, Event::Refused(_));
                // An error is the last message of its operation.
                if !say(Some(event)).await || is_refusal {
                    return;
                }
            }
            say(None).await;
        });
        self.running.insert(id, (number, task));
    }

    /// Ends an operation, if it is still under way.
    pub(super) fn end(&mut self, id: &str) {
        if let Some((_, task)) = self.running.remove(id) {
            task.abort();
        }
        // What is over leaves nothing behind.
        while self.tasks.try_join_next().is_some() {}
    }

    /// The next message for the client.
    pub(super) async fn next(&mut self) -> String {
        loop {
            // Never closed: a sender is kept here.
            let Some(said) = self.receiver.recv().await else {
                return std::future::pending().await;
            };
            let is_running = self.running.get(&said.id);
            if is_running.is_none_or(|(number, _)| *number != said.number) {
                continue;
            }
            if !matches!(said.event, Some(Event::Next(_))) {
                self.end(&said.id);
            }
            return said.message();
        }
    }
}

impl Said {
    fn message(&self) -> String {
        let id = serde_json::Value::from(self.id.as_str());
        match &self.event {
            Some(Event::Next(answer)) => {
                format!(r#"{{"id":{id},"type":"next","payload":{answer}}}"#)
            }
            Some(Event::Refused(errors)) => {
                format!(r#"{{"id":{id},"type":"error","payload":{errors}}}"#)
            }
            None => format!(r#"{{"id":{id},"type":"complete"}}"#),
        }
    }
}
