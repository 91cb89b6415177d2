//! The rows by which searches find posts, made here: what PostgreSQL makes of a word is asked once and
//! remembered. Texts are long, and most of their words are the same few thousand.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use diesel_async::AsyncPgConnection;

use super::repository::search::rows;
use super::search::{Dictionary, Row, Words};
use crate::error::Result;

/// How many words are remembered, of all languages. Those that come after them are asked for each time.
const MAX_WORDS: usize = 200_000;

/// How many words are asked for at once.
const WORDS_PER_STATEMENT: usize = 10_000;

/// What PostgreSQL has made of words so far, for all who write posts.
#[derive(Clone, Debug, Default)]
pub(super) struct Indexing(Arc<RwLock<Dictionaries>>);

/// Dictionaries, by their languages.
type Dictionaries = HashMap<&'static str, Dictionary>;

/// Words that were learned and are not remembered.
#[derive(Debug, Default)]
pub(super) struct Rare(Dictionaries);

impl Indexing {
    /// Learns all words of some texts, each with its language.
    pub(super) async fn learn<'w>(
        &self,
        connection: &mut AsyncPgConnection,
        texts: impl Iterator<Item = (&'static str, &'w Words)>,
    ) -> Result<Rare> {
        let mut rare = Rare::default();
        for (language, words) in self.unknown(texts) {
            for words in words.chunks(WORDS_PER_STATEMENT) {
                let stems = rows::stems(connection, language, words).await?;
                let learned = words.iter().map(|word| (*word).to_owned()).zip(stems);
                self.remember(language, learned.collect(), &mut rare);
            }
        }
        Ok(rare)
    }

    fn unknown<'w>(
        &self,
        texts: impl Iterator<Item = (&'static str, &'w Words)>,
    ) -> Vec<(&'static str, Vec<&'w str>)> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut unknown: HashMap<&'static str, HashSet<&'w str>> = HashMap::new();
        for (language, words) in texts {
            let dictionary = known.get(language);
            let is_new = |word: &&str| dictionary.is_none_or(|it| !it.contains_key(*word));
            unknown
                .entry(language)
                .or_default()
                .extend(words.each().filter(is_new));
        }
        let unknown = unknown.into_iter();
        unknown
            .map(|(language, words)| (language, words.into_iter().collect()))
            .collect()
    }

    /// What is remembered is never forgotten, so whoever has found a word finds it again.
    fn remember(&self, language: &'static str, learned: Dictionary, rare: &mut Rare) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let size: usize = known.values().map(HashMap::len).sum();
        let dictionaries = if size + learned.len() <= MAX_WORDS {
            &mut *known
        } else {
            &mut rare.0
        };
        dictionaries.entry(language).or_default().extend(learned);
    }

    /// The row of a text whose words have been learned.
    pub(super) fn row(&self, language: &'static str, words: &Words, rare: &Rare) -> Row {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (known, rare) = (known.get(language), rare.0.get(language));
        words.row(language, |word| {
            let known = known.and_then(|it| it.get(word));
            known.or_else(|| rare.and_then(|it| it.get(word)))
        })
    }
}
