use proptest::prelude::*;

use super::super::graph::graph;
use super::super::{Question, Site, Writer, json_ld};
use super::full;
use super::vocabulary::problems;

/// Texts that would end a script, begin a comment or break a string.
fn texts() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "</script>",
        "<!--",
        "<script",
        "]]>",
        "-->",
        "\"",
        "\\",
        "\\u003c",
        "&lt;",
        "\u{2028}",
        "\u{2029}",
        "\u{0}",
        "\n",
        "é",
        "x",
    ];
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..6);
    prop_oneof![pieces.prop_map(|pieces| pieces.concat()), "(?s).{0,20}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn whatever_a_post_says_is_safe_in_a_page_and_reads_the_same(
        text in texts(), other in texts(), with_url in any::<bool>(), canonical in any::<bool>(),
    ) {
        let url = with_url.then(|| "https://www.example.org".to_owned());
        let site = Site { name: text.clone(), url };
        let mut post = full();
        let path = format!("/{other}");
        let url = format!("https://other.example.org/{other}");
        post.path = &path;
        post.canonical_url = canonical.then_some(&*url);
        post.title = &text;
        post.description = Some(&other);
        post.tags = vec![&text, &other];
        post.locale = Some(&text);
        post.authors = vec![Writer { name: &text, slug: Some(&other), bio: &text, avatar_url: Some(&url) }];
        post.faq = vec![Question { question: &text, answer: &other }];
        let json = json_ld(&site, &post);
        prop_assert!(!json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{json}");
        let parsed: serde_json::Value = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(problems(&parsed), Vec::<String>::new());
        prop_assert_eq!(parsed, graph(&site, &post));
    }
}
