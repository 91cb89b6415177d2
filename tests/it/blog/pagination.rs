//! The laws of pagination: whatever the list, its order and the size of its pages, walking them
//! visits every row once.

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::{Client, TestApp, post};

const FORWARD: &str = "query($n: Int, $cursor: String, $order: PostOrder, $filter: PostFilter) {
    posts(first: $n, after: $cursor, orderBy: $order, filter: $filter) {
        edges { cursor node { slug } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
}";
const BACKWARD: &str = "query($n: Int, $cursor: String, $order: PostOrder, $filter: PostFilter) {
    posts(last: $n, before: $cursor, orderBy: $order, filter: $filter) {
        edges { cursor node { slug } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
}";

/// Which list to walk.
struct List {
    order: Value,
    filter: Value,
}

async fn page(
    client: &Client,
    list: &List,
    query: &str,
    size: usize,
    cursor: Option<&str>,
) -> Value {
    let variables =
        json!({ "n": size, "cursor": cursor, "order": list.order, "filter": list.filter });
    // Nobody reads more than the page for a client who does not ask whether there is more.
    let alone = query.replace("hasNextPage hasPreviousPage ", "");
    let alone = client.query_with(&alone, variables.clone()).await["posts"].take();
    let page = client.query_with(query, variables).await["posts"].take();
    assert_eq!(alone["edges"], page["edges"]);
    assert_eq!(
        alone["pageInfo"]["endCursor"],
        page["pageInfo"]["endCursor"]
    );
    page
}

fn slugs(page: &Value) -> Vec<String> {
    let edges = page["edges"].as_array().unwrap().iter();
    edges
        .map(|edge| edge["node"]["slug"].as_str().unwrap().to_owned())
        .collect()
}

/// Every slug of a list, by walking its pages from the start.
async fn walk_forward(client: &Client, list: &List, size: usize) -> Vec<String> {
    let mut seen = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = page(client, list, FORWARD, size, cursor.as_deref()).await;
        let slugs = slugs(&page);
        assert_eq!(page["pageInfo"]["hasPreviousPage"], json!(cursor.is_some()));
        assert_eq!(page["pageInfo"]["startCursor"], page["edges"][0]["cursor"]);
        seen.extend(slugs);
        if page["pageInfo"]["hasNextPage"] == false {
            return seen;
        }
        cursor = page["pageInfo"]["endCursor"].as_str().map(str::to_owned);
    }
}

/// Every slug of a list, by walking its pages from the end.
async fn walk_backward(client: &Client, list: &List, size: usize) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = page(client, list, BACKWARD, size, cursor.as_deref()).await;
        seen.splice(0..0, slugs(&page));
        if page["pageInfo"]["hasPreviousPage"] == false {
            return seen;
        }
        cursor = page["pageInfo"]["startCursor"].as_str().map(str::to_owned);
    }
}

/// Posts of which many share a time, a title, an author or a tag.
fn posts() -> impl Strategy<Value = Vec<(u8, u8, bool, bool)>> {
    prop::collection::vec((0..4_u8, 0..3_u8, any::<bool>(), any::<bool>()), 0..25)
}

async fn blog(posts: &[(u8, u8, bool, bool)]) -> TestApp {
    let app = TestApp::new().await;
    let builders = posts
        .iter()
        .enumerate()
        .map(|(n, (day, title, two, tagged))| {
            let time = format!("2026-03-0{}T00:00:00.000001Z", day + 1);
            let names: &[&str] = if *two { &["Ana", "Ben"] } else { &["Ana"] };
            let post = post(&format!("p{n}"))
                .title(["Égalité", "egal", "Zoo"][usize::from(*title)])
                .published(&time)
                .updated(&time)
                .authors(names);
            if *tagged { post.tag("T") } else { post }
        });
    app.import(builders).await;
    app
}

#[test]
fn walking_pages_visits_every_row_once_in_both_directions() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let orders = ["PUBLISHED_AT", "CREATED_AT", "UPDATED_AT", "TITLE"];
    let filters = [
        json!(null),
        json!({ "author": { "slug": "ben" } }),
        json!({ "tag": { "slug": "t" } }),
        json!({ "author": { "slug": "ben" }, "tag": { "slug": "t" } }),
    ];
    let cases = (posts(), 1..8_usize, 0..4_usize, any::<bool>());
    let config = Config {
        cases: 10,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&cases, |(posts, size, order, descending)| {
            runtime.block_on(async {
                let app = blog(&posts).await;
                let client = app.anonymous();
                for filter in &filters {
                    let direction = if descending { "DESC" } else { "ASC" };
                    let order = json!({ "field": orders[order], "direction": direction });
                    let list = List {
                        order,
                        filter: filter.clone(),
                    };
                    let whole = slugs(&page(&client, &list, FORWARD, 100, None).await);
                    let matching = |(_, _, two, tagged): &&(u8, u8, bool, bool)| {
                        (filter.get("author").is_none() || *two)
                            && (filter.get("tag").is_none() || *tagged)
                    };
                    prop_assert_eq!(whole.len(), posts.iter().filter(matching).count());
                    prop_assert_eq!(&walk_forward(&client, &list, size).await, &whole);
                    prop_assert_eq!(&walk_backward(&client, &list, size).await, &whole);
                }
                Ok(())
            })
        })
        .unwrap();
}

#[tokio::test]
async fn rows_inserted_meanwhile_neither_repeat_nor_hide_others() {
    let app = TestApp::new().await;
    let old: Vec<String> = (0..12).map(|n| format!("old{n}")).collect();
    app.import(old.iter().map(|slug| post(slug))).await;
    let client = app.anonymous();
    let list = List {
        order: json!(null),
        filter: json!(null),
    };
    let inserted = AtomicUsize::new(0);
    let mut seen = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = page(&client, &list, FORWARD, 3, cursor.as_deref()).await;
        seen.extend(slugs(&page));
        // One that sorts before everything, one that sorts after, one among them.
        let times = [
            "2026-05-30T00:00:00Z",
            "2020-01-01T00:00:00Z",
            "2026-05-01T00:00:00Z",
        ];
        app.import(times.map(|time| {
            let n = inserted.fetch_add(1, Ordering::Relaxed);
            post(&format!("new{n}")).published(time)
        }))
        .await;
        cursor = page["pageInfo"]["endCursor"].as_str().map(str::to_owned);
        if page["pageInfo"]["hasNextPage"] == false || seen.len() > 60 {
            break;
        }
        // Newcomers at the end would make the walk endless: it ends with the last old one.
        if old.iter().all(|slug| seen.contains(slug)) {
            break;
        }
    }
    for slug in &old {
        let visits = seen.iter().filter(|seen| *seen == slug).count();
        assert_eq!(visits, 1, "{slug} in {seen:?}");
    }
    let mut distinct = seen.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), seen.len(), "{seen:?}");
}
