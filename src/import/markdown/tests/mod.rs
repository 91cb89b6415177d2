//! Tests on small files in every dialect.

mod dialects;
mod failures;
mod properties;
mod skipping;
mod values;
mod walking;

use super::{Outcome, ParsedPost, parse};

/// The post a file holds, or a failed test.
fn post(relative: &str, text: &str) -> ParsedPost {
    match parse(relative, text.as_bytes()) {
        Outcome::Post(post) => post,
        other => panic!("{relative}: {other:?}\n{text}"),
    }
}

/// Line and reason of a failure, or a failed test.
fn failure(relative: &str, bytes: &[u8]) -> (u32, String) {
    match parse(relative, bytes) {
        Outcome::Failed { line, reason } => (line, reason),
        other => panic!("{relative}: {other:?}"),
    }
}

fn published(relative: &str, text: &str) -> Option<String> {
    post(relative, text).published_at.map(|at| at.to_rfc3339())
}
