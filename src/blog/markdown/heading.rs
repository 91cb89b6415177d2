//! Headings and their anchors.

use std::collections::{HashMap, HashSet};

use pulldown_cmark::{Event, Tag};

use super::policy::is_safe_anchor;
use super::{end_of_element, text};

/// A heading of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6, as in `<h1>` to `<h6>`.
    pub level: u8,
    /// Visible text without markup, whitespace collapsed.
    pub text: String,
    /// The `id` of the rendered element: a link's fragment without the `#`.
    pub anchor: String,
}

/// All headings in document order, each with an anchor of its own.
///
/// `{#id}` is honoured when it is safe, and reserved before any anchor is made
/// from a title, so that links to it keep working whatever heading is added.
pub(super) fn headings(events: &[Event<'_>]) -> Vec<Heading> {
    let mut found = Vec::new();
    for (index, event) in events.iter().enumerate() {
        if let Event::Start(Tag::Heading { level, id, .. }) = event {
            let inner = &events[index + 1..end_of_element(events, index + 1)];
            let explicit = id.as_deref().filter(|id| is_safe_anchor(id));
            found.push((*level as u8, text::visible(inner), explicit));
        }
    }
    let mut anchors = Anchors::default();
    let reserved: Vec<_> = found
        .iter()
        .map(|(_, _, explicit)| explicit.map(|id| anchors.unique(id)))
        .collect();
    found
        .into_iter()
        .zip(reserved)
        .map(|((level, text, _), reserved)| {
            let anchor = reserved.unwrap_or_else(|| anchors.unique(&anchor_of(&text)));
            Heading {
                level,
                text,
                anchor,
            }
        })
        .collect()
}

/// GitHub's rule: lower case, letters and digits of every script kept, spaces
/// to hyphens, other punctuation dropped. `section` when nothing is left.
fn anchor_of(text: &str) -> String {
    let anchor: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || matches!(c, '-' | '_') => Some(c),
            _ => None,
        })
        .collect();
    if is_safe_anchor(&anchor) {
        anchor
    } else {
        "section".to_owned()
    }
}

#[derive(Default)]
struct Anchors {
    taken: HashSet<String>,
    next_suffix: HashMap<String, usize>,
}

impl Anchors {
    /// The base itself, or the base with the first free of `-1`, `-2`, ….
    fn unique(&mut self, base: &str) -> String {
        if self.taken.insert(base.to_owned()) {
            return base.to_owned();
        }
        let suffix = self.next_suffix.entry(base.to_owned()).or_insert(0);
        loop {
            *suffix += 1;
            let anchor = format!("{base}-{suffix}");
            if self.taken.insert(anchor.clone()) {
                return anchor;
            }
        }
    }
}
