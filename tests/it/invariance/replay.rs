//! Asks, and compares what comes back.

use super::corpus::{Corpus, Operation, Request};
use crate::support::{Answer, Client, TestApp};

/// Headers that differ between any two answers.
const OF_THE_REQUEST: [&str; 3] = ["date", "x-request-id", "set-cookie"];

/// All that a viewer can observe of an answer, and how many statements it took.
#[derive(Debug, PartialEq, Eq)]
pub struct Reply {
    pub statements: u64,
    pub head: String,
    pub body: String,
}

pub async fn ask(app: &TestApp, client: &Client, operation: &Operation) -> Reply {
    let (statements, answer) = app.statements_of(send(client, operation)).await;
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| !OF_THE_REQUEST.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort_unstable();
    let reply = Reply {
        statements,
        head: format!("{} {}", answer.status, headers.join(", ")),
        body: body(&answer),
    };
    // What is kept is nothing else, when it is made and when it is given again.
    for _ in 0..2 {
        if client.bearer().is_none() {
            assert_eq!(body(&send(client, operation).await), reply.body);
        }
    }
    reply
}

async fn send(client: &Client, operation: &Operation) -> Answer {
    match &operation.request {
        Request::Graphql(document) => client.graphql(document, serde_json::Value::Null).await,
        Request::Get(path) => client.get(path).await,
    }
}

fn body(answer: &Answer) -> String {
    // Errors have it, too.
    let id = answer.header("x-request-id");
    answer.text().replace(id, "…")
}

/// The replies to all that can be asked.
pub async fn replay(app: &TestApp, client: &Client, corpus: &Corpus) -> Vec<Reply> {
    let mut replies = Vec::new();
    for operation in &corpus.operations {
        replies.push(ask(app, client, operation).await);
    }
    replies
}

/// Shows the first difference of two replies.
pub fn difference(before: &Reply, after: &Reply) -> String {
    if before.body != after.body {
        let pairs = before.body.bytes().zip(after.body.bytes());
        let place = pairs.take_while(|(a, b)| a == b).count();
        let cut = |text: &str| {
            let bytes = &text.as_bytes()[place.saturating_sub(60)..text.len().min(place + 100)];
            String::from_utf8_lossy(bytes).into_owned()
        };
        return format!(
            "at byte {place}\n  before …{}…\n  after  …{}…",
            cut(&before.body),
            cut(&after.body)
        );
    }
    if before.head != after.head {
        return format!("{} before, {} after", before.head, after.head);
    }
    format!(
        "{} statements before, {} after",
        before.statements, after.statements
    )
}
