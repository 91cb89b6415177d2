//! Ten editors at one post.

use std::collections::BTreeSet;

use imprenta::accounts::model::Role;
use serde_json::{Value, json};

use super::writing::{Desk, head, payload, seen_by, text};
use crate::support::{Client, TestApp};

const EDITORS: usize = 10;
const SAVES: usize = 10;

/// The text with a line more: half of the editors write below a heading of their own, which is
/// merged; the others all at the end, which is a conflict.
fn with_line(content: &str, editor: usize, line: &str) -> String {
    if editor.is_multiple_of(2) {
        let heading = format!("# {editor}\n");
        content.replace(&heading, &format!("{heading}{line}\n"))
    } else {
        format!("{content}{line}\n")
    }
}

/// Saves a line until it is accepted; how often it was a conflict.
async fn save(client: &Client, post: &Value, editor: usize, line: &str) -> usize {
    let read = seen_by(client, post).await;
    let draft = &read["draft"]["content"];
    let content = draft.as_str().or(read["content"].as_str()).unwrap();
    let (mut content, mut version) = (content.to_owned(), json!(head(&read)));
    for conflicts in 0.. {
        let input = json!({
            "id": post["id"], "expectedVersion": version,
            "content": with_line(&content, editor, line), "note": line,
        });
        let payload = payload(client, "updatePost", input).await;
        let Some(error) = payload["userErrors"].get(0) else {
            return conflicts;
        };
        assert_eq!(error["code"], "CONFLICT", "{error}");
        content = text(&error["current"]);
        version = error["currentVersion"].clone();
    }
    unreachable!("it goes on until it is accepted")
}

async fn write_together(desk: &Desk, post: &Value) -> usize {
    let mut tasks = Vec::new();
    for editor in 0..EDITORS {
        let client = desk.app.person(&format!("e{editor}"), Role::Editor).await;
        let post = post.clone();
        tasks.push(tokio::spawn(async move {
            let mut conflicts = 0;
            for number in 0..SAVES {
                let line = format!("line {editor}.{number}");
                conflicts += save(&client, &post, editor, &line).await;
            }
            conflicts
        }));
    }
    let mut conflicts = 0;
    for task in tasks {
        conflicts += task.await.unwrap();
    }
    conflicts
}

/// Every revision, the oldest first.
async fn all_revisions(client: &Client, post: &Value) -> Vec<Value> {
    let query = "query($id: ID!, $after: String) { post(by: { id: $id }) {
        revisions(first: 50, after: $after) {
            nodes { number intact note content diff { changedFields content } }
            pageInfo { endCursor hasNextPage }
        } } }";
    let (mut revisions, mut after) = (Vec::new(), Value::Null);
    loop {
        let variables = json!({ "id": post["id"], "after": after });
        let data = client.query_with(query, variables).await;
        let page = &data["post"]["revisions"];
        revisions.extend(page["nodes"].as_array().unwrap().iter().cloned());
        if page["pageInfo"]["hasNextPage"] == false {
            revisions.reverse();
            return revisions;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

#[tokio::test]
async fn no_accepted_edit_of_ten_editors_is_lost() {
    // Each waits for nine others, on a busy machine for seconds.
    let patient = [
        ("DATABASE_STATEMENT_TIMEOUT_MS", "0"),
        ("GRAPHQL_TIMEOUT_MS", "600000"),
    ];
    let desk = Desk::at(TestApp::with_settings(patient.into()).await).await;
    let headings = (0..EDITORS).map(|it| format!("# {it}\n\nText of {it}.\n\n"));
    let headings = headings.collect::<Vec<_>>().concat();
    let post = desk
        .create(json!({ "content": headings, "publish": true }))
        .await;
    let conflicts = write_together(&desk, &post).await;
    assert!(conflicts > 0, "they did not meet");
    let newest = desk.read(&post).await;
    let content = text(&newest["draft"]["content"]);
    for editor in 0..EDITORS {
        for number in 0..SAVES {
            let line = format!("line {editor}.{number}");
            let times = content.lines().filter(|it| *it == line).count();
            assert_eq!(times, 1, "{line}");
        }
    }
    let revisions = all_revisions(&desk.editor, &post).await;
    let numbers: Vec<_> = revisions.iter().map(|it| it["number"].as_u64()).collect();
    let wanted: Vec<_> = (1..=1 + EDITORS * SAVES)
        .map(|it| Some(it as u64))
        .collect();
    assert_eq!(numbers, wanted);
    let mut lines: BTreeSet<String> = headings.lines().map(ToOwned::to_owned).collect();
    for revision in &revisions[1..] {
        // Each adds the one line that it says, and takes none away.
        let diff = text(&revision["diff"]["content"]);
        let body = diff
            .lines()
            .filter(|it| !it.starts_with("+++") && !it.starts_with("---"));
        let changes: Vec<_> = body.filter(|it| it.starts_with(['+', '-'])).collect();
        assert_eq!(changes, [format!("+{}", text(&revision["note"]))]);
        assert!(lines.insert(text(&revision["note"])));
        let there: BTreeSet<_> = revision["content"].as_str().unwrap().lines().collect();
        assert!(lines.iter().all(|it| there.contains(it.as_str())));
        assert_eq!(there.len(), lines.len());
        assert_eq!(revision["intact"], true);
        assert_eq!(revision["diff"]["changedFields"], json!(["content"]));
    }
    assert_eq!(revisions.last().unwrap()["content"], content);
}
