use url::Url;

use super::Checked;
use super::text::{at_most, optional, without_control_characters};
use crate::blog::slug::{MAX_SLUG_CHARS, is_slug};

/// The longest path, in characters.
pub const MAX_PATH: usize = 1024;
const MAX_URL: usize = 2048;
/// The longest language tag that anybody has to take (RFC 5646, section 4.4.1).
const MAX_LOCALE: usize = 35;

/// A slug in the form that it is stored in.
pub fn slug(text: &str) -> Checked<String> {
    let has_form = !text.starts_with('-') && !text.ends_with('-') && !text.contains("--");
    if is_slug(text) && has_form {
        return Ok(text.to_owned());
    }
    Err(format!(
        "use 1 to {MAX_SLUG_CHARS} of a to z, 0 to 9 and single hyphens between them"
    ))
}

/// A public path: begins with a slash, does not end with one.
pub fn path(text: &str) -> Checked<String> {
    without_control_characters(text, &[])?;
    at_most(text, MAX_PATH)?;
    let is_path = text.len() > 1 && text.starts_with('/') && !text.ends_with('/');
    if !is_path || text.contains("//") || text.contains(['?', '#', '\\']) {
        return Err("begin with a slash, end without one, and leave out ?, # and \\".to_owned());
    }
    Ok(text.to_owned())
}

/// Where the original of a copy is; none if it is empty.
pub fn canonical_url(text: &str) -> Checked<Option<String>> {
    optional(text, url)
}

/// Where a picture is; none if it is empty.
pub fn picture_url(text: &str) -> Checked<Option<String>> {
    optional(text, url)
}

fn url(text: &str) -> Checked<String> {
    at_most(text, MAX_URL)?;
    without_control_characters(text, &[])?;
    let url = Url::parse(text).map_err(|error| format!("not an address: {error}"))?;
    if !["http", "https"].contains(&url.scheme()) || !url.has_host() {
        return Err("begin with https:// or http:// and a host".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("leave out the user name and the password".to_owned());
    }
    let text = url.to_string();
    at_most(&text, MAX_URL)?;
    Ok(text)
}

/// A language, as a tag of BCP 47 (RFC 5646, section 2.1), in its usual case; none if it is empty.
pub fn locale(text: &str) -> Checked<Option<String>> {
    optional(text, |text| {
        let mut parts = text.split(['-', '_']);
        let language = parts.next().unwrap_or_default();
        let is_language = (2..=8).contains(&language.len())
            && language.bytes().all(|it| it.is_ascii_alphabetic());
        let mut tag = language.to_ascii_lowercase();
        let mut is_tag = is_language && text.len() <= MAX_LOCALE;
        for part in parts {
            is_tag &=
                (1..=8).contains(&part.len()) && part.bytes().all(|it| it.is_ascii_alphanumeric());
            tag.push('-');
            // RFC 5646, section 2.1.1: regions in capitals, scripts with one.
            let is_alphabetic = part.bytes().all(|it| it.is_ascii_alphabetic());
            match part.len() {
                2 => tag.push_str(&part.to_ascii_uppercase()),
                4 if is_alphabetic => {
                    tag.push_str(&part[..1].to_ascii_uppercase());
                    tag.push_str(&part[1..].to_ascii_lowercase());
                }
                _ => tag.push_str(&part.to_ascii_lowercase()),
            }
        }
        if is_tag {
            Ok(tag)
        } else {
            Err("not a language tag; write es, en-GB or the like".to_owned())
        }
    })
}
