//! All of a query sees one state of the database.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::writing::{Desk, with};

/// Gives both posts another title again and again, both in one transaction each time.
async fn flip(desk: &Desk, over: &AtomicBool) {
    let writer = desk.app.database.connect().await;
    let mut round = 0;
    while !over.load(Ordering::Relaxed) {
        round += 1;
        let sql = format!(
            "BEGIN;
            UPDATE posts SET title = 'Round {round}' WHERE slug = 'one';
            UPDATE posts SET title = 'Round {round}' WHERE slug = 'two';
            COMMIT"
        );
        writer.batch_execute(&sql).await.unwrap();
    }
    assert!(round > 10, "the writer wrote {round} times");
}

/// All titles that an answer tells.
fn titles(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(title) if name == "title" => found.push(title.clone()),
                    value => titles(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| titles(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn a_query_never_sees_half_of_what_a_writer_does() {
    let desk = Desk::new().await;
    for slug in ["one", "two"] {
        let fields = json!({ "title": "Begun", "slug": slug, "path": format!("/{slug}") });
        desk.create(with(fields, json!({ "publish": true }))).await;
    }
    let query = r#"{
        one: post(by: { slug: "one" }) { title }
        list: posts(orderBy: { field: CREATED_AT, direction: ASC }) { nodes {
            title author { posts { nodes { title } } } } }
        there: route(path: "/two") { ... on Post { title } }
        two: post(by: { slug: "two" }) { title }
    }"#;
    let (over, visitor) = (AtomicBool::new(false), desk.app.anonymous());
    let read = async {
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..100 {
            let data = visitor.query(query).await;
            let mut found = Vec::new();
            titles(&data, &mut found);
            assert_eq!(found.len(), 9);
            assert!(found.iter().all(|title| *title == found[0]), "{data}");
            seen.insert(found.swap_remove(0));
        }
        over.store(true, Ordering::Relaxed);
        assert!(
            seen.len() > 5,
            "the writer wrote beside the reads: {seen:?}"
        );
    };
    tokio::join!(read, flip(&desk, &over));
}
