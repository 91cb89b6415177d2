use proptest::prelude::*;

use super::{Asked, InLanguage, Queries, Search, Tier, extract};

fn matching(text: &str) -> String {
    Search::parse(text).unwrap().matching
}

#[test]
fn words_phrases_negations_alternatives_and_beginnings() {
    for (text, expected) in [
        ("Canción", "(('cancion'))"),
        ("one two", "(('one') & ('two'))"),
        ("\"one two\" three", "(('one' <-> 'two') & ('three'))"),
        ("-one two", "(!('one') & ('two'))"),
        ("-\"one two\"", "(!('one' <-> 'two'))"),
        ("one two OR three", "(('one') & ('two')) | (('three'))"),
        ("or one or", "(('one'))"),
        ("\"or\" -or", "(('or') & !('or'))"),
        ("impre*", "(('impre':*))"),
        ("i*", "(('i'))"),
        ("foo-bar's", "(('foo' <-> 'bar' <-> 's'))"),
        ("\"open", "(('open'))"),
        ("' \\ & | ! ( ) :* <->", ""),
    ] {
        assert_eq!(matching(text), expected, "{text}");
    }
}

#[test]
fn what_is_not_wanted_is_not_ranked_by() {
    let search = Search::parse("one -two \"three four\" fi* ONE").unwrap();
    assert_eq!(search.any, "'one' | 'three' | 'four' | 'fi':* | 'one'");
    let terms = ["('fi':*)", "('one')", "('three' <-> 'four')"];
    assert_eq!(search.terms, terms);
}

#[test]
fn languages_are_asked_for_their_own_words_and_what_they_leave_out_counts_nowhere() {
    let language = |language: &str, matching: &str, terms: [&str; 2]| InLanguage {
        language: language.to_owned(),
        matching: matching.to_owned(),
        terms: terms.map(str::to_owned).to_vec(),
    };
    let queries = Queries::new(&[
        language("en", "", ["", ""]),
        language("es", "!'a' & 'b' <2> 'c':*", ["", "'b' <2> 'c':*"]),
        language("und", "'a'", ["'a'", ""]),
    ]);
    let es = "'es/' & (!'es/a' & 'es/b' <2> 'es/c':*)";
    let words = |words: String| Asked {
        words,
        ..Asked::default()
    };
    assert_eq!(queries.all, words(format!("{es} | ('und/a')")));
    assert!(queries.has_places());
    assert_eq!(queries.bigrams, None);
    assert_eq!(queries.in_title, ["('und1a')", "('es1b' & 'es1c':*)"]);
    let title = format!("{es} & (('es1b' & 'es1c':*)) | ('und/a') & (('und1a'))");
    assert_eq!(queries.tiers[0], (Tier::Title, words(title)));
    let tiers: Vec<_> = queries.tiers.iter().map(|(tier, _)| *tier).collect();
    let expected = [Tier::Title, Tier::WholeExcerpt, Tier::Headings, Tier::Text];
    assert_eq!(tiers, expected);
}

#[test]
fn phrases_and_words_are_asked_of_different_indexes() {
    let queries = Queries::new(&[InLanguage {
        language: "en".to_owned(),
        matching: "'a' <-> 'b' & 'c' | 'd'".to_owned(),
        terms: vec!["'a' <-> 'b'".to_owned()],
    }]);
    let (words, phrases) = ("('en/d')", "('en/a' <-> 'en/b' & 'en/c')");
    let asked = |tier: &str, among: &str| Asked {
        words: format!("{words}{tier}"),
        phrases: format!("{phrases}{tier}"),
        among: among.to_owned(),
    };
    assert_eq!(queries.all, asked("", ""));
    assert!(!queries.has_places() && queries.bigrams.is_some());
    let title = "(('en1a' & 'en1b'))";
    let title = (Tier::Title, asked(&format!(" & {title}"), title));
    assert_eq!(queries.tiers[0], title);
}

#[test]
fn an_extract_marks_and_escapes() {
    let text = "Before it all. A <b>Canción</b>, \"canciones\" & more";
    let found = ["cancion".to_owned(), "canciones".to_owned()];
    assert_eq!(
        extract(text, &found),
        "Before it all. A &lt;b&gt;<mark>Canción</mark>&lt;/b&gt;, &quot;<mark>canciones</mark>&quot; &amp; more",
    );
}

#[test]
fn an_extract_is_the_part_with_the_most_of_what_was_found() {
    let filling = "filling ".repeat(100);
    let text = format!("one {filling} one two {filling}");
    let html = extract(&text, &["one".to_owned(), "two".to_owned()]);
    assert!(html.starts_with("… filling"), "{html}");
    assert!(html.contains("<mark>one</mark> <mark>two</mark>"), "{html}");
    assert!(html.ends_with("filling …"), "{html}");
}

proptest! {
    /// Quotation marks are only where they are put, so that no text is anything but words.
    #[test]
    fn whatever_is_searched_for_is_only_words(text in "\\PC{1,80}") {
        if let Ok(search) = Search::parse(&text) {
            let parts: Vec<_> = search.matching.split('\'').collect();
            prop_assert_eq!(parts.len() % 2, 1);
            for (index, part) in parts.iter().enumerate() {
                if index % 2 == 1 {
                    prop_assert!(!part.is_empty() && !part.contains(['\\', ' ', '&', '|', '!', ':']));
                } else {
                    prop_assert!(part.chars().all(|c| "()&|!:*<-> ".contains(c)), "{}", part);
                }
            }
        }
    }

    #[test]
    fn an_extract_has_no_markup_but_marks(text in "\\PC{0,200}", word in "[a-z<>&]{1,5}") {
        let html = extract(&text, &[word]);
        let rest = html.replace("<mark>", "").replace("</mark>", "");
        prop_assert!(!rest.contains(['<', '>', '"']));
    }
}
