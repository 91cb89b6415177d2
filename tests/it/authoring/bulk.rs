//! What is done with many posts at once is done as with each of them, with all or with none.

use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value, json};

use super::writing::{Desk, payload, refused, row_counts, rows, text, with};

const TRANSITIONS: [&str; 7] = [
    "publishPost",
    "schedulePost",
    "unpublishPost",
    "archivePost",
    "trashPost",
    "restorePost",
    "purgePost",
];

/// What takes a new post to some status.
const WAYS: [&[&str]; 5] = [
    &[],
    &["schedulePost"],
    &["publishPost"],
    &["publishPost", "archivePost"],
    &["trashPost"],
];

fn input(mutation: &str, to: Value) -> Value {
    if mutation.starts_with("schedule") {
        with(to, json!({ "at": "2026-07-01T00:00:00Z" }))
    } else {
        to
    }
}

async fn make(desk: &Desk, ways: &[&[&str]]) -> Vec<Value> {
    let mut ids = Vec::new();
    for way in ways {
        let post = desk.create(json!({})).await;
        for mutation in *way {
            let input = input(mutation, json!({ "id": post["id"] }));
            super::writing::done(&desk.editor, mutation, input).await;
        }
        ids.push(post["id"].clone());
    }
    ids
}

/// How each post stands, whatever it is called.
async fn standings(desk: &Desk) -> Vec<String> {
    let sql = "SELECT status, published_at, unpublish_at, version, draft_version,
        (SELECT count(*) FROM post_authors a WHERE a.post_id = p.id)
        FROM posts p ORDER BY created_at, id";
    rows(&desk.app.database, sql).await
}

/// What is noted in the audit log, whatever the posts are called.
async fn events(desk: &Desk) -> Vec<String> {
    let sql = format!(
        "SELECT action, details FROM audit_events
        WHERE action LIKE 'post.%' AND occurred_at = '{}' ORDER BY action, details::text",
        desk.app.now().to_rfc3339()
    );
    rows(&desk.app.database, &sql).await
}

/// The places at which a mutation of one post is refused, with the reasons.
async fn one_by_one(desk: &Desk, mutation: &str, ids: &[Value]) -> Vec<(usize, String)> {
    let mut refusals = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        let input = input(mutation, json!({ "id": id }));
        let payload = payload(&desk.editor, mutation, input).await;
        if let Some(error) = payload["userErrors"].get(0) {
            refusals.push((index, text(&error["message"])));
        }
    }
    refusals
}

/// The same for all at once.
async fn at_once(desk: &Desk, mutation: &str, ids: &[Value]) -> Vec<(usize, String)> {
    let input = input(mutation, json!({ "ids": ids }));
    let payload = payload(&desk.editor, &format!("{mutation}s"), input).await;
    let errors = payload["userErrors"].as_array().unwrap().iter();
    let refusals = errors.map(|error| {
        let path = error["path"].as_array().unwrap();
        assert_eq!((path.len(), &path[1]), (3, &json!("ids")), "{error}");
        let index = text(&path[2]).parse().unwrap();
        (index, text(&error["message"]))
    });
    let refusals: Vec<_> = refusals.collect();
    assert_eq!(payload["value"].is_null(), !refusals.is_empty());
    refusals
}

async fn assert_alike((single, bulk): &(Desk, Desk), mutation: &str, ways: &[&[&str]]) {
    for desk in [single, bulk] {
        super::writing::run(&desk.app.database, "DELETE FROM posts").await;
        // What is noted from now on is told from what was before by its time.
        desk.app.advance(chrono::TimeDelta::seconds(1));
    }
    let (ids, same) = (make(single, ways).await, make(bulk, ways).await);
    let (before, noted) = (standings(bulk).await, events(bulk).await);
    let refusals = at_once(bulk, mutation, &same).await;
    assert_eq!(one_by_one(single, mutation, &ids).await, refusals);
    if refusals.is_empty() {
        assert_eq!(standings(single).await, standings(bulk).await);
        assert_eq!(events(single).await, events(bulk).await);
    } else {
        assert_eq!(standings(bulk).await, before);
        assert_eq!(events(bulk).await, noted);
    }
}

#[test]
fn all_at_once_comes_out_as_one_by_one() {
    let config = Config {
        cases: 16,
        failure_persistence: None,
        ..Config::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    let desks = runtime.block_on(async { (Desk::new().await, Desk::new().await) });
    let ways = proptest::collection::vec(0..WAYS.len(), 1..4);
    // Half of the time all are alike, so that there are lists of which nothing is refused.
    let ways = (ways, any::<bool>()).prop_map(|(ways, alike)| {
        if alike {
            vec![ways[0]; ways.len()]
        } else {
            ways
        }
    });
    proptest!(config, |(mutation in 0..TRANSITIONS.len(), ways in ways)| {
        let ways: Vec<_> = ways.into_iter().map(|way| WAYS[way]).collect();
        runtime.block_on(assert_alike(&desks, TRANSITIONS[mutation], &ways));
    });
}

#[tokio::test]
async fn one_id_that_is_none_keeps_all_from_being_done() {
    let desk = Desk::new().await;
    let ids = make(&desk, &[&[], &[], &["trashPost"]]).await;
    let gone = ids[2].clone();
    super::writing::done(&desk.editor, "purgePost", json!({ "id": gone })).await;
    for (bad, wanted) in [
        (gone, "INVALID_INPUT input.ids.1"),
        (json!("nonsense"), "INVALID_INPUT input.ids.1"),
        (json!(desk.ana_id), "INVALID_INPUT input.ids.1"),
    ] {
        let before = (row_counts(&desk.app.database).await, standings(&desk).await);
        for mutation in TRANSITIONS {
            let all = json!({ "ids": [ids[0], bad, ids[1]] });
            let many = format!("{mutation}s");
            let errors = refused(&desk.editor, &many, input(mutation, all)).await;
            assert!(
                errors.iter().any(|it| it == wanted),
                "{many} {bad}: {errors:?}"
            );
        }
        let after = (row_counts(&desk.app.database).await, standings(&desk).await);
        assert_eq!(after, before);
    }
}

#[tokio::test]
async fn what_somebody_may_not_move_keeps_all_from_being_moved() {
    let desk = Desk::new().await;
    let (_, ben) = super::writing::author(&desk.app, &desk.editor, "Ben").await;
    let mine = desk.create(json!({ "publish": true })).await;
    let theirs = desk
        .create(json!({ "authors": [ben], "publish": true }))
        .await;
    let hidden = desk.create(json!({ "authors": [ben] })).await;
    let ids = json!({ "ids": [mine["id"], theirs["id"], hidden["id"]] });
    let errors = refused(&desk.ana, "trashPosts", ids).await;
    let wanted = ["INVALID_INPUT input.ids.1", "INVALID_INPUT input.ids.2"];
    assert_eq!(errors, wanted);
    assert_eq!(desk.read(&mine).await["status"], "PUBLISHED");
}

#[tokio::test]
async fn more_than_a_hundred_at_once_are_refused() {
    let desk = Desk::new().await;
    let id = desk.create(json!({})).await["id"].clone();
    let ids = json!({ "ids": vec![id; 101] });
    let errors = refused(&desk.editor, "trashPosts", ids).await;
    assert_eq!(errors, ["INVALID_INPUT input.ids"]);
}

/// What PostgreSQL itself refuses of one post, too.
#[tokio::test]
async fn what_is_wrong_with_each_is_told_though_another_failed_in_the_database() {
    let desk = Desk::new().await;
    let mut ids = Vec::new();
    for slug in ["wanted", "sought"] {
        let post = desk.published(slug).await;
        let taken = format!("{slug}-next");
        desk.update(&post, json!({ "slug": taken })).await;
        // Somebody else takes it before the draft that wants it is published.
        desk.create(json!({ "slug": taken })).await;
        ids.push(post["id"].clone());
    }
    let refused = refused(&desk.editor, "publishPosts", json!({ "ids": ids })).await;
    assert_eq!(
        refused,
        [
            "INVALID_INPUT input.ids.0.slug",
            "INVALID_INPUT input.ids.1.slug",
        ]
    );
}
