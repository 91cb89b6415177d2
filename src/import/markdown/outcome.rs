//! What reading a file comes to.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

/// The result of reading one file.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every outcome is a post, and outcomes are not stored"
)]
pub enum Outcome {
    /// A post.
    Post(ParsedPost),
    /// A file which is no post.
    Skipped {
        /// Why, for people.
        reason: String,
    },
    /// A post that cannot be imported as it stands.
    Failed {
        /// 1-based line of the file.
        line: u32,
        /// What is wrong and what would be right, for people.
        reason: String,
    },
}

/// A post as its file describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedPost {
    /// At most [`MAX_TITLE_CHARS`](super::MAX_TITLE_CHARS) characters, on one line.
    pub title: String,
    /// The slug the front matter gives, if it gives one.
    pub slug: Option<String>,
    /// Public path: begins with `/`, does not end with one, percent-decoded,
    /// upper and lower case as written.
    pub path: String,
    /// Midnight UTC when the source names only a day.
    pub published_at: Option<DateTime<Utc>>,
    /// As `published_at`, and after it.
    pub unpublish_at: Option<DateTime<Utc>>,
    /// As `published_at`.
    pub updated_at: Option<DateTime<Utc>>,
    /// The language that it is in, as a BCP 47 tag.
    pub locale: Option<String>,
    /// Not to be published.
    pub draft: bool,
    /// Names in order, none twice.
    pub authors: Vec<String>,
    /// Tags and categories in order, none twice whatever its case.
    pub tags: Vec<String>,
    /// A summary written by hand.
    pub summary: Option<String>,
    /// Further paths of the post, in the form of `path`; none twice, none equal to it.
    pub aliases: Vec<String>,
    /// The Markdown text after the front matter and the line breaks that follow it.
    pub content: String,
    /// Entries of the front matter this reader gives no meaning to; dates as strings.
    pub front_matter: Map<String, Value>,
    /// Entries left out, each with its 1-based line and the reason.
    pub warnings: Vec<(u32, String)>,
}

/// Why a file fails, on its way to [`Outcome::Failed`].
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) line: u32,
    pub(super) reason: String,
}

impl Problem {
    pub(super) fn new(line: u32, reason: impl Into<String>) -> Self {
        Self {
            line,
            reason: reason.into(),
        }
    }
}

impl From<Problem> for Outcome {
    fn from(Problem { line, reason }: Problem) -> Self {
        Self::Failed { line, reason }
    }
}
