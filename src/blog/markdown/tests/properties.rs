//! What holds for every text.

use proptest::prelude::*;

use super::super::sanitise::sanitise;
use super::super::{
    MAX_EXCERPT_CHARS, derive, excerpt, render_html, table_of_contents, word_count,
};
use super::allow_list::{ids, violations};
use super::hostile::VECTORS;

const PIECES: &[&str] = &[
    "\n",
    "\n\n",
    "> ",
    "- ",
    "1. ",
    "# a",
    "## B c",
    "    ",
    "```",
    "|a|b|\n|-|-|\n",
    "*",
    "**",
    "_",
    "`",
    "[",
    "](",
    ")",
    "![",
    "<",
    ">",
    "\"",
    "'",
    "&amp;",
    "&lt;",
    "[^1]",
    "\n[^1]: x\n",
    "</p>",
    "</div>",
    "<p>",
    "<div>",
    "<table>",
    "<td>",
    "<b>",
    "</b>",
    "<a href=/x>",
    "</a>",
    "<h2>",
    "</h2>",
    "<details>",
    "<pre>",
    "<ul>",
    "<li>",
    "<!--",
    "-->",
    "<b title=1>",
    "é",
    "字",
    "\u{0}",
    "{#x}",
    "- [x] y",
    "<ruby>",
    "<rt>",
    "<summary>",
    "<colgroup>",
    "<caption>",
];

fn mixtures() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => prop::sample::select(PIECES),
        1 => prop::sample::select(VECTORS),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Markdown with such raw HTML as may stand anywhere.
fn well_nested() -> impl Strategy<Value = String> {
    const OUT_OF_PLACE: &[&str] = &[
        "</p>",
        "</div>",
        "<p>",
        "<div>",
        "<table>",
        "<td>",
        "<h2>",
        "</h2>",
        "<details>",
        "<pre>",
        "<ul>",
        "<li>",
        "<summary>",
        "<colgroup>",
        "<caption>",
        "<ruby>",
        "<rt>",
    ];
    let pieces = PIECES.iter().filter(|piece| !OUT_OF_PLACE.contains(piece));
    let pieces: Vec<_> = pieces.copied().collect();
    prop::collection::vec(prop::sample::select(pieces), 0..24).prop_map(|pieces| pieces.concat())
}

fn check(markdown: &str) -> Result<(), TestCaseError> {
    let html = render_html(markdown);
    prop_assert_eq!(violations(&html), Vec::<String>::new(), "{}", html);
    let ids = ids(&html);
    for heading in table_of_contents(markdown) {
        prop_assert!(ids.contains(&heading.anchor), "{:?} in {}", heading, html);
    }
    let derived = derive(markdown);
    prop_assert!(derived.excerpt.chars().count() <= MAX_EXCERPT_CHARS + 1);
    prop_assert_eq!(&derived.excerpt, &excerpt(markdown));
    prop_assert_eq!(derived.word_count, word_count(markdown));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_is_safe(markdown in "(?s).{0,200}") {
        check(&markdown)?;
    }

    #[test]
    fn any_mixture_is_safe(markdown in mixtures()) {
        check(&markdown)?;
    }

    #[test]
    fn sanitising_again_changes_nothing(markdown in well_nested()) {
        let html = render_html(&markdown);
        prop_assert_eq!(sanitise(&html), html);
    }

    // An HTML parser moves misplaced tables and blocks, and not all at once.
    #[test]
    fn sanitising_again_changes_nothing_for_the_worse(markdown in mixtures()) {
        let again = sanitise(&render_html(&markdown));
        prop_assert_eq!(violations(&again), Vec::<String>::new(), "{}", again);
    }

    #[test]
    fn the_sanitiser_alone_is_enough(html in mixtures()) {
        let found = violations(&sanitise(&html));
        // `rel` is written before the sanitiser, by what knows the address.
        let found: Vec<_> = found.iter().filter(|f| !f.contains("without rel")).collect();
        prop_assert!(found.is_empty(), "{:?}", found);
    }
}
