//! Asks, and compares what comes back.

use super::corpus::{Corpus, Operation, Request};
use crate::support::{Client, TestApp};

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
    let answer = async {
        match &operation.request {
            Request::Graphql(document) => client.graphql(document, serde_json::Value::Null).await,
            Request::Get(path) => client.get(path).await,
        }
    };
    let (statements, answer) = app.statements_of(answer).await;
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| !OF_THE_REQUEST.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort_unstable();
    // Errors have it, too.
    let id = answer.header("x-request-id");
    Reply {
        statements,
        head: format!("{} {}", answer.status, headers.join(", ")),
        body: answer.text().replace(id, "…"),
    }
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
