//! What is done with a document before it is executed: reading its text, looking a kept one up, binding
//! its variables.

#![expect(
    clippy::expect_used,
    reason = "a measurement, which ends at the first fault"
)]

use std::fmt::Write;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use imprenta::config::{Config, Environment};
use imprenta::graphql::{Documents, Operation, Variables, sdl};
use serde_json::json;

/// The first page of a blog, as a site asks for it.
const LIST: &str = "query Latest($first: Int!, $after: String) {
  posts(first: $first, after: $after) {
    nodes { title slug publishedAt excerpt author { name slug } tags { name slug } }
    pageInfo { endCursor hasNextPage }
  }
}";

fn documents(cache_bytes: &str) -> Documents {
    let settings = Environment::from([("GRAPHQL_DOCUMENT_CACHE_BYTES", cache_bytes)]);
    let config = Config::from_environment(&settings).expect("the settings are right");
    Documents::new(&sdl(), &config.graphql)
}

/// A document with as many fields as a large page of a site asks for.
fn large() -> String {
    let mut text = "query Large {".to_owned();
    for number in 0..16 {
        let _ = write!(
            text,
            " section{number}: posts(first: 2, filter: {{ tag: {{ slug: \"tag-{number}\" }} }}) {{ \
             nodes {{ id title slug publishedAt tags {{ name }} author {{ name slug }} }} }}"
        );
    }
    text.push('}');
    text
}

fn reading(criterion: &mut Criterion) {
    let (forgetful, keeping) = (documents("0"), documents("8388608"));
    let mut group = criterion.benchmark_group("document");
    let texts = [("list", LIST.to_owned()), ("large", large())];
    for (name, text) in &texts {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(
            BenchmarkId::new("parse and check", name),
            text,
            |bencher, text| {
                bencher.iter(|| forgetful.read(black_box(text)).expect("it is valid"));
            },
        );
        group.bench_with_input(BenchmarkId::new("look up", name), text, |bencher, text| {
            bencher.iter(|| keeping.read(black_box(text)).expect("it is valid"));
        });
    }
    group.bench_function("bind and price", |bencher| {
        let variables = json!({ "first": 20, "after": "a cursor" });
        bencher.iter(|| {
            let variables = Variables::from_json(black_box(variables.clone()));
            Operation::read(&keeping, LIST, None, variables).expect("it is valid")
        });
    });
    group.finish();
}

/// What the limits turn away before the engine sees it.
fn refusing(criterion: &mut Criterion) {
    let documents = documents("0");
    let mut bomb = "query { ...f0 }".to_owned();
    for number in 0..50 {
        let next = number + 1;
        let _ = write!(
            bomb,
            " fragment f{number} on Query {{ ...f{next} ...f{next} }}"
        );
    }
    bomb.push_str(" fragment f50 on Query { __typename }");
    let nest = format!("{{ posts(first: {}", "[".repeat(100_000));
    let mut group = criterion.benchmark_group("refuse");
    for (name, text) in [("nested spreads", bomb), ("100,000 brackets", nest)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                documents
                    .read(black_box(&text))
                    .expect_err("it is too much")
            });
        });
    }
    group.finish();
}

criterion_group!(benches, reading, refusing);
criterion_main!(benches);
