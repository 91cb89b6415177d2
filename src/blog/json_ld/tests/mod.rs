//! Tests of what search engines are told.

mod content;
mod properties;
mod vocabulary;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Described, Question, Site, Writer, json_ld};

pub(super) fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(super) fn site() -> Site {
    Site {
        name: "Ana & Co.".to_owned(),
        url: Some("https://www.example.org".to_owned()),
    }
}

/// A post with everything that a post can have.
pub(super) fn full() -> Described<'static> {
    let ana = Writer {
        name: "Ana",
        slug: Some("ana"),
        bio: "Writes.",
        avatar_url: Some("https://www.example.org/ana.png"),
    };
    let guest = Writer {
        name: "Guest",
        slug: None,
        bio: "",
        avatar_url: None,
    };
    Described {
        path: "/blog/über uns",
        canonical_url: None,
        title: "About <us>",
        description: Some("Who we are"),
        published_at: Some(time("2026-05-01T10:00:00.5+02:00")),
        updated_at: time("2026-06-01T12:00:00Z"),
        authors: vec![ana, guest],
        tags: vec!["Rust", "Teams"],
        word_count: 321,
        locale: Some("de-AT"),
        faq: vec![Question {
            question: "Why?",
            answer: "Because <b>we</b> can.",
        }],
    }
}

/// A post with no more than a post must have.
pub(super) fn bare() -> Described<'static> {
    Described {
        description: None,
        published_at: None,
        authors: Vec::new(),
        tags: Vec::new(),
        locale: None,
        faq: Vec::new(),
        ..full()
    }
}

pub(super) fn parsed(site: &Site, post: &Described<'_>) -> Value {
    serde_json::from_str(&json_ld(site, post)).unwrap()
}

/// The one thing of a type in the graph.
pub(super) fn of_type(graph: &Value, name: &str) -> Value {
    let things = graph["@graph"].as_array().unwrap();
    let mut found = things.iter().filter(|thing| thing["@type"] == name);
    found.next().cloned().unwrap_or_default()
}
