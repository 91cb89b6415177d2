//! Excerpts, words and minutes.

use super::super::{Derived, derive, excerpt, reading_minutes, word_count};

#[test]
fn excerpts_are_plain_text() {
    for (markdown, expected) in [
        ("", ""),
        (
            "# Title\n\nOne *two* [three](x) `four`.\n\nFive.",
            "One two three four. Five.",
        ),
        ("One\ntwo  \nthree", "One two three"),
        (
            "![image](x) a[^1] b\n\n[^1]: note\n\n```\ncode\n```\n\n<p>raw</p>\n\nc",
            "a b c",
        ),
        ("One.\n\n<!-- more -->\n\nTwo.", "One."),
        ("One. <!--more--> Two.", "One."),
        ("<!-- more -->\n\nTwo.", "Two."),
        (
            "`<!-- more -->` stays\n\n    <!-- more -->\n\nTwo.",
            "<!-- more --> stays Two.",
        ),
        ("|a|\n|-|\n|b|\n\n- c\n- d", "c d"),
        ("a &amp; b\u{a0}c &lt;d>", "a & b c <d>"),
        ("in**side**", "inside"),
    ] {
        assert_eq!(excerpt(markdown), expected, "{markdown}");
    }
}

#[test]
fn excerpts_end_at_a_word() {
    let words = "word ".repeat(100);
    let expected = format!("{}…", "word ".repeat(56).trim_end());
    assert_eq!(excerpt(&words), expected);
    assert_eq!(excerpt(&"x".repeat(281)), format!("{}…", "x".repeat(280)));
    assert_eq!(excerpt(&"x".repeat(280)), "x".repeat(280));
    assert_eq!(
        excerpt(&format!("{} y", "x".repeat(280))),
        format!("{}…", "x".repeat(280))
    );
    assert_eq!(excerpt(&"字".repeat(500)), format!("{}…", "字".repeat(280)));
    assert_eq!(excerpt(&format!("{words}\n\n<!-- more -->")), expected);
}

#[test]
fn words_are_counted_as_readers_see_them() {
    for (markdown, expected) in [
        ("", 0),
        ("one two's three-four — five", 4),
        ("in**side** out", 2),
        ("# One\n\ntwo\nthree", 3),
        ("`a b`\n\n```\nlet x = 1;\n```", 5),
        ("![not seen](x) seen [a b](c)", 3),
        ("漢字かなabc 한국어 문장", 7),
        ("<div>raw</div>\n\n... !!", 0),
        ("- a\n- b\n\n|c|d|\n|-|-|\n|e|f|", 6),
    ] {
        assert_eq!(word_count(markdown), expected, "{markdown}");
    }
}

#[test]
fn minutes_are_rounded_up() {
    for (words, minutes) in [
        (0, 1),
        (1, 1),
        (220, 1),
        (221, 2),
        (2200, 10),
        (u32::MAX, 19_522_579),
    ] {
        assert_eq!(reading_minutes(words), minutes, "{words}");
    }
}

#[test]
fn both_are_derived_at_once() {
    let derived = Derived {
        excerpt: "a b".to_owned(),
        word_count: 3,
    };
    assert_eq!(derive("# T\n\na b"), derived);
}
