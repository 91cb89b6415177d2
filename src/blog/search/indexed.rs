//! The words that a post is found by, brought into the form of the index.
//!
//! The SQL function `fill_post_search` does the same for posts that are written by SQL; here PostgreSQL
//! is asked for the stem of a word once. A test holds the two together.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::bigrams::bigrams;
use super::words::Folded;

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
    title: Folded,
    excerpt: Folded,
    headings: Folded,
    content: Folded,
    /// How many of the content's are taken if all are too many.
    first: usize,
}

/// What PostgreSQL makes of a word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stems {
    /// Each stem: several where the parser parts the word, none where the language leaves it out.
    pub stems: Vec<Stem>,
    /// How many places the word takes.
    pub places: u32,
}

/// A stem of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stem {
    /// As the index has it.
    pub text: String,
    /// Its place from the word's on, which is 0.
    pub place: u32,
    /// Its number in bigrams.
    pub hash: u16,
}

/// The stems of words in one language.
pub type Dictionary = HashMap<String, Stems, RandomState>;

/// A row of the index; vectors are in PostgreSQL's binary form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The stems of the title.
    pub title: Vec<u8>,
    /// All of its stems.
    pub words: Vec<u8>,
    /// Its pairs of neighbouring stems, as numbers.
    pub bigrams: Vec<i16>,
}

/// An entry of a vector: which part of the post it stands for, a stem, and its places in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Lexeme<'d> {
    mark: char,
    stem: &'d str,
    places: Vec<u16>,
}

/// The marks of all of a post's words, of its title's, its excerpt's and its headings'.
const ALL: char = '/';
const TITLE: char = '1';
const EXCERPT: char = '2';
const HEADINGS: char = '3';

impl Words {
    /// Reads the words of a post.
    #[must_use]
    pub fn of(title: &str, excerpt: &str, content: &str) -> Self {
        let body = without_markup(beginning(content, MAX_CONTENT));
        let all = Folded::of(&body);
        let first = match beginning(&body, MAX_OTHER_WORDS) {
            some if some.len() < body.len() => Folded::of(some).len(),
            _ => all.len(),
        };
        Self {
            title: Folded::of(title),
            excerpt: Folded::of(excerpt),
            headings: Folded::of(&headings(&body)),
            content: all,
            first,
        }
    }

    /// Every word, as often as it stands there.
    pub fn each(&self) -> impl Iterator<Item = &str> {
        let parts = [&self.title, &self.excerpt, &self.headings, &self.content];
        parts.into_iter().flat_map(Folded::iter)
    }

    /// The row of the index, by the stems of all words.
    #[must_use]
    pub fn row<'d>(&self, language: &str, stems_of: impl Fn(&str) -> Option<&'d Stems>) -> Row {
        let title = marked(&self.title, TITLE, &stems_of);
        let mut parts = vec![Lexeme {
            mark: ALL,
            stem: "",
            places: Vec::new(),
        }];
        parts.extend(title.iter().cloned());
        parts.extend(marked(&self.excerpt, EXCERPT, &stems_of));
        parts.extend(marked(&self.headings, HEADINGS, &stems_of));
        let (mut words, mut sequence) = self.placed(self.content.len(), &stems_of);
        if size(language, parts.iter().chain(&words)) > MAX_VECTOR {
            // A text of nothing but other words: some of it will do.
            (words, sequence) = self.placed(self.first, &stems_of);
        }
        words.extend(parts);
        words.sort_unstable();
        Row {
            title: vector(language, &title),
            words: vector(language, &words),
            bigrams: bigrams(sequence),
        }
    }

    /// The stems of title, excerpt and so many words of the content, with their places; and the places
    /// of all, with the numbers of the stems.
    fn placed<'d>(
        &self,
        words: usize,
        stems_of: impl Fn(&str) -> Option<&'d Stems>,
    ) -> (Vec<Lexeme<'d>>, Vec<(u16, u16)>) {
        let content = self.content.iter().take(words);
        let mut places: HashMap<&str, Vec<u16>, RandomState> = HashMap::default();
        let mut sequence = Vec::with_capacity(self.title.len() + self.excerpt.len() + words);
        let mut before = 0;
        for word in self.title.iter().chain(self.excerpt.iter()).chain(content) {
            let Some(known) = stems_of(word) else {
                continue;
            };
            for stem in &known.stems {
                let of_stem = places.entry(&stem.text).or_default();
                let place = (before + stem.place + 1).min(MAX_PLACE);
                let place = u16::try_from(place).unwrap_or(u16::MAX);
                if of_stem.len() < MAX_PLACES && of_stem.last() != Some(&place) {
                    of_stem.push(place);
                    sequence.push((place, stem.hash));
                }
            }
            before += known.places;
        }
        let lexemes = places.into_iter().map(|(stem, mut places)| {
            places.sort_unstable();
            Lexeme {
                mark: ALL,
                stem,
                places,
            }
        });
        (lexemes.collect(), sequence)
    }
}

/// The stems of some words, each once, without places.
fn marked<'d>(
    words: &Folded,
    mark: char,
    stems_of: impl Fn(&str) -> Option<&'d Stems>,
) -> Vec<Lexeme<'d>> {
    let known = words.iter().filter_map(stems_of);
    let stems = known.flat_map(|known| &known.stems);
    let mut marked: Vec<_> = stems
        .map(|stem| Lexeme {
            mark,
            stem: &stem.text,
            places: Vec::new(),
        })
        .collect();
    marked.sort_unstable();
    marked.dedup();
    marked
}

/// What PostgreSQL counts of a vector.
fn size<'l>(language: &str, lexemes: impl Iterator<Item = &'l Lexeme<'l>>) -> usize {
    let prefix = language.len() + 1;
    lexemes
        .map(|it| prefix + it.stem.len() + 3 + 2 * it.places.len())
        .sum()
}

/// A `tsvector` in PostgreSQL's binary form: how many words there are, then each with a zero behind
/// it, how many places it has, and those. The words are in byte order, each once.
fn vector(language: &str, lexemes: &[Lexeme<'_>]) -> Vec<u8> {
    let size = size(language, lexemes.iter());
    let mut bytes = Vec::with_capacity(size + 4);
    let count = u32::try_from(lexemes.len()).unwrap_or(u32::MAX);
    bytes.extend(count.to_be_bytes());
    let mut mark = [0; 4];
    for lexeme in lexemes {
        bytes.extend_from_slice(language.as_bytes());
        bytes.extend_from_slice(lexeme.mark.encode_utf8(&mut mark).as_bytes());
        bytes.extend_from_slice(lexeme.stem.as_bytes());
        bytes.push(0);
        let places = u16::try_from(lexeme.places.len()).unwrap_or(u16::MAX);
        bytes.extend(places.to_be_bytes());
        for place in &lexeme.places {
            bytes.extend(place.to_be_bytes());
        }
    }
    bytes
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
