//! What holds for every file.

use proptest::prelude::*;

use super::super::{MAX_TITLE_CHARS, Outcome, parse};

const PIECES: &[&str] = &[
    "+++\n",
    "---\n",
    "...\n",
    "{\n",
    "}\n",
    "title",
    ": ",
    " = ",
    "\"x\"",
    "\"",
    "'",
    "date",
    "2024-03-31",
    "0000-00-00",
    "path",
    "permalink",
    "/:year/:title/",
    "/a/../b",
    "%zz",
    "%00",
    "[",
    "]",
    ",",
    "- ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "tags",
    "authors",
    "taxonomies",
    "{a: b}",
    "&a ",
    "*a",
    "<<: ",
    "|",
    ">",
    "#",
    "!!int ",
    "\u{feff}",
    "\0",
    "é",
    "1e999",
    ".nan",
    "nan",
    "-0",
    "\\u0000",
    "draft",
    "slug",
    "aliases",
    "true",
    "~",
    "title: x\n",
    "title = 'x'\n",
    "\"title\": \"x\"",
    "# Heading\n",
    "99999999999999999999",
];

fn check(relative: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    let lines = bytes.split(|byte| *byte == b'\n').count();
    let lines = u32::try_from(lines).unwrap_or(u32::MAX);
    match parse(relative, bytes) {
        Outcome::Post(post) => {
            prop_assert!(!post.title.is_empty() && post.title.chars().count() <= MAX_TITLE_CHARS);
            for path in post.aliases.iter().chain([&post.path]) {
                prop_assert!(path.starts_with('/') && !path.ends_with('/'), "{}", path);
                prop_assert!(
                    !path.contains("//") && !path.contains(char::is_control),
                    "{}",
                    path
                );
                prop_assert!(path.split('/').all(|segment| segment != ".."), "{}", path);
            }
            prop_assert!(!post.aliases.contains(&post.path));
            prop_assert!(!post.title.contains('\0') && !post.content.contains('\0'));
        }
        Outcome::Skipped { reason } => prop_assert!(!reason.is_empty()),
        Outcome::Failed { line, reason } => {
            prop_assert!(
                (1..=lines).contains(&line),
                "{} of {}: {}",
                line,
                lines,
                reason
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check("a.md", &bytes)?;
    }

    #[test]
    fn any_text_is_read(relative in "[a-z0-9_/. -]{0,30}", text in "(?s).{0,200}") {
        check(&relative, text.as_bytes())?;
    }

    #[test]
    fn any_front_matter_is_read(
        start in prop::sample::select(&["+++\n", "---\n", "{\"title\": \"x\"", "---\ntitle: x\n", "+++\ntitle = 'x'\n"][..]),
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..20),
        end in prop::sample::select(&["", "\n+++\n", "\n---\n", "}\n", "\n---\nText", "\n+++\nText"][..]),
    ) {
        check("_posts/2020-01-02-a.md", format!("{start}{}{end}", pieces.concat()).as_bytes())?;
    }
}
