//! Lines that hold two texts together.

use super::changes::Change;

/// Finds lines that stand once in a place of the old text and once in that of the new one.
pub(super) struct Anchors {
    /// For each line's number; zero again after each search.
    seen: Vec<Seen>,
}

/// How often a line stands in a place.
#[derive(Clone, Copy, Default)]
struct Seen {
    old: usize,
    new: usize,
    /// Where it stands in the old text, if once.
    place: usize,
}

impl Anchors {
    /// For lines whose numbers are less than `count`.
    pub(super) fn new(count: usize) -> Self {
        Self {
            seen: vec![Seen::default(); count],
        }
    }

    /// What lies between the anchors of a place, from the top; nothing if it has none.
    ///
    /// Of anchors whose order differs between the texts, it takes as many as have one order.
    pub(super) fn split(&mut self, old: &[usize], new: &[usize], place: &Change) -> Vec<Change> {
        let pairs = in_one_order(&self.pairs(old, new, place));
        if pairs.is_empty() {
            return Vec::new();
        }
        let (mut old_start, mut new_start) = (place.old.start, place.new.start);
        let mut between = Vec::with_capacity(pairs.len() + 1);
        for (old_line, new_line) in pairs {
            between.push(Change {
                old: old_start..old_line,
                new: new_start..new_line,
            });
            (old_start, new_start) = (old_line + 1, new_line + 1);
        }
        between.push(Change {
            old: old_start..place.old.end,
            new: new_start..place.new.end,
        });
        between
    }

    /// Where the anchors are in both texts, in the order of the new one.
    fn pairs(&mut self, old: &[usize], new: &[usize], place: &Change) -> Vec<(usize, usize)> {
        for line in place.old.clone() {
            let seen = &mut self.seen[old[line]];
            seen.old += 1;
            seen.place = line;
        }
        for line in place.new.clone() {
            self.seen[new[line]].new += 1;
        }
        let lines = place.new.clone();
        let pairs = lines.filter_map(|line| {
            let seen = self.seen[new[line]];
            (seen.old == 1 && seen.new == 1).then_some((seen.place, line))
        });
        let pairs = pairs.collect();
        let lines = old[place.old.clone()].iter().chain(&new[place.new.clone()]);
        for line in lines {
            self.seen[*line] = Seen::default();
        }
        pairs
    }
}

/// As many of the pairs as can be had with the lines of both texts rising: the longest increasing
/// subsequence, by patience sorting.
fn in_one_order(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // For each length, the pair that ends the best row of that length; and each pair's predecessor.
    let mut ends: Vec<usize> = Vec::new();
    let mut before = vec![None; pairs.len()];
    for (index, (old_line, _)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].0 < *old_line);
        before[index] = length.checked_sub(1).map(|shorter| ends[shorter]);
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let last = ends.last().copied();
    let row = std::iter::successors(last, |&index| before[index]);
    let mut row: Vec<_> = row.map(|index| pairs[index]).collect();
    row.reverse();
    row
}
