//! Forms as browsers encode them (the URL standard's `application/x-www-form-urlencoded`), read
//! without mending what is broken: a password must arrive as it was typed, or not at all.

use percent_encoding::percent_decode_str;

/// The names and values of a form, in order. `None` stands for a pair that is not percent-encoded
/// UTF-8.
pub fn pairs(text: &str) -> impl Iterator<Item = Option<(String, String)>> {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        decoded(name).zip(decoded(value))
    })
}

fn decoded(text: &str) -> Option<String> {
    let text = text.replace('+', " ");
    let whole = text
        .split('%')
        .skip(1)
        .all(|code| code.len() >= 2 && code.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()));
    let decoded = percent_decode_str(&text).decode_utf8().ok()?;
    whole.then(|| decoded.into_owned())
}
