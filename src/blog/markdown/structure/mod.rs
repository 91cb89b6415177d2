//! Makes the events of a post well nested, bounded in depth and ready to write.
//!
//! [`restructure`] walks the events once and keeps a stack of what is open,
//! written as Markdown or as raw HTML (`raw_elements.rs`).

mod raw_elements;

use std::collections::HashMap;
use std::vec;

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use super::heading::{Heading, headings};
use super::policy::Element;
use super::raw_html;
use super::table::Table;
use super::{end_of_element, events, text};

/// Elements nested deeper lose their tags and keep their text.
///
/// An HTML parser walks the stack of open elements for most tags it meets, so
/// an unbounded stack makes it quadratic.
const MAX_DEPTH: usize = 64;

/// Bytes of text after which a comment parts it. The sanitiser drops the
/// comment, but not before it has made two text nodes of the two sides: its
/// serialiser is quadratic in the length of a text node full of `&`.
const MAX_TEXT_RUN: usize = 4096;

/// The events of a post with anchors set, and the headings among them.
pub(super) fn restructure(markdown: &str) -> (Vec<Event<'_>>, Vec<Heading>) {
    let events: Vec<_> = events(markdown).collect();
    let mut structure = Structure {
        headings: headings(&events).into_iter(),
        out: Vec::with_capacity(events.len()),
        ..Structure::default()
    };
    let mut at = 0;
    while at < events.len() {
        at = structure.event(&events, at);
    }
    structure.close_raw();
    (structure.out, structure.toc)
}

/// An element that is open where the next event goes.
enum Open {
    Markdown { kept: bool },
    Raw(&'static Element),
}

#[derive(Default)]
struct Structure<'m> {
    out: Vec<Event<'m>>,
    toc: Vec<Heading>,
    headings: vec::IntoIter<Heading>,
    open: Vec<Open>,
    raw_depth: usize,
    raw_formatting: usize,
    links: usize,
    footnotes: HashMap<CowStr<'m>, usize>,
    table: Table,
    text_run: usize,
}

impl<'m> Structure<'m> {
    /// Takes the event at `at`, and those it stands for; returns the next position.
    fn event(&mut self, events: &[Event<'m>], at: usize) -> usize {
        match &events[at] {
            Event::Start(Tag::HtmlBlock) => {
                let end = end_of_element(events, at + 1);
                let html: String = events[at + 1..end].iter().filter_map(html_of).collect();
                self.raw(&html);
                return end;
            }
            Event::Start(Tag::Image {
                dest_url, title, ..
            }) => {
                let end = end_of_element(events, at + 1);
                let alternative = text::with_images(&events[at + 1..end]);
                self.html(raw_html::image_tag(dest_url, &alternative, title));
                return end;
            }
            Event::Start(tag) => self.start(tag, events.get(at + 1..).unwrap_or_default()),
            Event::End(tag) => self.end(*tag),
            Event::Html(html) | Event::InlineHtml(html) => self.raw(html),
            Event::FootnoteReference(name) => {
                let id = self.footnote_id(name);
                self.out.push(Event::FootnoteReference(id));
            }
            Event::Text(text) => self.text(text),
            Event::Code(text) => {
                self.html("<code>".to_owned());
                self.text(text);
                self.html("</code>".to_owned());
            }
            event => self.out.push(event.clone()),
        }
        at + 1
    }

    fn html(&mut self, html: String) {
        self.out.push(Event::Html(html.into()));
    }

    /// Writes plain text.
    fn text(&mut self, text: &CowStr<'m>) {
        if self.text_run + text.len() <= MAX_TEXT_RUN {
            self.text_run += text.len();
            self.out.push(Event::Text(text.clone()));
            return;
        }
        let mut rest: &str = text;
        while !rest.is_empty() {
            self.html("<!---->".to_owned());
            let (run, after) = rest.split_at(rest.floor_char_boundary(MAX_TEXT_RUN));
            self.out.push(Event::Text(run.to_owned().into()));
            self.text_run = run.len();
            rest = after;
        }
    }

    fn start(&mut self, tag: &Tag<'m>, content: &[Event<'m>]) {
        let is_link = matches!(tag, Tag::Link { .. });
        let kept = self.open.len() < MAX_DEPTH && !(is_link && self.links > 0);
        self.open.push(Open::Markdown { kept });
        let heading = matches!(tag, Tag::Heading { .. })
            .then(|| self.headings.next())
            .flatten();
        if !kept {
            return;
        }
        match tag {
            Tag::Heading { level, .. } => {
                self.out.push(Event::Start(Tag::Heading {
                    level: *level,
                    id: heading.as_ref().map(|h| h.anchor.clone().into()),
                    classes: Vec::new(),
                    attrs: Vec::new(),
                }));
                self.toc.extend(heading);
            }
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            } => self.link(*link_type, dest_url, title),
            Tag::CodeBlock(kind) => self
                .out
                .push(Event::Start(Tag::CodeBlock(text::language(kind)))),
            Tag::FootnoteDefinition(name) => {
                let id = self.footnote_id(name);
                self.out.push(Event::Start(Tag::FootnoteDefinition(id)));
            }
            Tag::Item if begins_with_task(content) => {
                self.html("\n<li class=\"task-list-item\">".to_owned());
            }
            Tag::TableCell => self.html(self.table.open_cell()),
            tag => {
                self.table.start(tag);
                self.out.push(Event::Start(tag.clone()));
            }
        }
    }

    fn end(&mut self, tag: TagEnd) {
        self.close_raw();
        let Some(Open::Markdown { kept: true }) = self.open.pop() else {
            return;
        };
        match tag {
            TagEnd::TableCell => {
                let tag = self.table.close_cell();
                self.html(tag);
            }
            tag => {
                self.links -= usize::from(tag == TagEnd::Link);
                self.out.push(Event::End(tag));
            }
        }
    }

    fn link(&mut self, kind: LinkType, destination: &str, title: &str) {
        self.links += 1;
        let tag = if kind == LinkType::Email {
            raw_html::link_tag(&format!("mailto:{destination}"), title)
        } else {
            raw_html::link_tag(destination, title)
        };
        self.html(tag);
    }

    /// Ids are numbers: a footnote's name can be any text.
    fn footnote_id(&mut self, name: &CowStr<'m>) -> CowStr<'m> {
        let next = self.footnotes.len() + 1;
        let number = *self.footnotes.entry(name.clone()).or_insert(next);
        format!("fn:{number}").into()
    }
}

fn html_of<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    match event {
        Event::Html(html) | Event::InlineHtml(html) | Event::Text(html) => Some(html),
        _ => None,
    }
}

/// Whether a list item is a task, in a tight or a loose list.
fn begins_with_task(content: &[Event<'_>]) -> bool {
    matches!(
        content,
        [Event::TaskListMarker(_), ..]
            | [Event::Start(Tag::Paragraph), Event::TaskListMarker(_), ..]
    )
}
