//! A bound on how deep one line of Markdown can nest.

use std::borrow::Cow;

/// Containers one line may open. The Markdown parser visits every open
/// container for each line that lazily continues a paragraph, so without a
/// bound its time is quadratic.
const MAX_CONTAINERS: usize = 100;

/// The text with a backslash before the first container mark too many of a
/// line, which makes that mark and the following ones text.
pub(super) fn bounded(markdown: &str) -> Cow<'_, str> {
    let mut result = String::new();
    let (mut copied, mut at) = (0, 0);
    for line in markdown.split_inclusive(['\n', '\r']) {
        if let Some(offset) = excess(line) {
            result.push_str(&markdown[copied..at + offset]);
            result.push('\\');
            copied = at + offset;
        }
        at += line.len();
    }
    if copied == 0 {
        return Cow::Borrowed(markdown);
    }
    result.push_str(&markdown[copied..]);
    Cow::Owned(result)
}

/// Offset of the punctuation to escape, if the line opens too many containers.
fn excess(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let mut at = 0;
    let mut containers = 0;
    loop {
        at += bytes[at..]
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        let (punctuation, length) = mark(&line[at..])?;
        containers += 1;
        if containers > MAX_CONTAINERS {
            return Some(at + punctuation);
        }
        at += length;
    }
}

/// The container mark a text begins with: where its punctuation is, and its length.
fn mark(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let ends = |at: usize| matches!(bytes.get(at), None | Some(b' ' | b'\t' | b'\n' | b'\r'));
    match bytes.first()? {
        b'>' => Some((0, 1)),
        b'-' | b'*' | b'+' if ends(1) => Some((0, 1)),
        b'0'..=b'9' => {
            let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
            let is_mark = matches!(bytes.get(digits), Some(b'.' | b')')) && ends(digits + 1);
            is_mark.then_some((digits, digits + 1))
        }
        b'[' if bytes.get(1) == Some(&b'^') => {
            let label = text.find("]:")?;
            Some((0, label + 2))
        }
        _ => None,
    }
}
