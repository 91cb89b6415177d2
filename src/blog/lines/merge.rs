//! Bringing together what two people made of one text.

use std::iter::Peekable;
use std::vec::IntoIter;

use super::changes::{Change, changes, lines};

/// Both texts' changes to `base` in one text, as `diff3` merges. A change that both made counts once.
///
/// `None` if they changed the same place, or places with no line in between, and not alike: then a
/// person has to decide. Which of the two is `yours` and which `current` makes no difference.
///
/// For texts as long as a post's content may be: the time is bounded, whatever is in them.
#[must_use]
pub fn merge(base: &str, yours: &str, current: &str) -> Option<String> {
    let base_lines = lines(base);
    let mut yours = Side::new(&base_lines, yours);
    let mut current = Side::new(&base_lines, current);
    let mut merged = String::with_capacity(base.len());
    let mut position = 0;
    while let Some(region) = next_region(&mut yours, &mut current) {
        merged.extend(base_lines[position..region.start].iter().copied());
        position = region.end;
        let decided = region.decide(&base_lines)?;
        merged.extend(decided.iter().copied());
    }
    merged.extend(base_lines[position..].iter().copied());
    Some(merged)
}

/// A place in the base that at least one side changed, with what both have there.
struct Region<'a> {
    start: usize,
    end: usize,
    yours: Vec<&'a str>,
    current: Vec<&'a str>,
}

impl<'a> Region<'a> {
    /// What to have in the place of the base's lines; nothing if the sides disagree.
    fn decide(self, base: &[&str]) -> Option<Vec<&'a str>> {
        let base = &base[self.start..self.end];
        if self.current == base || self.current == self.yours {
            Some(self.yours)
        } else if self.yours == base {
            Some(self.current)
        } else {
            None
        }
    }
}

/// The next region: it grows until no change of either side reaches into it or touches it.
fn next_region<'a>(yours: &mut Side<'a>, current: &mut Side<'a>) -> Option<Region<'a>> {
    let starts = [yours.next_start(), current.next_start()];
    let start = starts.into_iter().flatten().min()?;
    let (yours_start, current_start) = (yours.place_of(start), current.place_of(start));
    let mut end = start;
    while yours.take_touching(&mut end) || current.take_touching(&mut end) {}
    Some(Region {
        start,
        end,
        yours: yours.lines[yours_start..yours.place_of(end)].to_vec(),
        current: current.lines[current_start..current.place_of(end)].to_vec(),
    })
}

/// One of the two texts, whose changes are taken from the top.
struct Side<'a> {
    lines: Vec<&'a str>,
    changes: Peekable<IntoIter<Change>>,
    /// The change that was taken last.
    last: Change,
}

impl<'a> Side<'a> {
    fn new(base: &[&str], text: &'a str) -> Self {
        let lines = lines(text);
        Self {
            changes: changes(base, &lines).into_iter().peekable(),
            lines,
            last: Change {
                old: 0..0,
                new: 0..0,
            },
        }
    }

    /// Where in the base the next change begins.
    fn next_start(&mut self) -> Option<usize> {
        self.changes.peek().map(|change| change.old.start)
    }

    /// Where the line of the base is here that stands past the last change and before the next.
    fn place_of(&self, line: usize) -> usize {
        self.last.new.end + (line - self.last.old.end)
    }

    /// Takes the next change if it begins at `end` or before, and moves `end` past it.
    fn take_touching(&mut self, end: &mut usize) -> bool {
        let Some(change) = self.changes.next_if(|change| change.old.start <= *end) else {
            return false;
        };
        *end = change.old.end.max(*end);
        self.last = change;
        true
    }
}
