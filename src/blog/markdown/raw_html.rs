//! Reading the raw HTML of a post into tags of the allow-list.
//!
//! This is no sanitiser: it makes what an author wrote well formed, so that an
//! unclosed comment, attribute or element cannot swallow the Markdown after it,
//! and an HTML parser later meets no input it needs more than linear time for.
//! Tokens follow the HTML standard, 13.2.5.

use super::policy::{self, EXTERNAL_REL, Element};

/// A piece of raw HTML, fit to be written out.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// Text and character references as they stand; no `<`.
    Text(&'t str),
    /// A `<` that begins no tag.
    LessThan,
    Open {
        element: &'static Element,
        attributes: String,
    },
    Close(&'static Element),
}

/// Elements whose content is no part of the text and goes with them.
const HIDDEN: &[&str] = &[
    "iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp",
];

/// The tokens of a fragment; tags and comments that do not end are dropped
/// with all that follows them in the fragment.
pub(super) fn tokens(html: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        if start > 0 {
            tokens.push(Token::Text(&rest[..start]));
        }
        rest = markup(&rest[start..], &mut tokens);
    }
    if !rest.is_empty() {
        tokens.push(Token::Text(rest));
    }
    tokens
}

/// Reads one markup construct at the `<` which begins `html`; returns the rest.
fn markup<'t>(html: &'t str, tokens: &mut Vec<Token<'t>>) -> &'t str {
    let after = &html[1..];
    match after.as_bytes().first() {
        Some(b) if b.is_ascii_alphabetic() => open_tag(after, tokens),
        Some(b'/') if after[1..].starts_with(|c: char| c.is_ascii_alphabetic()) => {
            let (name, attributes) = split_name(&after[1..]);
            let rest = skip_attributes(attributes);
            tokens.extend(policy::element(name).map(Token::Close));
            rest
        }
        Some(b'!') if after.starts_with("!--") => skip_comment(&after[3..]),
        Some(b'!' | b'?' | b'/') => after.split_once('>').map_or("", |(_, rest)| rest),
        _ => {
            tokens.push(Token::LessThan);
            after
        }
    }
}

fn open_tag<'t>(html: &'t str, tokens: &mut Vec<Token<'t>>) -> &'t str {
    let (name, mut rest) = split_name(html);
    let element = policy::element(name);
    let mut attributes = Attributes::default();
    loop {
        let (attribute, after) = next_attribute(rest);
        rest = after;
        match (attribute, element) {
            (Next::Attribute(name, value), Some(element)) => attributes.add(element, name, value),
            (Next::Attribute(..), None) => {}
            (Next::EndOfTag, Some(element)) => {
                let attributes = attributes.html;
                tokens.push(Token::Open {
                    element,
                    attributes,
                });
                return rest;
            }
            (Next::EndOfTag, None) => return skip_hidden(name, rest),
            (Next::EndOfInput, _) => return "",
        }
    }
}

/// Attributes of one tag as they will be written.
#[derive(Default)]
struct Attributes {
    seen: Vec<&'static str>,
    html: String,
}

impl Attributes {
    /// Writes an allowed attribute; the first of a name counts, as in browsers.
    fn add(&mut self, element: &Element, name: &str, value: &str) {
        let Some(name) = element.attribute(name) else {
            return;
        };
        if name == "rel" || self.seen.contains(&name) {
            return;
        }
        self.seen.push(name);
        push_attribute(&mut self.html, name, &value.replace('"', "&quot;"));
        if name == "href" && leaves_site(value) {
            push_attribute(&mut self.html, "rel", EXTERNAL_REL);
        }
    }
}

/// The start tag of a Markdown link. `destination` and `title` are plain text.
pub(super) fn link_tag(destination: &str, title: &str) -> String {
    let mut attributes = String::new();
    push_attribute(&mut attributes, "href", &escape(destination));
    if !title.is_empty() {
        push_attribute(&mut attributes, "title", &escape(title));
    }
    if leaves_site(destination) {
        push_attribute(&mut attributes, "rel", EXTERNAL_REL);
    }
    format!("<a{attributes}>")
}

/// The tag of a Markdown image. All arguments are plain text.
pub(super) fn image_tag(source: &str, alternative: &str, title: &str) -> String {
    let mut attributes = String::new();
    push_attribute(&mut attributes, "src", &escape(source));
    push_attribute(&mut attributes, "alt", &escape(alternative));
    if !title.is_empty() {
        push_attribute(&mut attributes, "title", &escape(title));
    }
    format!("<img{attributes}>")
}

/// Longest value of an attribute in bytes; no address or description needs more,
/// and writing a value takes time quadratic in its length.
const MAX_VALUE_BYTES: usize = 8192;

/// `value` must not hold a double quote. A value too long is left out.
fn push_attribute(html: &mut String, name: &str, value: &str) {
    if value.len() > MAX_VALUE_BYTES {
        return;
    }
    for part in [" ", name, "=\"", value, "\""] {
        html.push_str(part);
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Whether a link may lead to another site. Errs towards yes: a character
/// reference or a control character could hide a scheme.
fn leaves_site(href: &str) -> bool {
    let plain = href.trim_start_matches(|c: char| c <= ' ');
    !plain.starts_with("mailto:")
        && (plain.starts_with("//") || plain.contains([':', '&', '\\', '\t', '\n', '\r']))
}

enum Next<'t> {
    Attribute(&'t str, &'t str),
    EndOfTag,
    EndOfInput,
}

fn next_attribute(html: &str) -> (Next<'_>, &str) {
    let html = html.trim_start_matches(|c| is_space(c) || c == '/');
    if html.is_empty() {
        return (Next::EndOfInput, "");
    }
    if let Some(rest) = html.strip_prefix('>') {
        return (Next::EndOfTag, rest);
    }
    // A leading `=` belongs to the name.
    let first = html.chars().next().map_or(0, char::len_utf8);
    let end = html[first..]
        .find(|c| is_space(c) || matches!(c, '/' | '>' | '='))
        .map_or(html.len(), |end| first + end);
    let (name, rest) = html.split_at(end);
    match rest.trim_start_matches(is_space).strip_prefix('=') {
        Some(value) => attribute_value(name, value.trim_start_matches(is_space)),
        None => (Next::Attribute(name, ""), rest),
    }
}

fn attribute_value<'t>(name: &'t str, html: &'t str) -> (Next<'t>, &'t str) {
    if let Some(quote @ ('"' | '\'')) = html.chars().next() {
        return match html[1..].split_once(quote) {
            Some((value, rest)) => (Next::Attribute(name, value), rest),
            None => (Next::EndOfInput, ""),
        };
    }
    let end = html.find(|c| is_space(c) || c == '>').unwrap_or(html.len());
    let (value, rest) = html.split_at(end);
    (Next::Attribute(name, value), rest)
}

fn skip_attributes(mut rest: &str) -> &str {
    loop {
        let (next, after) = next_attribute(rest);
        match next {
            Next::Attribute(..) => rest = after,
            Next::EndOfTag => return after,
            Next::EndOfInput => return "",
        }
    }
}

fn split_name(html: &str) -> (&str, &str) {
    let end = html
        .find(|c| is_space(c) || matches!(c, '/' | '>'))
        .unwrap_or(html.len());
    html.split_at(end)
}

/// `html` begins after `<!--`.
fn skip_comment(html: &str) -> &str {
    if let Some(rest) = html.strip_prefix('>').or_else(|| html.strip_prefix("->")) {
        return rest;
    }
    let ends = ["-->", "--!>"].map(|end| html.find(end).map(|at| at + end.len()));
    ends.into_iter()
        .flatten()
        .min()
        .map_or("", |end| &html[end..])
}

/// Skips to the end tag of a hidden element which has just been opened.
fn skip_hidden<'t>(name: &str, html: &'t str) -> &'t str {
    if name.eq_ignore_ascii_case("plaintext") {
        return "";
    }
    if !HIDDEN
        .iter()
        .any(|hidden| name.eq_ignore_ascii_case(hidden))
    {
        return html;
    }
    html.match_indices("</")
        .find(|(at, _)| {
            let tag = html.as_bytes().get(at + 2..at + 2 + name.len());
            tag.is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes()))
        })
        .map_or("", |(at, _)| &html[at..])
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}
