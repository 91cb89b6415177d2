//! Markdown to HTML and to a table of contents.

use pulldown_cmark::html;

use super::heading::Heading;
use super::nesting::bounded;
use super::sanitise::sanitise;
use super::structure::restructure;

/// Renders a post's Markdown as HTML that is safe to embed in any page.
///
/// `CommonMark` with tables, footnotes, strikethrough, task lists, heading
/// anchors and `language-*` classes on fenced code. The result holds only the
/// elements and attributes of the allow-list, so neither Markdown nor raw HTML
/// can bring in script, style, frames or forms. Relative links and image
/// sources stay as they are written. Time and memory grow linearly with the
/// length of the input, however deep it nests.
#[must_use]
pub fn render_html(markdown: &str) -> String {
    let markdown = bounded(markdown);
    let (events, _) = restructure(&markdown);
    let mut unsafe_html = String::with_capacity(markdown.len() + markdown.len() / 2);
    html::push_html(&mut unsafe_html, events.into_iter());
    sanitise(&unsafe_html)
}

/// The headings of a post in document order, with the anchors
/// [`render_html`] gives them.
#[must_use]
pub fn table_of_contents(markdown: &str) -> Vec<Heading> {
    restructure(&bounded(markdown)).1
}
