//! Raw HTML among the Markdown: its elements begin and end inside one Markdown
//! element.

use super::super::policy::{Element, Kind};
use super::super::raw_html::{self, Token};
use super::{MAX_DEPTH, MAX_TEXT_RUN, Open, Structure};

/// Open elements written as raw HTML; further ones lose their tags.
const MAX_RAW_DEPTH: usize = 32;

/// Of those, formatting elements: an HTML parser copies each one into every
/// block that begins inside it.
const MAX_RAW_FORMATTING: usize = 4;

impl Structure<'_> {
    pub(super) fn raw(&mut self, html: &str) {
        for token in raw_html::tokens(html) {
            match token {
                Token::Text(text) => self.raw_text(text),
                Token::LessThan => self.html("&lt;".to_owned()),
                Token::Open {
                    element,
                    attributes,
                } => self.open_raw(element, &attributes),
                Token::Close(element) => self.close_element(element),
            }
        }
    }

    fn open_raw(&mut self, element: &'static Element, attributes: &str) {
        let formatting = element.kind == Kind::Formatting;
        if element.kind != Kind::Void {
            if self.open.len() >= MAX_DEPTH
                || self.raw_depth >= MAX_RAW_DEPTH
                || (formatting && self.raw_formatting >= MAX_RAW_FORMATTING)
                || (element.name == "a" && self.links > 0)
            {
                return;
            }
            self.open.push(Open::Raw(element));
            self.count(element, 1);
        }
        self.html(format!("<{}{attributes}>", element.name));
    }

    /// Closes a raw element, unless Markdown began inside it or it is not open.
    fn close_element(&mut self, element: &'static Element) {
        let is_open = self
            .open
            .iter()
            .rev()
            .map_while(|open| match open {
                Open::Raw(raw) => Some(*raw),
                Open::Markdown { .. } => None,
            })
            .any(|raw| raw == element);
        while is_open && self.close_innermost_raw().is_some_and(|raw| raw != element) {}
    }

    /// Closes what raw HTML has left open inside the innermost Markdown element.
    pub(super) fn close_raw(&mut self) {
        while self.close_innermost_raw().is_some() {}
    }

    fn close_innermost_raw(&mut self) -> Option<&'static Element> {
        let Some(Open::Raw(element)) = self.open.last() else {
            return None;
        };
        let element = *element;
        self.open.pop();
        self.count(element, -1);
        self.html(format!("</{}>", element.name));
        Some(element)
    }

    fn count(&mut self, element: &Element, by: isize) {
        self.raw_depth = self.raw_depth.saturating_add_signed(by);
        if element.kind == Kind::Formatting {
            self.raw_formatting = self.raw_formatting.saturating_add_signed(by);
        }
        if element.name == "a" {
            self.links = self.links.saturating_add_signed(by);
        }
    }

    /// Writes text which is HTML already.
    fn raw_text(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            if self.text_run >= MAX_TEXT_RUN {
                self.html("<!---->".to_owned());
                self.text_run = 0;
            }
            // Not inside a character reference.
            let from = rest.floor_char_boundary(MAX_TEXT_RUN);
            let end = rest[from..]
                .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '#' | ';'))
                .map_or(rest.len(), |at| from + at);
            let (run, after) = rest.split_at(end);
            self.html(run.to_owned());
            self.text_run += run.len();
            rest = after;
        }
    }
}
