use super::Checked;

/// The largest content, in bytes.
pub const MAX_CONTENT: usize = 1024 * 1024;
/// The longest excerpt, in characters.
pub const MAX_EXCERPT: usize = 1000;

const MAX_LINE: usize = 255;
const MAX_META_DESCRIPTION: usize = 300;
const MAX_NOTE: usize = 500;
/// In bytes.
const MAX_BIO: usize = 64 * 1024;

/// A title: one line of 1 to 255 characters.
pub fn title(text: &str) -> Checked<String> {
    line(text, MAX_LINE)
}

/// A name of an author or a tag: one line of 1 to 255 characters, not of signs alone.
pub fn name(text: &str) -> Checked<String> {
    let name = line(text, MAX_LINE)?;
    if name.chars().any(char::is_alphanumeric) {
        Ok(name)
    } else {
        Err("has neither a letter nor a digit".to_owned())
    }
}

/// The title for search engines: one line of 1 to 255 characters; none if it is empty.
pub fn meta_title(text: &str) -> Checked<Option<String>> {
    optional(text, |text| line(text, MAX_LINE))
}

/// What search engines say: one line of 1 to 300 characters; none if it is empty.
pub fn meta_description(text: &str) -> Checked<Option<String>> {
    optional(text, |text| line(text, MAX_META_DESCRIPTION))
}

/// Why a post was changed: one line of 1 to 500 characters; none if it is empty.
pub fn note(text: &str) -> Checked<Option<String>> {
    optional(text, |text| line(text, MAX_NOTE))
}

/// A post's text, as it is: Markdown of at most 1 MiB.
pub fn content(text: &str) -> Checked<String> {
    if text.len() > MAX_CONTENT {
        let length = text.len();
        return Err(format!("{length} bytes are more than {MAX_CONTENT}"));
    }
    without_control_characters(text, &['\n', '\r', '\t'])?;
    Ok(text.to_owned())
}

/// A summary of at most 1,000 characters; none if it is empty, and one is made of the text.
pub fn excerpt(text: &str) -> Checked<Option<String>> {
    optional(text, |text| {
        without_control_characters(text, &['\n', '\r', '\t'])?;
        at_most(text, MAX_EXCERPT)?;
        Ok(text.to_owned())
    })
}

/// About an author: plain text of at most 64 KiB.
pub fn bio(text: &str) -> Checked<String> {
    without_control_characters(text, &['\n', '\r', '\t'])?;
    if text.len() > MAX_BIO {
        return Err(format!("longer than {MAX_BIO} bytes"));
    }
    Ok(text.trim().to_owned())
}

/// A text of one line without spaces around it.
pub(super) fn line(text: &str, max: usize) -> Checked<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    without_control_characters(text, &[])?;
    at_most(text, max)?;
    Ok(text.to_owned())
}

pub(super) fn optional<T>(
    text: &str,
    check: impl FnOnce(&str) -> Checked<T>,
) -> Checked<Option<T>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    check(text).map(Some)
}

pub(super) fn at_most(text: &str, max: usize) -> Checked<()> {
    // Most texts are so short that they need not be counted.
    if text.len() <= max || text.chars().count() <= max {
        Ok(())
    } else {
        Err(format!("longer than {max} characters"))
    }
}

pub(super) fn without_control_characters(text: &str, allowed: &[char]) -> Checked<()> {
    let is_wrong = |c: &char| c.is_control() && !allowed.contains(c);
    match text.chars().find(is_wrong) {
        None => Ok(()),
        Some(c) => Err(format!(
            "holds the control character U+{:04X}; take it out",
            u32::from(c)
        )),
    }
}
