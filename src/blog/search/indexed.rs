//! The words that a post is found by, brought into the form of the index.
//!
//! The SQL function `fill_post_search` does the same for a post at a time; this is for many, and
//! asks PostgreSQL for the stem of a word once. A test holds the two together.

use std::collections::HashMap;

use super::words::words;

/// How much of a text is searched, in characters.
const MAX_CONTENT: usize = 150_000;
/// How much of a text that is too much for one row.
const MAX_OTHER_WORDS: usize = 20_000;
/// How much of the headings, in characters.
const MAX_HEADINGS: usize = 1000;
/// The largest place in a text that PostgreSQL keeps, and how many of one word.
const MAX_PLACE: u32 = 16_383;
const MAX_PLACES: usize = 255;
/// The largest vector, in bytes of its words and places.
const MAX_VECTOR: usize = (1 << 20) - 1;

/// The languages whose words are brought to their stems, as `search_languages` has them, by their
/// tags of BCP 47. "und" (undetermined) stands for all others.
const LANGUAGES: [&str; 9] = ["und", "ca", "de", "en", "es", "fr", "it", "nl", "pt"];

/// The language of those for a tag of BCP 47, by what stands before its first hyphen.
#[must_use]
pub fn language(locale: Option<&str>) -> &'static str {
    let tag = locale.unwrap_or_default();
    let primary = tag.split('-').next().unwrap_or_default();
    let mut languages = LANGUAGES.into_iter();
    languages
        .find(|language| primary.eq_ignore_ascii_case(language))
        .unwrap_or("und")
}

/// The words of a post, part by part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    title: Vec<String>,
    excerpt: Vec<String>,
    headings: Vec<String>,
    content: Vec<String>,
    /// How many of the content's are taken if all are too many.
    first: usize,
}

/// What PostgreSQL makes of a word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stems {
    /// Each stem, with its place from the word's on, which is 0: several where the parser parts the word, none
    /// where the language leaves it out.
    pub stems: Vec<(String, u32)>,
    /// How many places the word takes.
    pub places: u32,
}

/// The stems of words in one language.
pub type Dictionary = HashMap<String, Stems>;

/// A row of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The stems of the title.
    pub title: Vector,
    /// All of its stems.
    pub words: Vector,
}

/// Words in byte order, each once, with their places in order.
pub type Vector = Vec<(String, Vec<u16>)>;

impl Words {
    /// Reads the words of a post.
    #[must_use]
    pub fn of(title: &str, excerpt: &str, content: &str) -> Self {
        let body = without_markup(beginning(content, MAX_CONTENT));
        let all = words(&body);
        let first = match beginning(&body, MAX_OTHER_WORDS) {
            some if some.len() < body.len() => words(some).len(),
            _ => all.len(),
        };
        Self {
            title: words(title),
            excerpt: words(excerpt),
            headings: words(&headings(&body)),
            content: all,
            first,
        }
    }

    /// Every word, as often as it stands there.
    pub fn each(&self) -> impl Iterator<Item = &String> {
        let parts = [&self.title, &self.excerpt, &self.headings, &self.content];
        parts.into_iter().flatten()
    }

    /// The row of the index, by the stems of all words.
    #[must_use]
    pub fn row(&self, language: &str, dictionary: &Dictionary) -> Row {
        let mut parts = vec![(format!("{language}/"), Vec::new())];
        let title = marked(&self.title, &format!("{language}1"), dictionary);
        parts.extend(title.iter().cloned());
        parts.extend(marked(&self.excerpt, &format!("{language}2"), dictionary));
        parts.extend(marked(&self.headings, &format!("{language}3"), dictionary));
        let mut words = parts.clone();
        words.extend(self.placed(language, self.content.len(), dictionary));
        if size(&words) > MAX_VECTOR {
            // A text of nothing but other words: some of it will do.
            words = parts;
            words.extend(self.placed(language, self.first, dictionary));
        }
        words.sort_unstable();
        Row { title, words }
    }

    /// The stems of title, excerpt and so many words of the content, with their places.
    fn placed(&self, language: &str, words: usize, dictionary: &Dictionary) -> Vector {
        let content = &self.content[..words.min(self.content.len())];
        let mut places: HashMap<&str, Vec<u16>> = HashMap::new();
        let mut before = 0;
        for word in self.title.iter().chain(&self.excerpt).chain(content) {
            let Some(known) = dictionary.get(word) else {
                continue;
            };
            for (stem, place) in &known.stems {
                let of_stem = places.entry(stem).or_default();
                let place = (before + place + 1).min(MAX_PLACE);
                let place = u16::try_from(place).unwrap_or(u16::MAX);
                if of_stem.len() < MAX_PLACES && of_stem.last() != Some(&place) {
                    of_stem.push(place);
                }
            }
            before += known.places;
        }
        let marked = places.into_iter().map(|(stem, mut places)| {
            places.sort_unstable();
            (format!("{language}/{stem}"), places)
        });
        marked.collect()
    }
}

/// The stems of some words, each once, without places.
fn marked(words: &[String], mark: &str, dictionary: &Dictionary) -> Vector {
    let known = words.iter().filter_map(|word| dictionary.get(word));
    let stems = known.flat_map(|known| &known.stems);
    let mut marked: Vector = stems
        .map(|(stem, _)| (format!("{mark}{stem}"), Vec::new()))
        .collect();
    marked.sort_unstable();
    marked.dedup();
    marked
}

/// What PostgreSQL counts of a vector.
fn size(vector: &Vector) -> usize {
    let of_word = |(word, places): &(String, Vec<u16>)| word.len() + 3 + 2 * places.len();
    vector.iter().map(of_word).sum()
}

fn beginning(text: &str, characters: usize) -> &str {
    match text.char_indices().nth(characters) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

/// A text with a space in place of each target of a link, tag and entity.
fn without_markup(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut kept = String::with_capacity(text.len());
    let (mut from, mut at) = (0, 0);
    while at < bytes.len() {
        if let b']' | b'<' | b'&' = bytes[at]
            && let Some(end) = end_of_markup(bytes, at)
        {
            kept.push_str(&text[from..at]);
            kept.push(' ');
            (from, at) = (end, end);
        } else {
            at += 1;
        }
    }
    kept.push_str(&text[from..]);
    kept
}

/// Where markup that begins at a byte ends: `](…)`, `<…>` or `&…;`.
fn end_of_markup(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at + 1..];
    let (start, ends): (usize, fn(u8) -> bool) = match bytes[at] {
        b']' if rest.first() == Some(&b'(') => {
            (1, |byte| matches!(byte, b'(' | b')' | b' ' | b'\t'..=b'\r'))
        }
        b'<' => {
            let start = usize::from(rest.first() == Some(&b'/'));
            let first = rest.get(start)?;
            if !first.is_ascii_alphabetic() && *first != b'!' {
                return None;
            }
            (start + 1, |byte| matches!(byte, b'<' | b'>'))
        }
        b'&' => {
            let start = usize::from(rest.first() == Some(&b'#'));
            if !rest.get(start)?.is_ascii_alphanumeric() {
                return None;
            }
            (start + 1, |byte| !byte.is_ascii_alphanumeric())
        }
        _ => return None,
    };
    let end = start + rest[start..].iter().position(|byte| ends(*byte))?;
    let closes = match bytes[at] {
        b']' => b')',
        b'<' => b'>',
        _ => b';',
    };
    (rest[end] == closes).then_some(at + 1 + end + 1)
}

/// The headings of a Markdown text, as far as they are searched.
fn headings(body: &str) -> String {
    let lines = body.split('\n').filter_map(|line| {
        let text = line.trim_start_matches('#');
        let heading = text.trim_start_matches([' ', '\t']);
        let is_heading = (1..=6).contains(&(line.len() - text.len())) && heading.len() < text.len();
        (is_heading && !heading.is_empty()).then_some(heading)
    });
    let joined = lines.collect::<Vec<_>>().join(" ");
    beginning(&joined, MAX_HEADINGS).to_owned()
}
