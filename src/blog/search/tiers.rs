//! What ranks before what. The index knows of each word whether it is in a post's title, excerpt,
//! headings or text, so the posts of one tier after the other can be asked of it.

use super::bigrams::{Required, by_pairs, required};

/// A search in one language, as the database understands it: in the syntax of `tsquery`, with
/// stems in place of words, each in quotation marks, and without the words that the language leaves
/// out.
#[derive(Clone, Debug)]
pub struct InLanguage {
    /// What stands before its stems in the index.
    pub language: String,
    /// Which posts are found; empty if all was left out.
    pub matching: String,
    /// What a post is to have, each by itself.
    pub terms: Vec<String>,
}

/// What to ask the indexes for a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queries {
    /// All that it finds.
    pub all: Asked,
    /// The same in parts, the best first. No post is in two.
    pub tiers: Vec<(Tier, Asked)>,
    /// One for each term: the posts with that in their title.
    pub in_title: Vec<String>,
    /// Which bigrams posts with phrases are to have.
    pub bigrams: Option<Required>,
}

/// What posts are to have: the words, or else the phrases. Either is empty if nothing is found by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// What the index of words answers.
    pub words: String,
    /// What the index of bigrams does, and the text of each post that it finds.
    pub phrases: String,
    /// Of the phrases' posts, what the index of words tells: that they are of a tier.
    pub among: String,
}

/// How well posts match, but for how many of the terms are in the title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// In the text alone.
    Text,
    /// Some of the terms are in a heading.
    Heading,
    /// All are.
    Headings,
    /// Some are in the excerpt.
    Excerpt,
    /// All are.
    WholeExcerpt,
    /// Some or all are in the title.
    Title,
}

impl Tier {
    /// The rank of its posts; for titles, what the share of the terms that is there is added to.
    pub fn rank(self) -> f32 {
        match self {
            Self::Text => 0.0,
            Self::Heading => 1.0,
            Self::Headings => 1.5,
            Self::Excerpt => 2.0,
            Self::WholeExcerpt => 2.5,
            Self::Title => 3.0,
        }
    }

    /// The highest rank that one of its posts may have.
    pub fn highest(self) -> f32 {
        match self {
            Self::Title => 4.0,
            _ => self.rank(),
        }
    }
}

/// A part of a post, by what stands between the language and a stem of it.
#[derive(Clone, Copy)]
enum Part {
    Title,
    Excerpt,
    Headings,
}

impl Part {
    fn mark(self) -> char {
        match self {
            Self::Title => '1',
            Self::Excerpt => '2',
            Self::Headings => '3',
        }
    }
}

impl Queries {
    /// Puts together what the languages make of a search.
    pub fn new(languages: &[InLanguage]) -> Self {
        let languages = languages.iter().filter(|it| !it.matching.is_empty());
        let phrases = languages.clone().flat_map(|it| by_pairs(&it.matching).1);
        let mut queries = Self {
            bigrams: required(phrases),
            ..Self::default()
        };
        for language in languages {
            let (words, phrases) = by_pairs(&language.matching);
            let [words, phrases] = [words, phrases].map(|asked| language.matching(&asked));
            alternative(&mut queries.all.words, words.as_deref());
            alternative(&mut queries.all.phrases, phrases.as_deref());
            for (tier, query) in language.tiers() {
                let words = words.as_ref().map(|words| match tier {
                    // To have all words there is to match: a shorter way to the same posts.
                    Tier::WholeExcerpt if language.is_plain() => query.clone(),
                    Tier::Title if language.is_plain() && language.terms.len() == 1 => {
                        query.clone()
                    }
                    _ => format!("{words} & {query}"),
                });
                let asked = queries.tier(tier);
                alternative(&mut asked.words, words.as_deref());
                if let Some(phrases) = &phrases {
                    alternative(&mut asked.phrases, Some(&format!("{phrases} & {query}")));
                    alternative(&mut asked.among, Some(&query));
                }
            }
            queries.in_title.resize(language.terms.len(), String::new());
            for (index, term) in language.terms.iter().enumerate() {
                if let Some(term) = language.term(term, Part::Title) {
                    alternative(&mut queries.in_title[index], Some(&term));
                }
            }
        }
        queries
            .tiers
            .sort_by_key(|(tier, _)| std::cmp::Reverse(*tier));
        queries
    }

    fn tier(&mut self, tier: Tier) -> &mut Asked {
        let known = self.tiers.iter().position(|(other, _)| *other == tier);
        let index = known.unwrap_or_else(|| {
            self.tiers.push((tier, Asked::default()));
            self.tiers.len() - 1
        });
        &mut self.tiers[index].1
    }

    /// Whether it is asked where words stand, which the index of words does not know.
    #[must_use]
    pub fn has_places(&self) -> bool {
        self.all.words.contains('<')
    }
}

impl Asked {
    /// Whether nothing is found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.phrases.is_empty()
    }
}

fn alternative(queries: &mut String, query: Option<&str>) {
    let Some(query) = query else {
        return;
    };
    if !queries.is_empty() {
        queries.push_str(" | ");
    }
    queries.push_str(query);
}

impl InLanguage {
    /// The posts in this language that have any of some alternatives, if there are any.
    fn matching(&self, alternatives: &[&str]) -> Option<String> {
        if alternatives.is_empty() {
            return None;
        }
        let marked = self.marked(&alternatives.join(" | "), '/');
        Some(if marked.contains('!') {
            // Not to have a word is not enough: the post is in the language.
            format!("'{}/' & ({marked})", self.language)
        } else {
            format!("({marked})")
        })
    }

    /// Whether the search is for posts with all of some words and no more.
    fn is_plain(&self) -> bool {
        !self.matching.contains(['|', '!', '<'])
    }

    /// What tells the tiers apart.
    fn tiers(&self) -> Vec<(Tier, String)> {
        let parts = [Part::Title, Part::Excerpt, Part::Headings].map(|part| self.terms_in(part));
        let count = parts[0].len();
        if count == 0 {
            return vec![(Tier::Text, format!("'{}/'", self.language))];
        }
        let [any, all] = [" | ", " & "].map(|by| {
            parts
                .each_ref()
                .map(|terms| format!("({})", terms.join(by)))
        });
        let (not_title, not_excerpt) = (format!("!{}", any[0]), format!("!{}", any[1]));
        let mut tiers = vec![
            (Tier::Title, any[0].clone()),
            (Tier::WholeExcerpt, format!("{} & {not_title}", all[1])),
            (
                Tier::Headings,
                format!("{} & {not_excerpt} & {not_title}", all[2]),
            ),
            (
                Tier::Text,
                format!("!{} & {not_excerpt} & {not_title}", any[2]),
            ),
        ];
        if count > 1 {
            tiers.push((
                Tier::Excerpt,
                format!("{} & !{} & {not_title}", any[1], all[1]),
            ));
            tiers.push((
                Tier::Heading,
                format!("{} & !{} & {not_excerpt} & {not_title}", any[2], all[2]),
            ));
        }
        tiers
    }

    fn terms_in(&self, part: Part) -> Vec<String> {
        let terms = self.terms.iter();
        terms.filter_map(|term| self.term(term, part)).collect()
    }

    /// The posts with all words of a term in a part, in whatever order; nothing if the language
    /// leaves them out.
    fn term(&self, term: &str, part: Part) -> Option<String> {
        let term = self.marked(term, part.mark());
        let mut pieces = term.split('\'').skip(1);
        let mut words = Vec::new();
        while let (Some(stem), Some(between)) = (pieces.next(), pieces.next()) {
            let star = if between.starts_with(":*") { ":*" } else { "" };
            words.push(format!("'{stem}'{star}"));
        }
        (!words.is_empty()).then(|| format!("({})", words.join(" & ")))
    }

    /// A query with the language and a mark before each stem. None of them holds a quotation mark.
    fn marked(&self, query: &str, mark: char) -> String {
        let mut marked = String::with_capacity(query.len() * 2);
        for (index, piece) in query.split('\'').enumerate() {
            if index > 0 {
                marked.push('\'');
            }
            if index % 2 == 1 {
                marked.push_str(&self.language);
                marked.push(mark);
            }
            marked.push_str(piece);
        }
        marked
    }
}
