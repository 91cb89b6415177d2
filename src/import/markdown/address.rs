//! Public paths in their one form.

use percent_encoding::percent_decode_str;

/// Longest path in bytes; a longer one does not fit into a database index.
const MAX_PATH_BYTES: usize = 2048;

/// Brings a path from front matter into the form of `ParsedPost::path`.
///
/// # Errors
///
/// Says what is wrong, to go after the key and the value.
pub(super) fn normalise(written: &str) -> Result<String, &'static str> {
    let written = written.trim();
    if written.starts_with("//") || written.contains("://") {
        return Err("names a host; write a path of this site such as /2024/03/31/title");
    }
    if written.contains(['?', '#']) {
        return Err(
            "holds a query or a fragment; write the path alone (%3F for a question mark, %23 for a number sign)",
        );
    }
    let decoded = percent_decode_str(written)
        .decode_utf8()
        .map_err(|_| "is not UTF-8 when its %-sequences are decoded")?;
    join(decoded.split('/'))
}

/// Joins the segments of a path; empty ones are left out.
///
/// # Errors
///
/// As [`normalise`].
pub(super) fn join<'s>(
    segments: impl IntoIterator<Item = &'s str>,
) -> Result<String, &'static str> {
    let mut path = String::new();
    for segment in segments {
        if matches!(segment, "." | "..") {
            return Err("holds a . or .. segment; write the path from the root of the site");
        }
        if segment.contains('\\') || segment.contains(char::is_control) {
            return Err("holds a backslash or a control character");
        }
        if !segment.is_empty() {
            path.push('/');
            path.push_str(segment);
        }
    }
    match path.len() {
        0 => Err("is empty; write a path such as /2024/03/31/title"),
        1..=MAX_PATH_BYTES => Ok(path),
        _ => Err("is longer than 2,048 bytes"),
    }
}
