use ring::digest::{Context, SHA256, digest};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::blog::model::FaqItem;
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};

/// SHA-256.
pub type Hash = [u8; 32];

/// All that a post says, its text apart, which [`Saved`] adds.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// 1 to 255 characters.
    pub title: String,
    /// Of `[a-z0-9-]`.
    pub slug: String,
    /// Where it lives on the site.
    pub path: String,
    /// A summary in its author's words; without one, it is made of the text.
    pub excerpt: Option<String>,
    /// The ids of its authors, in order.
    pub authors: Vec<Uuid>,
    /// The ids of its tags, in order.
    pub tags: Vec<Uuid>,
    /// The title for search engines.
    pub meta_title: Option<String>,
    /// What search engines say.
    pub meta_description: Option<String>,
    /// Where the original is, if this is a copy.
    pub canonical_url: Option<String>,
    /// Questions and answers.
    pub faq: Vec<FaqItem>,
    /// The language, as a tag of BCP 47.
    pub locale: Option<String>,
    /// What an imported file said beyond these.
    pub front_matter: Map<String, Value>,
}

/// A post as it was saved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Saved {
    /// All but the text.
    pub snapshot: Snapshot,
    /// The text, as Markdown.
    pub content: String,
}

impl Snapshot {
    /// The text that is stored and hashed.
    pub fn to_text(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }

    /// Reads what was stored.
    pub fn from_text(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(Error::internal)
    }
}

/// The name of a text among those of its post.
#[must_use]
pub fn content_hash(content: &str) -> Hash {
    as_hash(digest(&SHA256, content.as_bytes()).as_ref())
}

/// What a link of the chain of revisions is made of.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// The hash of the revision before it; empty for the first.
    pub previous: &'a [u8],
    /// Whose revision it is.
    pub post: Uuid,
    /// Its number.
    pub number: i32,
    /// Who saved it.
    pub editor: Option<Uuid>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Why.
    pub note: Option<&'a str>,
    /// All but the text, as it is stored.
    pub snapshot: &'a str,
    /// The hash of the text.
    pub content_hash: &'a [u8],
}

impl Link<'_> {
    /// The hash of the revision, which the next one is made of. Each part has its length before it,
    /// so that nothing can be moved from one part to another.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let mut context = Context::new(&SHA256);
        let mut add = |bytes: &[u8]| {
            context.update(&(bytes.len() as u64).to_be_bytes());
            context.update(bytes);
        };
        add(self.previous);
        add(self.post.as_bytes());
        add(&self.number.to_be_bytes());
        add(self.editor.as_ref().map_or(&[], |id| id.as_bytes()));
        add(&self.created_at.timestamp_micros().to_be_bytes());
        add(self.note.unwrap_or_default().as_bytes());
        add(self.snapshot.as_bytes());
        add(self.content_hash);
        as_hash(context.finish().as_ref())
    }
}

fn as_hash(bytes: &[u8]) -> Hash {
    let mut hash = Hash::default();
    // SHA-256 has as many.
    hash.copy_from_slice(bytes);
    hash
}
