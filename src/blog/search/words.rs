use unicode_normalization::UnicodeNormalization;

/// The words of a text in the form in which they are compared: lower case, without accents.
///
/// It is that of the SQL function `search_text`, which makes the words of the posts.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    // As a whole, for the lower case of a letter may depend on its neighbours; the rest, which is
    // dear, for those words alone that need it.
    for word in text.to_lowercase().split(is_separator) {
        if word.is_ascii() {
            words.push(word.to_owned());
        } else {
            let plain = without_accents(word);
            words.extend(plain.split(is_separator).map(str::to_owned));
        }
    }
    words.retain(|word| !word.is_empty());
    words
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
