//! Pairs of neighbouring stems, by which the index finds phrases: it knows of words only that they
//! are somewhere in a post, and where each of a phrase is in nearly all, that says nothing.
//!
//! Each pair is a number of 16 bits. Some have the same, so that a few posts are looked at for nothing; none
//! is missed. The SQL function `search_bigrams` makes the same.

use ring::digest::{SHA256, digest};

/// A number for a stem: the first two bytes of its SHA-256.
#[must_use]
pub fn hash(text: &str) -> u16 {
    let digest = digest(&SHA256, text.as_bytes());
    let [high, low, ..] = digest.as_ref() else {
        return 0;
    };
    u16::from_be_bytes([*high, *low])
}

/// The number of a stem and the one behind it, by theirs and by how many places on it is.
fn bigram(first: u16, second: u16, distance: u16) -> i16 {
    let distance = distance.wrapping_mul(1009);
    number(
        first
            .wrapping_mul(31)
            .wrapping_add(second)
            .wrapping_add(distance),
    )
}

/// As the column's type has it: counted from the smallest.
fn number(hash: u16) -> i16 {
    (hash ^ 0x8000).cast_signed()
}

/// The bigrams of a text in order, each once, by the places of its stems and their numbers. Words that
/// the language leaves out take a place, and part no neighbours.
pub(super) fn bigrams(mut placed: Vec<(u16, u16)>) -> Vec<i16> {
    placed.sort_unstable();
    let mut bigrams = Vec::with_capacity(placed.len());
    let mut before: &[(u16, u16)] = &[];
    // Several stems have one place where a word has several, or where places end.
    for here in placed.chunk_by(|(one, _), (other, _)| one == other) {
        for (from, first) in before {
            let behind = here.iter();
            bigrams.extend(behind.map(|(to, second)| bigram(*first, *second, to - from)));
        }
        before = here;
    }
    bigrams.sort_unstable();
    bigrams.dedup();
    bigrams
}

/// What posts that a search finds are to have: of each set one. Two sets, for the first and the last
/// pair of what is a phrase in one language is none in another, and either is found.
pub type Required = [Vec<i16>; 2];

/// What posts have to have for alternatives of searches that have phrases; nothing without any.
pub(super) fn required<'q>(alternatives: impl Iterator<Item = &'q str>) -> Option<Required> {
    let mut required = Required::default();
    for alternative in alternatives {
        let pairs = pairs(alternative);
        let (Some(first), Some(last)) = (pairs.first(), pairs.last()) else {
            continue;
        };
        for (set, (first, second, distance)) in required.iter_mut().zip([first, last]) {
            set.push(bigram(hash(first), hash(second), *distance));
        }
    }
    (!required[0].is_empty()).then_some(required)
}

/// The alternatives of a query, parted by whether a post is to have pairs of words for them: those that it
/// need not have any for, and those that it does.
///
/// The query is as PostgreSQL writes a `tsquery`: stems are in quotation marks, and none holds one.
pub(super) fn by_pairs(query: &str) -> (Vec<&str>, Vec<&str>) {
    let (mut depth, mut is_stem) = (0_u32, false);
    let alternatives = query.split(|c| {
        match c {
            '\'' => is_stem = !is_stem,
            '(' if !is_stem => depth += 1,
            ')' if !is_stem => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == '|' && depth == 0 && !is_stem
    });
    let alternatives = alternatives.map(str::trim).filter(|it| !it.is_empty());
    alternatives.partition(|alternative| pairs(alternative).is_empty())
}

/// The pairs of stems that a post is to have as neighbours for an alternative, and their distances.
///
/// What is in parentheses, not wanted or the beginning of a word is passed over.
fn pairs(alternative: &str) -> Vec<(&str, &str, u16)> {
    let mut pairs = Vec::new();
    let (mut depth, mut is_wanted) = (0_u32, true);
    let mut before = None;
    let mut pieces = alternative.split('\'');
    let mut between = pieces.next().unwrap_or_default();
    while let (Some(stem), Some(behind)) = (pieces.next(), pieces.next()) {
        for operator in between.chars() {
            match operator {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                '!' if depth == 0 => is_wanted = false,
                '&' if depth == 0 => is_wanted = true,
                _ => {}
            }
        }
        let is_whole = !behind.starts_with(":*");
        let here = (depth == 0 && is_wanted && is_whole).then_some(stem);
        if let (Some(first), Some(second), Some(distance)) = (before, here, distance(between)) {
            pairs.push((first, second, distance));
        }
        before = here;
        between = behind;
    }
    pairs
}

/// How many places on a stem is, by what stands before it: `<->` or `<2>`.
fn distance(between: &str) -> Option<u16> {
    match between.trim().strip_prefix('<')?.strip_suffix('>')? {
        "-" => Some(1),
        distance => distance.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_is_to_have_the_pairs_of_a_phrase() {
        for (alternative, expected) in [
            ("'a'", vec![]),
            ("'a' <-> 'b'", vec![("a", "b", 1)]),
            (
                "'a' <-> 'b' <-> 'c' & 'd'",
                vec![("a", "b", 1), ("b", "c", 1)],
            ),
            ("'a' <2> 'b' <-> !'c'", vec![("a", "b", 2)]),
            ("'a' <-> 'b':* & 'c':* <-> 'd'", vec![]),
            ("!'d' & 'e' <-> 'f'", vec![("e", "f", 1)]),
            ("!( 'a' <-> 'b' ) & 'c' <-> 'd'", vec![("c", "d", 1)]),
            ("!'a' <-> 'b'", vec![]),
            (
                "( 'a' <-> 'b' | 'c' ) & 'd' <-> ( 'e' & 'f' ) <-> 'g'",
                vec![],
            ),
        ] {
            assert_eq!(pairs(alternative), expected, "{alternative}");
        }
    }

    #[test]
    fn alternatives_with_phrases_are_parted_from_those_without() {
        let query = "'a' & ( 'b' | 'c' ) | 'd' <-> 'e' & 'f' | '(|' | !'g' & 'h' <2> '|)'";
        let (words, phrases) = by_pairs(query);
        assert_eq!(words, ["'a' & ( 'b' | 'c' )", "'(|'"]);
        assert_eq!(phrases, ["'d' <-> 'e' & 'f'", "!'g' & 'h' <2> '|)'"]);
        assert_eq!(by_pairs(""), (vec![], vec![]));
    }

    #[test]
    fn a_post_has_a_first_and_a_last_pair_of_some_alternative() {
        let pair = |first, second| bigram(hash(first), hash(second), 1);
        let expected = [
            vec![pair("game", "on"), pair("the", "game")],
            vec![pair("game", "on"), pair("game", "on")],
        ];
        let alternatives = ["'game' <-> 'on'", "'the' <-> 'game' <-> 'on'"];
        assert_eq!(required(alternatives.into_iter()), Some(expected));
        assert_eq!(required(["'game'"].into_iter()), None);
    }

    #[test]
    fn neighbours_are_pairs_and_nothing_else_is() {
        let placed = vec![(3, 30), (1, 10), (2, 21), (2, 20), (5, 50), (6, 30)];
        let near = [(10, 20), (10, 21), (20, 30), (21, 30), (50, 30)];
        let mut expected = vec![bigram(30, 50, 2)];
        expected.extend(near.map(|(first, second)| bigram(first, second, 1)));
        expected.sort_unstable();
        assert_eq!(bigrams(placed), expected);
    }
}
