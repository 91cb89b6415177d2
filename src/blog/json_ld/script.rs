//! JSON as the content of an HTML element.

use serde_json::Value;

/// JSON without the characters that mean something to an HTML parser within a script, and without
/// the two that old JavaScript takes for line ends.
///
/// All five stand within strings only, so that writing them as escapes leaves the value as it is
/// (RFC 8259, section 7).
pub(super) fn text(value: &Value) -> String {
    let json = value.to_string();
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' => text.push_str("\\u003c"),
            '>' => text.push_str("\\u003e"),
            '&' => text.push_str("\\u0026"),
            '\u{2028}' => text.push_str("\\u2028"),
            '\u{2029}' => text.push_str("\\u2029"),
            _ => text.push(character),
        }
    }
    text
}
