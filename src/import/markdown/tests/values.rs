//! Dates, lists and aliases in all their spellings.

use super::{post, published};

#[test]
fn dates_in_all_spellings() {
    for (value, expected) in [
        ("2024-03-31", "2024-03-31T00:00:00+00:00"),
        ("\"2024-03-31\"", "2024-03-31T00:00:00+00:00"),
        ("2024-3-1", "2024-03-01T00:00:00+00:00"),
        ("2024-03-31T18:00:00Z", "2024-03-31T18:00:00+00:00"),
        ("2024-03-31t18:00:00z", "2024-03-31T18:00:00+00:00"),
        ("2024-03-31 18:00:00", "2024-03-31T18:00:00+00:00"),
        ("2024-03-31 18:00", "2024-03-31T18:00:00+00:00"),
        (
            "2024-03-31T18:00:00.25+02:00",
            "2024-03-31T16:00:00.250+00:00",
        ),
        ("2024-03-31 18:00:00 +0200", "2024-03-31T16:00:00+00:00"),
        ("2024-03-31 18:00:00 -08:00", "2024-04-01T02:00:00+00:00"),
        ("2024-03-31 18:00:00 UTC", "2024-03-31T18:00:00+00:00"),
        ("2024-03-31 18:00 -05", "2024-03-31T23:00:00+00:00"),
        ("0001-01-01", "0001-01-01T00:00:00+00:00"),
        ("9999-12-31", "9999-12-31T00:00:00+00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
    ] {
        let text = format!("---\ntitle: x\ndate: {value}\n---\n");
        assert_eq!(
            published("a.md", &text).as_deref(),
            Some(expected),
            "{value}"
        );
    }
    for value in [
        "2024-03-31",
        "2024-03-31T18:00:00",
        "2024-03-31 18:00:00Z",
        "2024-03-31T20:00:00+02:00",
    ] {
        let text = format!("+++\ntitle = 'x'\ndate = {value}\n+++\n");
        assert!(
            published("a.md", &text).is_some_and(|at| at.starts_with("2024-03-31T")),
            "{value}"
        );
    }
}

#[test]
fn dates_from_places() {
    let text = "---\ntitle: x\n---\n";
    let with_path = "---\ntitle: x\npath: inside/2021/05/06/x\n---\n";
    let day = |relative, text| published(relative, text).map(|at| at[..10].to_owned());
    assert_eq!(
        day("2020-01-02-x.md", with_path).as_deref(),
        Some("2021-05-06")
    );
    assert_eq!(
        day("2019/03/04/2020-01-02-x.md", text).as_deref(),
        Some("2020-01-02")
    );
    assert_eq!(day("2019/03/04/x.md", text).as_deref(), Some("2019-03-04"));
    assert_eq!(day("2020-02-30-x.md", text), None);
    assert_eq!(post("2020-02-30-x.md", text).path, "/2020-02-30-x");
    assert_eq!(day("0000/01/01/x.md", text), None);
    assert_eq!(day("x.md", "---\ntitle: x\ndate:\n---\n"), None);
    assert_eq!(post("2020-01-02.md", text).path, "/2020-01-02");
}

#[test]
fn numbers_and_words_are_text() {
    let found = post(
        "a.md",
        "---\ntitle: 2024\nauthor: no\ntags: [1.5, yes, 007]\n---\n",
    );
    assert_eq!(found.title, "2024");
    assert_eq!(found.authors, ["no"]);
    assert_eq!(found.tags, ["1.5", "yes", "007"]);
    let found = post(
        "a.md",
        "---\ntitle: >\n  Two\n  lines\ntags: big news, rust\ncategory: One Two\n---\n",
    );
    assert_eq!(found.title, "Two lines");
    assert_eq!(found.tags, ["big news", "rust", "One Two"]);
}

#[test]
fn unusable_aliases_are_warnings() {
    let found = post(
        "b.md",
        "---\ntitle: x\naliases: [/a/, a, 'https://x.example/', '../c', /b, '/d?e', /F.html, 3]\nredirect_from: {x: y}\n---\n",
    );
    assert_eq!(found.aliases, ["/a", "/F.html", "/3"]);
    let lines: Vec<_> = found.warnings.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [4, 3, 3, 3]);
    assert!(
        found.warnings[1]
            .1
            .starts_with("aliases: \"https://x.example/\" names a host")
    );
}

#[test]
fn taxonomies_of_another_kind_stay() {
    let found = post("a.md", "---\ntitle: x\ntaxonomies: none\n---\n");
    assert_eq!(found.front_matter["taxonomies"], "none");
    let found = post(
        "a.md",
        "+++\ntitle = 'x'\ntags = ['a']\n[taxonomies]\nauthors = ['Ada']\ntags = ['A', 'b']\ncategories = ['c']\n+++\n",
    );
    assert_eq!(
        (found.authors, found.tags),
        (
            vec!["Ada".to_owned()],
            ["a", "b", "c"].map(str::to_owned).to_vec()
        )
    );
    assert!(found.front_matter.is_empty());
}

#[test]
fn the_language_is_a_tag_or_left_out() {
    let locale = |line: &str| {
        let post = post("a.md", &format!("---\ntitle: A\n{line}\n---\nText\n"));
        (post.locale, post.warnings)
    };
    for (line, expected) in [
        ("locale: es", "es"),
        ("lang: en-US", "en-US"),
        ("language: es_CO", "es-CO"),
        ("lang: zh-Hant-TW", "zh-Hant-TW"),
    ] {
        assert_eq!(locale(line), (Some(expected.to_owned()), vec![]), "{line}");
    }
    assert_eq!(locale("draft: false"), (None, vec![]));
    for line in ["lang: Español", "lang: e", "lang: [es]", "lang: es--co"] {
        let (locale, warnings) = locale(line);
        assert_eq!(locale, None, "{line}");
        assert!(warnings[0].1.starts_with("lang: "), "{line}: {warnings:?}");
        assert_eq!(warnings[0].0, 3, "{line}");
    }
}
