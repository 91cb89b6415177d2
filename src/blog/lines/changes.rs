//! Where two texts differ.

use std::collections::HashMap;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};

use super::anchors::Anchors;

/// Lines of one text that stand in the place of lines of another; one of the two may be none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// The lines of the old text, from 0.
    pub old: Range<usize>,
    /// Those of the new one.
    pub new: Range<usize>,
}

/// The most lines, of both texts together, that are compared with each other. Myers' algorithm
/// takes the square of them in the worst case, and up to here none of the short cuts by which
/// implementations of it give up on the best result.
const MAX_CLOSE_LINES: usize = 512;

/// How often what lies between two anchors is searched for more. Each time takes as long as the
/// text is; honest texts need three or four.
const MAX_DEPTH: usize = 16;

/// A text as its lines, each with its end.
pub(super) fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The changes that make the new text of the old one, from the top. Between two of them stands at
/// least one line that both texts have.
///
/// Lines that both texts have once hold them together, as in Bram Cohen's patience diff; what lies
/// in between is compared closely if it is short, and else counts as replaced. So the time grows
/// with the texts and not with their square, whatever is in them.
pub(super) fn changes(old: &[&str], new: &[&str]) -> Vec<Change> {
    let numbered = Numbered::new(old, new);
    let mut anchors = Anchors::new(numbered.count);
    let mut found = Vec::new();
    let mut open = vec![(whole(old, new), 0)];
    while let Some((place, depth)) = open.pop() {
        let place = numbered.trimmed(place);
        if place.old.is_empty() && place.new.is_empty() {
            continue;
        }
        let between = match depth {
            MAX_DEPTH => Vec::new(),
            _ => anchors.split(&numbered.old, &numbered.new, &place),
        };
        if between.is_empty() {
            found.extend(closely(old, new, place));
        }
        open.extend(between.into_iter().rev().map(|place| (place, depth + 1)));
    }
    found
}

fn whole(old: &[&str], new: &[&str]) -> Change {
    Change {
        old: 0..old.len(),
        new: 0..new.len(),
    }
}

/// The changes within a place, line by line unless that would take long.
fn closely(old: &[&str], new: &[&str], place: Change) -> Vec<Change> {
    let (above_old, above_new) = (place.old.start, place.new.start);
    let length = place.old.len() + place.new.len();
    if place.old.is_empty() || place.new.is_empty() || length > MAX_CLOSE_LINES {
        return vec![place];
    }
    let mut input = InternedInput::default();
    input.update_before(old[place.old].iter().copied());
    input.update_after(new[place.new].iter().copied());
    let mut diff = Diff::compute(Algorithm::Myers, &input);
    diff.postprocess_lines(&input);
    diff.hunks()
        .map(|hunk| Change {
            old: shifted(&hunk.before, above_old),
            new: shifted(&hunk.after, above_new),
        })
        .collect()
}

fn shifted(lines: &Range<u32>, above: usize) -> Range<usize> {
    lines.start as usize + above..lines.end as usize + above
}

/// Both texts with a number for each line, the same for the same text.
struct Numbered {
    old: Vec<usize>,
    new: Vec<usize>,
    /// How many different lines there are.
    count: usize,
}

impl Numbered {
    fn new<'a>(old: &[&'a str], new: &[&'a str]) -> Self {
        let mut numbers: HashMap<&'a str, usize> = HashMap::with_capacity(old.len());
        let mut number = |line: &&'a str| {
            let next = numbers.len();
            *numbers.entry(*line).or_insert(next)
        };
        let old = old.iter().map(&mut number).collect();
        let new = new.iter().map(&mut number).collect();
        Self {
            count: numbers.len(),
            old,
            new,
        }
    }

    /// A place without the lines at its beginning and its end that both texts have.
    fn trimmed(&self, mut place: Change) -> Change {
        let (old, new) = (&self.old[place.old.clone()], &self.new[place.new.clone()]);
        let above = old.iter().zip(new).take_while(|(old, new)| old == new);
        let above = above.count();
        let rest = old[above..].iter().rev().zip(new[above..].iter().rev());
        let below = rest.take_while(|(old, new)| old == new).count();
        place.old = place.old.start + above..place.old.end - below;
        place.new = place.new.start + above..place.new.end - below;
        place
    }
}
