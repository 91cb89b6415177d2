//! Rendering of a post's Markdown: safe HTML, table of contents, excerpt and
//! word count.
//!
//! Start with [`render_html`] (`render.rs`). It parses `CommonMark` with
//! the usual extensions, makes the stream well nested and bounded in depth
//! (`nesting.rs`, `structure/`, `table.rs`, `raw_html.rs`), and sanitises the HTML last of all against
//! the allow-list of `policy.rs` (`sanitise.rs`): whatever the earlier steps
//! let through, only what that list names leaves this module.
//! [`table_of_contents`] shares its anchors (`heading.rs`); `text.rs` derives
//! the plain-text values stored beside a post.

mod heading;
mod nesting;
mod policy;
mod raw_html;
mod render;
mod sanitise;
mod structure;
mod table;
mod text;

#[cfg(test)]
mod tests;

pub use heading::Heading;
pub use render::{render_html, table_of_contents};
pub use text::{
    Derived, MAX_EXCERPT_CHARS, WORDS_PER_MINUTE, derive, excerpt, plain_text, reading_minutes,
    word_count,
};

use pulldown_cmark::{Event, Options, Parser};

/// Parses with the extensions every function of this module agrees on.
///
/// Front matter is not among them: a post's content is stored without it. The
/// text has been through [`nesting::bounded`].
fn events(markdown: &str) -> Parser<'_> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES;
    Parser::new_ext(markdown, options)
}

/// Position just past the end tag that matches the start tag before `start`.
fn end_of_element(events: &[Event<'_>], start: usize) -> usize {
    let mut depth = 1_usize;
    for (offset, event) in events.iter().enumerate().skip(start) {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) if depth == 1 => return offset + 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    events.len()
}
