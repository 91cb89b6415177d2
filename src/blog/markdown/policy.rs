//! The allow-list: every element and attribute a rendered post may hold.
//!
//! One table serves both the rewriting of raw HTML and the sanitiser, so the
//! two cannot drift apart.

/// How an element takes part in nesting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Has no content and no end tag.
    Void,
    /// On the list of formatting elements an HTML parser re-opens after a
    /// mis-nested block (HTML standard, 13.2.4.3).
    Formatting,
    Container,
}

/// An allowed element and the attributes it may carry besides [`GLOBAL_ATTRIBUTES`].
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) attributes: &'static [&'static str],
}

/// Attributes allowed on every element. `style`, `name`, event handlers and,
/// outside headings and footnotes, `id` are deliberately missing.
pub(super) const GLOBAL_ATTRIBUTES: &[&str] = &["dir", "lang", "title"];

/// URL schemes of links and media; relative references are allowed as well.
pub(super) const URL_SCHEMES: &[&str] = &["http", "https", "mailto", "tel"];

/// Relation put on links that leave the site.
///
/// `noopener` keeps an opened page from steering the post's window, and
/// `noreferrer` keeps unpublished preview addresses from other hosts' logs.
/// Not `nofollow`: posts are editorial text of the organisation itself, whose
/// links search engines may count; there are no visitors' comments here.
pub(super) const EXTERNAL_REL: &str = "noopener noreferrer";

const fn container(name: &'static str, attributes: &'static [&'static str]) -> Element {
    Element {
        name,
        kind: Kind::Container,
        attributes,
    }
}

const fn formatting(name: &'static str, attributes: &'static [&'static str]) -> Element {
    Element {
        name,
        kind: Kind::Formatting,
        attributes,
    }
}

const fn void(name: &'static str, attributes: &'static [&'static str]) -> Element {
    Element {
        name,
        kind: Kind::Void,
        attributes,
    }
}

const CELL: &[&str] = &["align", "colspan", "rowspan", "scope"];
const MEDIA: &[&str] = &[
    "controls", "height", "loop", "muted", "poster", "preload", "src", "width",
];

/// Sorted by name, for [`element`].
pub(super) static ELEMENTS: &[Element] = &[
    formatting("a", &["href", "hreflang", "rel"]),
    container("abbr", &[]),
    container("aside", &[]),
    container("audio", &["controls", "loop", "muted", "preload", "src"]),
    formatting("b", &[]),
    container("bdi", &[]),
    container("bdo", &[]),
    container("blockquote", &[]),
    void("br", &[]),
    container("caption", &[]),
    container("center", &[]),
    container("cite", &[]),
    formatting("code", &["class"]),
    void("col", &["span"]),
    container("colgroup", &["span"]),
    container("dd", &[]),
    container("del", &["datetime"]),
    container("details", &["open"]),
    container("dfn", &[]),
    container("div", &["align", "class", "id"]),
    container("dl", &[]),
    container("dt", &[]),
    formatting("em", &[]),
    container("figcaption", &[]),
    container("figure", &[]),
    container("h1", &["id"]),
    container("h2", &["id"]),
    container("h3", &["id"]),
    container("h4", &["id"]),
    container("h5", &["id"]),
    container("h6", &["id"]),
    void("hr", &[]),
    formatting("i", &[]),
    void(
        "img",
        &["align", "alt", "height", "loading", "src", "width"],
    ),
    container("ins", &["datetime"]),
    container("kbd", &[]),
    container("li", &["class", "value"]),
    container("mark", &[]),
    container("ol", &["reversed", "start"]),
    container("p", &["align"]),
    container("pre", &[]),
    container("progress", &["max", "value"]),
    container("q", &[]),
    container("rp", &[]),
    container("rt", &[]),
    container("ruby", &[]),
    formatting("s", &[]),
    container("samp", &[]),
    container("section", &[]),
    formatting("small", &[]),
    void("source", &["src", "type"]),
    container("span", &[]),
    formatting("strong", &[]),
    container("sub", &[]),
    container("summary", &[]),
    container("sup", &["class"]),
    container("table", &[]),
    container("tbody", &[]),
    container("td", CELL),
    container("tfoot", &[]),
    container("th", CELL),
    container("thead", &[]),
    container("time", &["datetime"]),
    container("tr", &[]),
    formatting("u", &[]),
    container("ul", &[]),
    container("var", &[]),
    container("video", MEDIA),
    void("wbr", &[]),
];

/// The allowed element of this name, in any case.
pub(super) fn element(name: &str) -> Option<&'static Element> {
    let name = name.to_ascii_lowercase();
    let index = ELEMENTS
        .binary_search_by(|element| element.name.cmp(name.as_str()))
        .ok()?;
    ELEMENTS.get(index)
}

impl Element {
    /// The allowed attribute of this name, in any case.
    pub(super) fn attribute(&self, name: &str) -> Option<&'static str> {
        self.attributes
            .iter()
            .chain(GLOBAL_ATTRIBUTES)
            .copied()
            .find(|allowed| allowed.eq_ignore_ascii_case(name))
    }
}

/// Whether the value may stay in this attribute; URLs are checked elsewhere.
pub(super) fn allows_value(element: &str, attribute: &str, value: &str) -> bool {
    match (element, attribute) {
        ("div", "id") => is_footnote_id(value),
        (_, "id") => is_safe_anchor(value),
        ("code", "class") => value.strip_prefix("language-").is_some_and(is_language),
        ("li", "class") => value == "task-list-item",
        ("div", "class") => value == "footnote-definition",
        ("sup", "class") => matches!(value, "footnote-reference" | "footnote-definition-label"),
        (_, "rel") => value == EXTERNAL_REL,
        (_, "align") => matches!(value, "left" | "center" | "right"),
        (_, "dir") => matches!(value, "ltr" | "rtl" | "auto"),
        (_, "height" | "width") => is_length(value),
        (_, "colspan" | "rowspan" | "span") => is_number(value, 4),
        _ => true,
    }
}

/// Whether a heading may carry this anchor: letters and digits of any script,
/// and `-`, `_`, `.`.
///
/// Footnotes use `:` in theirs, so no heading can take a footnote's id.
pub(super) fn is_safe_anchor(anchor: &str) -> bool {
    anchor.chars().any(char::is_alphanumeric)
        && anchor
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// Whether this names a programming language in a class: `rust`, `c++`, `objective-c`.
pub(super) fn is_language(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'+' | b'#' | b'.'))
}

fn is_footnote_id(id: &str) -> bool {
    id.strip_prefix("fn:")
        .is_some_and(|number| is_number(number, 9))
}

fn is_length(value: &str) -> bool {
    is_number(value.strip_suffix('%').unwrap_or(value), 5)
}

fn is_number(value: &str, max_digits: usize) -> bool {
    (1..=max_digits).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit())
}
