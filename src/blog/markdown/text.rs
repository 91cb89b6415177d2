//! Plain text of a post: excerpt, word count, reading time.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Tag, TagEnd};

use super::events;
use super::nesting::bounded;

/// Words an adult reads a minute, roughly, in a technical text.
pub const WORDS_PER_MINUTE: u32 = 220;

/// Longest excerpt in characters, besides the `…` of a shortened one.
pub const MAX_EXCERPT_CHARS: usize = 280;

/// What is stored beside a post whenever its content changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    /// As [`excerpt`] gives it.
    pub excerpt: String,
    /// As [`word_count`] gives it.
    pub word_count: u32,
}

/// The excerpt and the word count of a post, in one pass.
#[must_use]
pub fn derive(markdown: &str) -> Derived {
    let mut excerpt = Excerpt::default();
    let mut words = Words::default();
    for event in events(&bounded(markdown)) {
        excerpt.event(&event);
        words.event(&event);
    }
    Derived {
        excerpt: excerpt.finish(),
        word_count: words.count,
    }
}

/// The beginning of a post as plain text on one line.
///
/// The text before a `<!-- more -->` line, or the first paragraphs without
/// one; in both cases at most [`MAX_EXCERPT_CHARS`] characters, cut between
/// words and then ended by `…`. Headings, code blocks, tables, images,
/// footnotes and raw HTML are left out. Empty when no text is left.
#[must_use]
pub fn excerpt(markdown: &str) -> String {
    derive(markdown).excerpt
}

/// Number of words a reader sees.
///
/// Code counts, as in the tools posts come from; raw HTML blocks, image
/// descriptions and footnote marks do not. A character of Chinese or Japanese
/// script is a word; elsewhere a word is what stands between spaces and holds
/// a letter or digit.
#[must_use]
pub fn word_count(markdown: &str) -> u32 {
    derive(markdown).word_count
}

/// All the text that a reader sees, code among it; blocks are parted by line breaks.
#[must_use]
pub fn plain_text(markdown: &str) -> String {
    let mut text = String::new();
    for event in events(&bounded(markdown)) {
        match &event {
            Event::Start(tag) if !is_inline(tag.to_end()) => text.push('\n'),
            Event::End(tag) if !is_inline(*tag) => text.push('\n'),
            event => text.push_str(inline_text(event).unwrap_or_default()),
        }
    }
    text
}

/// Whole minutes needed to read so many words; at least 1.
#[must_use]
pub fn reading_minutes(word_count: u32) -> u32 {
    word_count.div_ceil(WORDS_PER_MINUTE).max(1)
}

/// Visible text of inline events, whitespace collapsed, images left out.
pub(super) fn visible(inline: &[Event<'_>]) -> String {
    let mut images = 0_usize;
    let kept = inline.iter().filter(|event| {
        match event {
            Event::Start(Tag::Image { .. }) => images += 1,
            Event::End(TagEnd::Image) => images = images.saturating_sub(1),
            _ => {}
        }
        images == 0
    });
    collapse(&kept.filter_map(inline_text).collect::<String>())
}

/// Visible text of inline events, the descriptions of images included.
pub(super) fn with_images(inline: &[Event<'_>]) -> String {
    inline.iter().filter_map(inline_text).collect()
}

fn inline_text<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    match event {
        Event::Text(text) | Event::Code(text) => Some(text),
        Event::SoftBreak | Event::HardBreak => Some(" "),
        _ => None,
    }
}

fn collapse(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !collapsed.is_empty() {
            collapsed.push(' ');
        }
        collapsed.push_str(word);
    }
    collapsed
}

/// The info string cut down to its language: `rust,no_run` and `rust no_run`
/// are both `rust`; a name unfit for a class is none.
pub(super) fn language<'m>(kind: &CodeBlockKind<'m>) -> CodeBlockKind<'m> {
    let CodeBlockKind::Fenced(info) = kind else {
        return CodeBlockKind::Indented;
    };
    let name = info
        .split([',', ' ', '\t', '{', ':', ';'])
        .next()
        .unwrap_or_default();
    if super::policy::is_language(name) {
        CodeBlockKind::Fenced(CowStr::from(name.to_ascii_lowercase()))
    } else {
        CodeBlockKind::Fenced(CowStr::Borrowed(""))
    }
}

#[derive(Default)]
struct Excerpt {
    text: String,
    chars: usize,
    space_due: bool,
    /// Open elements of which nothing is taken.
    hidden: usize,
    done: bool,
}

impl Excerpt {
    fn event(&mut self, event: &Event<'_>) {
        if self.done {
            return;
        }
        match event {
            Event::Start(tag) => {
                self.hidden += usize::from(is_hidden(tag.to_end()));
                self.space_due |= !is_inline(tag.to_end());
            }
            Event::End(tag) => {
                self.hidden -= usize::from(is_hidden(*tag));
                self.space_due |= !is_inline(*tag);
            }
            Event::Html(html) | Event::InlineHtml(html) if is_more_mark(html) => {
                self.done = !self.text.is_empty();
            }
            event if self.hidden == 0 => {
                if let Some(text) = inline_text(event) {
                    self.push(text);
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() || c.is_control() {
                self.space_due = true;
                continue;
            }
            if std::mem::take(&mut self.space_due) && !self.text.is_empty() {
                self.text.push(' ');
                self.chars += 1;
            }
            self.text.push(c);
            self.chars += 1;
            if self.chars > MAX_EXCERPT_CHARS {
                self.done = true;
                return;
            }
        }
    }

    fn finish(mut self) -> String {
        let Some((limit, _)) = self.text.char_indices().nth(MAX_EXCERPT_CHARS) else {
            return self.text;
        };
        let (kept, rest) = self.text.split_at(limit);
        let end = if rest.starts_with(' ') {
            limit
        } else {
            // Scripts without spaces are cut anywhere.
            kept.rfind(' ').unwrap_or(limit)
        };
        self.text.truncate(end);
        self.text.push('…');
        self.text
    }
}

/// `<!-- more -->` of Zola and `<!--more-->` of Hugo and Jekyll.
fn is_more_mark(html: &str) -> bool {
    html.trim_start()
        .strip_prefix("<!--")
        .map(str::trim_start)
        .and_then(|rest| rest.strip_prefix("more"))
        .is_some_and(|rest| rest.trim_start().starts_with("-->"))
}

fn is_inline(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}

fn is_hidden(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Heading(_)
            | TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::Table
            | TagEnd::Image
            | TagEnd::FootnoteDefinition
    )
}

#[derive(Default)]
struct Words {
    count: u32,
    in_word: bool,
    images: usize,
}

impl Words {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(Tag::Image { .. }) => self.images += 1,
            Event::End(TagEnd::Image) => self.images -= 1,
            Event::Start(tag) => self.in_word &= is_inline(tag.to_end()),
            Event::End(tag) => self.in_word &= is_inline(*tag),
            event if self.images == 0 => {
                if let Some(text) = inline_text(event) {
                    self.text(text);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() || c == '—' {
                self.in_word = false;
            } else if is_ideograph_or_kana(c) {
                self.count = self.count.saturating_add(1);
                self.in_word = false;
            } else if c.is_alphanumeric() && !self.in_word {
                self.count = self.count.saturating_add(1);
                self.in_word = true;
            }
        }
    }
}

/// Scripts written without spaces: Han and Kana blocks of Unicode.
fn is_ideograph_or_kana(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9d}'
        | '\u{20000}'..='\u{3ffff}')
        && c.is_alphanumeric()
}
