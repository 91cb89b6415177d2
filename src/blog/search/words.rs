use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

/// The words of a text in the form in which they are compared: lower case, without accents.
///
/// It is that of the SQL function `search_text`, which makes the words of the posts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Folded {
    text: String,
    /// Where in the text the words are, in their order.
    words: Vec<Range<usize>>,
}

impl Folded {
    pub(super) fn of(text: &str) -> Self {
        // As a whole, for the lower case of a letter may depend on its neighbours; the rest, which is
        // dear, for those words alone that need it: they stand at the end.
        let mut text = text.to_lowercase();
        let mut plain = String::new();
        let mut words = Vec::with_capacity(text.len() / 6);
        for at in ranges(&text, 0) {
            let word = &text[at.clone()];
            if word.is_ascii() {
                words.push(at);
            } else {
                let start = text.len() + plain.len();
                plain.push_str(&without_accents(word));
                words.extend(ranges(&plain[start - text.len()..], start));
            }
        }
        text.push_str(&plain);
        Self { text, words }
    }

    /// Every word, as often as it stands there.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|at| &self.text[at.clone()])
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }
}

/// The words of a text, as [`Folded`] has them.
pub(super) fn words(text: &str) -> Vec<String> {
    Folded::of(text).iter().map(str::to_owned).collect()
}

/// Where the words of a text are, which begins at a place in a longer one.
fn ranges(text: &str, start: usize) -> impl Iterator<Item = Range<usize>> {
    let mut from = start;
    text.split_inclusive(is_separator).filter_map(move |part| {
        let word = part.trim_end_matches(is_separator);
        let at = from..from + word.len();
        from += part.len();
        (!word.is_empty()).then_some(at)
    })
}

/// Lower case without accents.
pub(super) fn fold(text: &str) -> String {
    without_accents(&text.to_lowercase())
}

fn without_accents(text: &str) -> String {
    text.nfd()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .nfc()
        .collect()
}

/// Whether words end at a character: the same code points as in `search_text`. What else parts
/// words, the parser of PostgreSQL knows.
pub(super) fn is_separator(c: char) -> bool {
    matches!(c,
        '\0'..='/' | ':'..='@' | '['..='`' | '{'..='\u{a9}' | '\u{ab}'..='\u{b4}'
        | '\u{b6}'..='\u{b9}' | '\u{bb}'..='\u{bf}' | '\u{d7}' | '\u{f7}'
        | '\u{2b0}'..='\u{2ff}' | '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{3004}'
        | '\u{3008}'..='\u{303f}' | '\u{fe00}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff0f}'
        | '\u{fff0}'..='\u{ffff}')
}
