//! What is done for an answer beside making it: telling its request from others, and writing it.

use std::hint::black_box;

use async_graphql::{Response, Value};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use imprenta::graphql::Variables;
use imprenta::response_cache::Key;
use serde_json::json;

/// The first page of a blog, as a site asks for it.
const LIST: &str = "query Latest($first: Int!, $after: String) {
  posts(first: $first, after: $after) {
    nodes { title slug publishedAt excerpt author { name slug } tags { name slug } }
    pageInfo { endCursor hasNextPage }
  }
}";

fn key(criterion: &mut Criterion) {
    let variables = Variables::from_json(json!({ "first": 20, "after": "a cursor" }));
    let parts = ("application/json", LIST, Some("Latest"), &variables, false);
    criterion.bench_function("cache key", |bencher| {
        bencher.iter(|| Key::of(black_box(&parts)));
    });
}

/// The answer to it, with twenty posts.
fn answer() -> Response {
    let post = |number: u32| {
        json!({
            "title": format!("The title of post {number}"),
            "slug": format!("the-title-of-post-{number}"),
            "publishedAt": "2026-01-02T03:04:05Z",
            "excerpt": "Some words of its beginning, \"quoted\", up to a full stop. ".repeat(3),
            "author": { "name": "Ana Núñez", "slug": "ana-nunez" },
            "tags": [{ "name": "Rust", "slug": "rust" }, { "name": "Web", "slug": "web" }],
        })
    };
    let posts: Vec<_> = (0..20).map(post).collect();
    let page = json!({ "endCursor": "a cursor", "hasNextPage": true });
    let data = json!({ "posts": { "nodes": posts, "pageInfo": page } });
    Response::new(Value::from_json(data).unwrap_or_default())
}

fn writing(criterion: &mut Criterion) {
    let answer = answer();
    let length = serde_json::to_vec(&answer).unwrap_or_default().len();
    let mut group = criterion.benchmark_group("answer of 20 posts");
    group.throughput(Throughput::Bytes(length as u64));
    group.bench_function("write", |bencher| {
        bencher.iter(|| serde_json::to_vec(black_box(&answer)));
    });
    group.finish();
}

criterion_group!(benches, key, writing);
criterion_main!(benches);
