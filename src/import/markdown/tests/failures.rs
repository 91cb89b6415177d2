//! Every failure, with its line.

use super::failure;

#[track_caller]
fn fails(text: &str, line: u32, reason: &str) {
    let (at, why) = failure("a.md", text.as_bytes());
    assert!(why.contains(reason), "{why}\nfor {text:?}");
    assert_eq!(at, line, "{why}\nfor {text:?}");
}

#[test]
fn bytes_that_are_no_text() {
    let (line, reason) = failure("a.md", b"+++\ntitle = 'x'\n+++\nab\xff");
    assert_eq!(
        (line, reason.as_str()),
        (4, "not UTF-8; save the file as UTF-8")
    );
    fails("---\ntitle: x\n---\n\n\0", 5, "NUL");
    fails(
        "+++\na = 1\ntitle = \"a\\u0000\"\n+++\n",
        3,
        "title: holds a NUL",
    );
    fails(
        "---\ntitle: a\nextra:\n  b: [\"\\0\"]\n---\n",
        3,
        "extra: holds a NUL",
    );
    fails(
        "{\"title\": \"x\",\n\"a\": \"\\u0000\"}",
        2,
        "a: holds a NUL",
    );
}

#[test]
fn front_matter_that_does_not_end() {
    fails(
        "\n\n+++\ntitle = 'x'\n",
        3,
        "not closed; end it with a line +++",
    );
    fails("---\ntitle: x\n", 1, "not closed; end it with a line ---");
    fails("{\n\"title\": \"x\"\n", 3, "JSON front matter is not valid");
}

#[test]
fn front_matter_that_does_not_parse() {
    fails("+++\ntitle = 'x'\ntitle = 'y'\n+++\n", 3, "duplicate key");
    fails("+++\ntitle = 'x'\ndate = \n+++\n", 3, "TOML");
    fails("+++\ntitle = x\n+++\n", 2, "TOML");
    fails("\r\n---\r\ntitle: x\r\ntitle: y\r\n---\r\n", 4, "duplicate");
    fails("---\ntitle: x\n  tags: y\n---\n", 3, "YAML");
    fails("---\ntitle: a: b\n---\n", 2, "YAML");
    fails("---\ntitle: x\ntags:\n\t- y\n---\n", 4, "YAML");
    fails("---\n- x\n---\n", 2, "YAML");
    fails("---\nx: *none\n---\n", 2, "YAML");
    fails(
        "{\"title\": \"x\",\n\n\"title\": \"y\"}\n",
        3,
        "duplicate key",
    );
    fails("{\"title\": \"x\",\n\n}\n", 3, "JSON");
}

#[test]
fn alias_bombs() {
    let mut text = "---\ntitle: x\na0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..9 {
        let previous = format!("*a{},", i - 1).repeat(9);
        text += format!("a{i}: &a{i} [{previous}]\n").as_str();
    }
    text.push_str("---\n");
    let (line, reason) = failure("a.md", text.as_bytes());
    assert!(reason.contains("YAML"), "{reason}");
    assert!((3..=12).contains(&line), "{line}: {reason}");
    let (items, copies) = ("x, ".repeat(500), "*a, ".repeat(30));
    let bomb = format!("---\ntitle: x\na: &a [{items}]\nb: [{copies}]\n---\n");
    fails(&bomb, 4, "YAML");
    let deep = format!("---\nx: {}\n---\n", "[".repeat(10_000));
    fails(&deep, 2, "YAML");
    fails(
        &format!("+++\nx = {}\n+++\n", "[".repeat(10_000)),
        2,
        "TOML",
    );
    fails(&format!("{{\"x\": {}", "[".repeat(10_000)), 1, "JSON");
}

#[test]
fn dates() {
    for (value, shown) in [
        ("\"0000-01-01\"", "\"0000-01-01\""),
        ("2020-02-30", "\"2020-02-30\""),
        ("99999-01-01", "\"99999-01-01\""),
        ("+2020-01-01", "\"+2020-01-01\""),
        ("20200101", "\"20200101\""),
        ("yesterday", "\"yesterday\""),
        ("2020-01-01T25:00:00Z", "\"2020-01-01T25:00:00Z\""),
        ("0001-01-01T00:00:00+05:00", "\"0001-01-01T00:00:00+05:00\""),
    ] {
        let reason =
            format!("date: {shown} is not a date; write 2024-03-31 or 2024-03-31T18:00:00Z");
        fails(&format!("---\ntitle: x\ndate: {value}\n---\n"), 3, &reason);
    }
    fails(
        "+++\ntitle = 'x'\nupdated = 'never'\n+++\n",
        3,
        "updated: \"never\"",
    );
    fails(
        "---\nlastmod: [a]\ntitle: x\n---\n",
        2,
        "lastmod: is not text",
    );
    fails(
        "---\ntitle: x\nexpiryDate: soon\n---\n",
        3,
        "expiryDate: \"soon\" is not a date",
    );
}

#[test]
fn an_end_that_is_not_after_the_beginning() {
    let reason = "is not after the post's date, 2024-03-31T00:00:00Z";
    for end in ["2024-03-30", "2024-03-31", "2024-03-31T00:00:00.0000009Z"] {
        let text = format!("---\ntitle: x\nexpirydate: {end}\ndate: 2024-03-31\n---\n");
        fails(&text, 3, reason);
    }
    let (line, why) = failure(
        "_posts/2024-03-31-a.md",
        b"+++\ntitle = 'x'\n\nunpublishdate = 2024-01-01\n+++\n",
    );
    assert_eq!(line, 4);
    assert_eq!(why, format!("unpublishdate: \"2024-01-01\" {reason}"));
}

#[test]
fn titles_texts_and_flags() {
    fails("---\ntags: a\n---\nText", 1, "no title: ");
    fails("---\na: b\ntitle: [x]\n---\n", 3, "title: is not text");
    fails(&format!("---\ntitle: {}\n---\n", "ä".repeat(256)), 2, "255");
    fails(
        "---\ntitle: x\ndraft: maybe\n---\n",
        3,
        "draft: \"maybe\" is neither",
    );
    let large = "x".repeat(1024 * 1024 + 1);
    fails(&format!("---\ntitle: x\n---\n{large}"), 4, "1 MiB");
    fails(
        &format!("---\ntitle: x\ny: {}\n---\n", &large[..70_000]),
        2,
        "64 KiB",
    );
    fails(
        &format!("{{\"title\": \"{}\"}}", &large[..70_000]),
        1,
        "64 KiB",
    );
}

#[test]
fn paths() {
    for (path, reason) in [
        ("../x", ".."),
        ("a/%2e%2E/b", ".."),
        ("https://a.example/b", "names a host"),
        ("//a.example/b", "names a host"),
        ("a?b", "query"),
        ("a#b", "query"),
        ("a\\\\b", "backslash"),
        ("a%0ab", "control character"),
        ("%ff", "not UTF-8"),
        ("/", "is empty"),
    ] {
        for key in ["path", "url", "permalink"] {
            let text = format!("---\ntitle: x\n{key}: \"{path}\"\n---\n");
            fails(&text, 3, reason);
        }
    }
    fails(
        &format!("---\ntitle: x\npath: {}\n---\n", "a".repeat(3000)),
        3,
        "2,048",
    );
    fails("---\ntitle: x\nslug: a/b\n---\n", 3, "one segment");
    fails("---\ntitle: x\nslug: ..\n---\n", 3, "segment");
    fails(
        "---\ntitle: x\npermalink: /:nonsense/\n---\n",
        3,
        "placeholder :nonsense",
    );
    fails(
        "---\ntitle: x\npermalink: /:year/\n---\n",
        3,
        "needs a date for :year",
    );
}
