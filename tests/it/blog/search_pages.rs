//! Pages of what a search finds.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use super::search::{SEARCH, app};
use crate::support::{Client, TestApp, post};

const FORWARD: &str = "query($text: String!, $n: Int, $cursor: String) {
    posts(search: $text, first: $n, after: $cursor) {
        edges { cursor node { slug } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
}";
const BACKWARD: &str = "query($text: String!, $n: Int, $cursor: String) {
    posts(search: $text, last: $n, before: $cursor) {
        edges { cursor node { slug } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
}";

/// Every slug, by walking pages of some size from one end.
async fn walk(client: &Client, text: &str, is_forward: bool, size: usize) -> Vec<String> {
    let (query, more, end) = if is_forward {
        (FORWARD, "hasNextPage", "endCursor")
    } else {
        (BACKWARD, "hasPreviousPage", "startCursor")
    };
    let mut seen = Vec::new();
    let mut cursor = json!(null);
    loop {
        let variables = json!({ "text": text, "n": size, "cursor": cursor });
        let mut page = client.query_with(query, variables).await["posts"].take();
        let edges = page["edges"].as_array().unwrap().iter();
        let slugs: Vec<_> = edges
            .map(|edge| edge["node"]["slug"].as_str().unwrap().to_owned())
            .collect();
        let at = if is_forward { seen.len() } else { 0 };
        seen.splice(at..at, slugs);
        if page["pageInfo"][more] == false {
            return seen;
        }
        cursor = page["pageInfo"][end].take();
    }
}

const TEXTS: [&str; 4] = [
    "granite silverware",
    "copper",
    "x",
    "x\n\n# Silver copper\n\ngranite",
];

/// Of 700 posts the oldest 300 hold what is looked for, in every seventh, so that a page has to look
/// further than at the newest; and the newest 50 hold it, too.
const MANY: &str = "
    INSERT INTO posts (id, slug, path, title, content, excerpt, word_count, status, published_at, created_at, updated_at)
    SELECT lpad(n::text, 32, '0')::uuid, 'p' || n, '/p' || n, 'Title',
           CASE WHEN n % 7 = 0 AND (n < 300 OR n > 650) THEN 'A silver copper needle.' ELSE 'A copper silver pin.' END,
           'x', 4, 'published', '2026-01-01', '2026-01-01', '2026-01-01'
      FROM generate_series(1, 700) AS n";

#[tokio::test]
async fn what_is_far_from_either_end_is_found_in_order() {
    let app = TestApp::new().await;
    let connection = app.database.connect().await;
    connection.batch_execute(MANY).await.unwrap();
    let client = app.anonymous();
    let numbers = (1..=700)
        .rev()
        .filter(|n| n % 7 == 0 && (*n < 300 || *n > 650));
    let expected: Vec<_> = numbers.map(|n| format!("p{n}")).collect();
    for text in ["needle", "\"silver copper\"", "silver -pin"] {
        for size in [4, 20] {
            for is_forward in [true, false] {
                let found = walk(&client, text, is_forward, size).await;
                assert_eq!(found, expected, "{text}, {size}, {is_forward}");
            }
        }
    }
}

#[test]
fn walking_pages_visits_every_hit_once_in_both_directions() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let words = ["granite", "silver", "copper", "other"];
    // Which words are in the title, the excerpt and the text: many posts have the same rank.
    let posts = prop::collection::vec((0..4_usize, 0..4_usize, 0..4_usize), 0..25);
    let config = Config {
        cases: 10,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&(posts, 1..8_usize), |(posts, size)| {
            runtime.block_on(async {
                let posts = posts.iter().enumerate().map(|(n, (title, excerpt, text))| {
                    post(&format!("p{n}"))
                        .title(words[*title])
                        .summary(words[*excerpt])
                        .content(TEXTS[*text])
                });
                let app = app(posts).await;
                let client = app.anonymous();
                for text in ["granite silver* or copper", "silver copper"] {
                    let whole = walk(&client, text, true, 100).await;
                    let data = client.query_with(SEARCH, json!({ "search": text })).await;
                    prop_assert_eq!(&data["posts"]["totalCount"], whole.len());
                    prop_assert_eq!(&walk(&client, text, true, size).await, &whole);
                    prop_assert_eq!(&walk(&client, text, false, size).await, &whole);
                }
                Ok(())
            })
        })
        .unwrap();
}
