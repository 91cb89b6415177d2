//! Filling the index of searches for many posts at once.

use std::collections::{HashMap, HashSet};

use diesel_async::AsyncPgConnection;

use super::post::PreparedPost;
use crate::blog::repository::search::rows;
use crate::blog::search::{Dictionary, Row, language};
use crate::error::Result;

/// How many words of a language are remembered. More would be of no use again soon: most of the
/// words of a text are a few thousand that stand in many.
const MAX_WORDS: usize = 200_000;

/// How many words are asked for at once.
const WORDS_PER_STATEMENT: usize = 10_000;

/// What PostgreSQL has made of words so far, by their language.
#[derive(Clone, Debug, Default)]
pub(super) struct Dictionaries(HashMap<&'static str, Dictionary>);

impl Dictionaries {
    /// Learns all words of some posts.
    pub(super) async fn learn(
        &mut self,
        connection: &mut AsyncPgConnection,
        posts: &[PreparedPost],
    ) -> Result<()> {
        for known in self.0.values_mut().filter(|it| it.len() > MAX_WORDS) {
            known.clear();
        }
        let mut unknown: HashMap<&'static str, HashSet<&String>> = HashMap::new();
        for post in posts {
            let language = language(post.post.locale.as_deref());
            let known = self.0.entry(language).or_default();
            let words = post.words.each();
            let words = words.filter(|word| !known.contains_key(*word));
            unknown.entry(language).or_default().extend(words);
        }
        for (language, words) in unknown {
            let words: Vec<_> = words.into_iter().cloned().collect();
            for words in words.chunks(WORDS_PER_STATEMENT) {
                let stems = rows::stems(connection, language, words).await?;
                let known = self.0.entry(language).or_default();
                known.extend(words.iter().cloned().zip(stems));
            }
        }
        Ok(())
    }

    /// The rows of posts whose words have been learned.
    pub(super) fn rows(&self, posts: &[PreparedPost]) -> Vec<(&'static str, Row)> {
        let empty = Dictionary::new();
        let rows = posts.iter().map(|post| {
            let language = language(post.post.locale.as_deref());
            let dictionary = self.0.get(language).unwrap_or(&empty);
            (language, post.words.row(language, dictionary))
        });
        rows.collect()
    }
}
