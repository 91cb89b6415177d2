use super::Search;
use super::words::words;

/// One thing that a post must have, or must not.
#[derive(Debug)]
struct Term {
    /// Never empty; several follow each other.
    words: Vec<String>,
    /// The last word is the beginning of one.
    is_prefix: bool,
    is_unwanted: bool,
}

/// The shortest beginning of a word that is looked for: a letter begins too many.
const MIN_PREFIX: usize = 2;

/// Reads alternatives, parted by `or`, of terms that must all hold.
pub(super) fn parse(text: &str) -> Search {
    let mut alternatives = vec![Vec::new()];
    for token in tokens(text) {
        if token.text.eq_ignore_ascii_case("or") && !token.is_quoted && !token.is_unwanted {
            alternatives.push(Vec::new());
        } else if let Some(terms) = alternatives.last_mut() {
            terms.extend(Term::of(&token));
        }
    }
    alternatives.retain(|terms| !terms.is_empty());
    let matching = alternatives.iter().map(|terms| {
        let terms: Vec<_> = terms.iter().map(Term::matching).collect();
        format!("({})", terms.join(" & "))
    });
    let wanted = alternatives.iter().flatten().filter(|it| !it.is_unwanted);
    let any: Vec<_> = wanted.clone().flat_map(Term::each).collect();
    let mut terms: Vec<_> = wanted.map(Term::matching).collect();
    terms.sort_unstable();
    terms.dedup();
    Search {
        matching: matching.collect::<Vec<_>>().join(" | "),
        any: any.join(" | "),
        terms,
    }
}

#[derive(Debug)]
struct Token<'t> {
    text: &'t str,
    is_quoted: bool,
    is_unwanted: bool,
}

/// What stands between spaces or between quotation marks. A mark without another ends with the
/// text.
fn tokens(mut rest: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    loop {
        rest = rest.trim_start();
        let is_unwanted = rest.starts_with('-');
        rest = rest.trim_start_matches('-');
        let (text, is_quoted);
        if let Some(quoted) = rest.strip_prefix('"') {
            is_quoted = true;
            (text, rest) = quoted.split_once('"').unwrap_or((quoted, ""));
        } else {
            is_quoted = false;
            let ends = |c: char| c.is_whitespace() || c == '"';
            (text, rest) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
            if text.is_empty() && rest.is_empty() {
                return tokens;
            }
        }
        tokens.push(Token {
            text,
            is_quoted,
            is_unwanted,
        });
    }
}

impl Term {
    fn of(token: &Token<'_>) -> Option<Self> {
        let words = words(token.text);
        let last = words.last()?;
        let is_prefix =
            !token.is_quoted && token.text.ends_with('*') && last.chars().count() >= MIN_PREFIX;
        Some(Self {
            words,
            is_prefix,
            is_unwanted: token.is_unwanted,
        })
    }

    fn matching(&self) -> String {
        let words: Vec<_> = self.each().collect();
        let not = if self.is_unwanted { "!" } else { "" };
        format!("{not}({})", words.join(" <-> "))
    }

    fn each(&self) -> impl Iterator<Item = String> {
        let last = self.words.len() - 1;
        self.words.iter().enumerate().map(move |(index, word)| {
            let star = if self.is_prefix && index == last {
                ":*"
            } else {
                ""
            };
            // Without quotation marks and backslashes: those part words.
            format!("'{word}'{star}")
        })
    }
}
