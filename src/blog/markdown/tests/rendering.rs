//! What Markdown looks like as HTML.

use super::super::{render_html, table_of_contents};

#[test]
fn extensions_render() {
    for (markdown, html) in [
        (
            "a **b** *c* ~~d~~ `e`",
            "<p>a <strong>b</strong> <em>c</em> <del>d</del> <code>e</code></p>\n",
        ),
        ("# One Two!", "<h1 id=\"one-two\">One Two!</h1>\n"),
        (
            "```rust,no_run\nx\n```",
            "<pre><code class=\"language-rust\">x\n</code></pre>\n",
        ),
        (
            "```c++\nx\n```",
            "<pre><code class=\"language-c++\">x\n</code></pre>\n",
        ),
        ("```<b>\nx\n```", "<pre><code>x\n</code></pre>\n"),
        (
            "[a](../b?c=d&e#f)",
            "<p><a href=\"../b?c=d&amp;e#f\" rel=\"noopener noreferrer\">a</a></p>\n",
        ),
        ("[a](../b.md)", "<p><a href=\"../b.md\">a</a></p>\n"),
        ("[a](#b 'c')", "<p><a href=\"#b\" title=\"c\">a</a></p>\n"),
        (
            "<https://a.example/>",
            "<p><a href=\"https://a.example/\" rel=\"noopener noreferrer\">https://a.example/</a></p>\n",
        ),
        (
            "<a@b.example>",
            "<p><a href=\"mailto:a@b.example\">a@b.example</a></p>\n",
        ),
        (
            "![a *b* `c`](d.png \"e\")",
            "<p><img src=\"d.png\" alt=\"a b c\" title=\"e\"></p>\n",
        ),
        (
            "|a|b|\n|:-:|--|\n|c|d|",
            "<table><thead><tr><th align=\"center\">a</th><th>b</th></tr></thead><tbody>\n<tr><td align=\"center\">c</td><td>d</td></tr>\n</tbody></table>\n",
        ),
        (
            "a[^x]\n\n[^x]: b",
            "<p>a<sup class=\"footnote-reference\"><a href=\"#fn:1\">1</a></sup></p>\n<div class=\"footnote-definition\" id=\"fn:1\"><sup class=\"footnote-definition-label\">1</sup>\n<p>b</p>\n</div>\n",
        ),
    ] {
        assert_eq!(render_html(markdown), html, "{markdown}");
    }
}

#[test]
fn task_lists_are_disabled_checkboxes() {
    let html = render_html("- [x] a\n- [ ] b\n\nc\n\n- [ ] d\n\n  e");
    assert_eq!(
        html.matches("<li class=\"task-list-item\">").count(),
        3,
        "{html}"
    );
    assert_eq!(html.matches("type=\"checkbox\"").count(), 3, "{html}");
    assert_eq!(html.matches("disabled=\"\"").count(), 3, "{html}");
    assert_eq!(html.matches("checked=\"\"").count(), 1, "{html}");
}

#[test]
fn useful_html_is_kept() {
    for html in [
        "<figure>\n<img src=\"a.png\" alt=\"b\" width=\"10\" height=\"20%\">\n<figcaption>c</figcaption>\n</figure>\n",
        "<p><kbd>a</kbd> <sup>b</sup> <sub>c</sub> <abbr title=\"d\">e</abbr></p>\n",
        "<p><video src=\"a.mp4\" controls=\"\" poster=\"b.png\"></video></p>\n",
        "<p><audio src=\"a.ogg\" controls=\"\"></audio></p>\n",
        "<table>\n<tbody><tr><td colspan=\"2\">a</td></tr>\n</tbody></table>\n",
    ] {
        assert_eq!(render_html(html), html);
    }
    assert_eq!(
        render_html("<details><summary>a</summary>\n\n**b**\n\n</details>"),
        "<details><summary>a</summary>\n<p><strong>b</strong></p>\n</details>"
    );
    assert_eq!(
        render_html("<noscript><img src=\"chart.png\"></noscript>\n"),
        "<p><img src=\"chart.png\"></p>\n"
    );
}

#[test]
fn raw_elements_end_with_the_block_they_begin_in() {
    assert_eq!(
        render_html("a <b> c\n\nd </b> e"),
        "<p>a <b> c</b></p>\n<p>d  e</p>\n"
    );
    assert_eq!(
        render_html("> a </blockquote> b"),
        "<blockquote>\n<p>a  b</p>\n</blockquote>\n"
    );
}

#[test]
fn anchors_are_unique_and_readable() {
    let markdown = "# Ünïcode 字 & `code`\n## A\n## A\n## A {#b}\n## B\n## !?\n### a-1\n\
        ## [Link](x) ![alt](y) *em*\n## Bad {#x:y}\nSetext\n===";
    let anchors: Vec<_> = table_of_contents(markdown)
        .into_iter()
        .map(|heading| (heading.level, heading.text, heading.anchor))
        .collect();
    let expected = [
        (1, "Ünïcode 字 & code", "ünïcode-字--code"),
        (2, "A", "a"),
        (2, "A", "a-1"),
        (2, "A", "b"),
        (2, "B", "b-1"),
        (2, "!?", "section"),
        (3, "a-1", "a-1-1"),
        (2, "Link em", "link-em"),
        (2, "Bad", "bad"),
        (1, "Setext", "setext"),
    ];
    let expected =
        expected.map(|(level, text, anchor)| (level, text.to_owned(), anchor.to_owned()));
    assert_eq!(anchors, expected);
    for (_, _, anchor) in expected {
        assert!(
            render_html(markdown).contains(&format!(" id=\"{anchor}\"")),
            "{anchor}"
        );
    }
}

#[test]
fn nesting_is_bounded_in_the_output() {
    let html = render_html(&format!("{}deep", "> ".repeat(90)));
    assert_eq!(html.matches("<blockquote>").count(), 64);
    assert!(html.contains("deep"));
}

#[test]
fn long_text_is_not_changed_by_being_parted() {
    let word = "a&b é ";
    let html = render_html(&word.repeat(20_000));
    assert_eq!(
        html,
        format!("<p>{}</p>\n", "a&amp;b é ".repeat(20_000).trim_end())
    );
    let html = render_html(&format!("<div>\n{}</div>\n", "&eacute;&lt;".repeat(20_000)));
    assert_eq!(html, format!("<div>\n{}</div>\n", "é&lt;".repeat(20_000)));
}
