//! What a search asks for, and how a post that it finds is shown.
//!
//! Start at [`Search::parse`] (`syntax.rs`). `words.rs` brings texts into the form in which the
//! database compares them, `tiers.rs` says what ranks before what, `indexed.rs` makes the
//! words that posts are found by, `bigrams.rs` the pairs of them for phrases, `extract.rs` marks what was
//! found.

mod bigrams;
mod extract;
mod indexed;
mod syntax;
mod tiers;
mod words;

use ring::digest::{SHA256, digest};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::page::{OrderTag, Position, SortKey};

pub(super) use bigrams::{Required, hash};
pub(super) use extract::extract;
pub(super) use indexed::{Dictionary, Row, Stem, Stems, Words, language};
pub(super) use tiers::{Asked, InLanguage, Queries, Tier};

/// The longest search, in characters.
pub const MAX_SEARCH: usize = 256;

/// How much of a text is looked through for what to show of it, in characters.
pub const MAX_TEXT: usize = 20_000;

const BY_RANK: OrderTag = OrderTag(b's');

/// Words that posts are searched for.
///
/// Its parts are in the syntax of PostgreSQL's `to_tsquery`, with every word in quotation marks:
/// whatever was searched for, they are in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Which posts are found; empty if the search names no word.
    pub matching: String,
    /// Any of the words that a post is to have: what is marked in it.
    pub any: String,
    /// The words, phrases and beginnings that a post is to have, each once: what it is ranked by.
    pub terms: Vec<String>,
}

impl Search {
    /// Reads a search as people write it: words that must all be there, `"a phrase"`, `-without`,
    /// `this or that`, `begin*`.
    pub fn parse(text: &str) -> Result<Self> {
        if text.trim().is_empty() {
            return Err(Error::invalid("search", "empty; give a word to look for"));
        }
        if text.chars().count() > MAX_SEARCH {
            let message = format!("longer than {MAX_SEARCH} characters");
            return Err(Error::invalid("search", message));
        }
        if text.chars().any(char::is_control) {
            return Err(Error::invalid(
                "search",
                "holds a control character, such as the end of a line; write one line of text",
            ));
        }
        Ok(syntax::parse(text))
    }

    /// Whether there is anything to look for: no post is found without a word.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.matching.is_empty()
    }

    /// The cursor of a post that this search found with this rank.
    #[must_use]
    pub fn cursor(&self, rank: f32, id: Uuid) -> String {
        let key = SortKey::Rank(rank);
        Position { key, id }.to_search_cursor(BY_RANK, self.mark())
    }

    /// Reads a cursor of this search.
    #[must_use]
    pub fn position(&self, cursor: &str) -> Option<Position> {
        Position::rank_from_cursor(cursor, BY_RANK, self.mark())
    }

    /// Tells this search from others: places in one mean nothing in another.
    fn mark(&self) -> [u8; 8] {
        let digest = digest(&SHA256, self.matching.as_bytes());
        std::array::from_fn(|index| digest.as_ref()[index])
    }
}

#[cfg(test)]
mod tests;
