//! What search engines are told about a post: JSON-LD in the vocabulary of schema.org.
//!
//! Start with [`json_ld`]. `graph.rs` says which things there are and how they hang together,
//! `address.rs` where they are, `script.rs` writes them so that they can stand in a page.
//! Sources: <https://schema.org/BlogPosting> and the pages of the other types;
//! <https://developers.google.com/search/docs/appearance/structured-data> for what Google needs.

mod address;
mod graph;
mod script;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

/// The site that posts appear on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// What it is called; it is the publisher of its posts, and the first of the breadcrumbs.
    pub name: String,
    /// Where its pages are: scheme and host, no path. Without it addresses are relative to the site.
    pub url: Option<String>,
}

/// What is said of a post.
#[derive(Clone, Debug)]
pub struct Described<'a> {
    /// Where it lives on the site, decoded; begins with a slash.
    pub path: &'a str,
    /// The address it is known by, where that is another than its path's.
    pub canonical_url: Option<&'a str>,
    /// Its title. It is the headline as it is: Google's limit of 110 characters is gone since 2023.
    pub title: &'a str,
    /// A summary in plain text: the description for search engines, else the excerpt.
    pub description: Option<&'a str>,
    /// When it went live.
    pub published_at: Option<DateTime<Utc>>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Who wrote it, in the order of the byline.
    pub authors: Vec<Writer<'a>>,
    /// The names of its tags.
    pub tags: Vec<&'a str>,
    /// Words of its visible text.
    pub word_count: u32,
    /// Its language, as a tag of BCP 47.
    pub locale: Option<&'a str>,
    /// Questions that it answers, in order.
    pub faq: Vec<Question<'a>>,
}

/// Someone who wrote a post.
#[derive(Clone, Copy, Debug)]
pub struct Writer<'a> {
    /// The name as readers see it.
    pub name: &'a str,
    /// Theirs alone on the site; with it, all posts speak of the same person.
    pub slug: Option<&'a str>,
    /// About them, in plain text; may be empty.
    pub bio: &'a str,
    /// Where a picture of them is.
    pub avatar_url: Option<&'a str>,
}

/// A question and its answer.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The question, whole.
    pub question: &'a str,
    /// The answer, whole; search engines read HTML in it.
    pub answer: &'a str,
}

/// A post in JSON-LD, as the content of a `<script type="application/ld+json">`.
///
/// One object with a `@graph`: the `BlogPosting`, an `FAQPage` if there are questions, a
/// `BreadcrumbList`, and a `Person` for each author. Nothing in it ends a script or begins a
/// comment, whatever the post says.
#[must_use]
pub fn json_ld(site: &Site, post: &Described<'_>) -> String {
    script::text(&graph::graph(site, post))
}
