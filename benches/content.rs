//! What content costs before and after it is stored: reading a file, deriving its excerpt and word
//! count, rendering it.

use std::fmt::Write;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use imprenta::blog::markdown::{derive, render_html, table_of_contents};
use imprenta::import::markdown::parse;

/// A post of some 5 KB with what posts have: headings, links, lists, a table, code, a footnote.
fn post() -> String {
    let mut text = "+++\ntitle = \"A post\"\ndate = 2026-01-02\nauthors = [\"Ana\", \"Ben\"]\n[taxonomies]\ntags = [\"Rust\", \"Web\"]\n+++\n\n".to_owned();
    for section in 0..8 {
        let _ = write!(
            text,
            "## Section {section}\n\nSome *words* with a [link](https://example.org/{section}), `code` and a note[^{section}]. {}\n\n\
             - one\n- [x] two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```rust\nfn f{section}() {{}}\n```\n\n[^{section}]: The note.\n\n",
            "More words follow here. ".repeat(12),
        );
    }
    text
}

fn content(criterion: &mut Criterion) {
    let post = post();
    let mut group = criterion.benchmark_group("post of 5 KB");
    group.throughput(Throughput::Bytes(post.len() as u64));
    group.bench_function("read a file", |bencher| {
        bencher.iter(|| parse("2026-01-02-a.md", black_box(post.as_bytes())));
    });
    group.bench_function("derive excerpt and words", |bencher| {
        bencher.iter(|| derive(black_box(&post)));
    });
    group.bench_function("render HTML", |bencher| {
        bencher.iter(|| render_html(black_box(&post)));
    });
    group.bench_function("list headings", |bencher| {
        bencher.iter(|| table_of_contents(black_box(&post)));
    });
    group.finish();
}

criterion_group!(benches, content);
criterion_main!(benches);
