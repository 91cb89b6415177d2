//! Slugs made from titles.

use deunicode::deunicode_char;

/// Longest slug in characters, which are all ASCII.
pub const MAX_SLUG_CHARS: usize = 255;

/// Makes a slug, `[a-z0-9-]{1,255}`, from a title.
///
/// Letters of other scripts are transliterated; all else becomes single
/// hyphens, none at either end. A longer slug is cut between words. Empty when
/// nothing is left, which the caller has to find a name for.
#[must_use]
pub fn slugify(title: &str) -> String {
    let mut slug = String::new();
    let mut hyphen_due = false;
    for c in title.chars() {
        // Apostrophes join: `don't` is `dont`.
        if matches!(c, '\'' | '’') {
            continue;
        }
        let ascii = deunicode_char(c).unwrap_or(" ");
        for byte in ascii.bytes() {
            if !byte.is_ascii_alphanumeric() {
                hyphen_due = true;
                continue;
            }
            if std::mem::take(&mut hyphen_due) && !slug.is_empty() {
                slug.push('-');
            }
            slug.push(char::from(byte.to_ascii_lowercase()));
        }
        if slug.len() > MAX_SLUG_CHARS + 1 {
            break;
        }
    }
    cut(slug, MAX_SLUG_CHARS)
}

/// The slug with a number, `base-2`, cut so that both fit into 255 characters;
/// the number alone when there is no base.
#[must_use]
pub fn numbered(base: &str, number: u32) -> String {
    if base.is_empty() {
        return number.to_string();
    }
    let suffix = format!("-{number}");
    let mut slug = cut(base.to_owned(), MAX_SLUG_CHARS - suffix.len());
    slug.push_str(&suffix);
    slug
}

/// Cuts between words; a single longer word is cut inside.
fn cut(mut slug: String, max: usize) -> String {
    if slug.len() <= max {
        return slug;
    }
    let head = &slug[..slug.floor_char_boundary(max + 1)];
    let end = head.rfind('-').unwrap_or(slug.floor_char_boundary(max));
    slug.truncate(end);
    slug
}

/// Whether a text can be a slug. What is none names nothing, so nobody needs to look for it.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    (1..=MAX_SLUG_CHARS).contains(&text.len())
        && text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MAX_SLUG_CHARS, numbered, slugify};

    #[test]
    fn titles_become_slugs() {
        let long = format!("{} bb", "a".repeat(254));
        let cases = [
            ("Announcing Rust 1.90.0", "announcing-rust-1-90-0"),
            ("  ¿Qué es Imprenta? ", "que-es-imprenta"),
            ("Straße & Ærø", "strasse-aero"),
            ("Don't panic", "dont-panic"),
            ("北京", "bei-jing"),
            ("Привет", "privet"),
            ("--a--b--", "a-b"),
            ("", ""),
            ("¡…!", ""),
            (long.as_str(), &long[..254]),
        ];
        for (title, slug) in cases {
            assert_eq!(slugify(title), slug, "{title}");
        }
        assert_eq!(slugify(&"x".repeat(1000)).len(), MAX_SLUG_CHARS);
    }

    #[test]
    fn numbers_fit_in() {
        assert_eq!(numbered("post", 2), "post-2");
        assert_eq!(numbered("", 2), "2");
        assert_eq!(numbered(&"x".repeat(255), 10).len(), MAX_SLUG_CHARS);
        assert_eq!(
            numbered(&format!("{}-tail", "x".repeat(250)), 3),
            format!("{}-3", "x".repeat(250))
        );
    }

    fn is_slug(slug: &str) -> bool {
        slug.len() <= MAX_SLUG_CHARS
            && !slug.starts_with('-')
            && !slug.ends_with('-')
            && !slug.contains("--")
            && slug
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    }

    proptest! {
        #[test]
        fn slugs_keep_their_form(title in "\\PC{0,400}") {
            let slug = slugify(&title);
            prop_assert!(is_slug(&slug), "{}", slug);
            prop_assert_eq!(slugify(&slug), slug);
        }

        #[test]
        fn numbered_slugs_keep_their_form(title in "[a-z -]{1,400}", number in 2_u32..) {
            let slug = slugify(&title);
            prop_assert!(is_slug(&numbered(&slug, number)));
        }
    }
}
