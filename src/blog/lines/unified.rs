//! The changes from one text to another, to be read by people and applied by `patch`.

use std::fmt::Write as _;
use std::ops::Range;

use super::changes::{Change, changes, lines};

/// Unchanged lines that are shown before and after each change, as `diff -u` and git do.
const CONTEXT: usize = 3;

/// What changed, in the unified format (GNU diffutils' manual, "Detailed Description of Unified
/// Format"), without the two lines that name the files; empty if nothing did.
///
/// Lines keep their ends, carriage returns too.
#[must_use]
pub fn unified_diff(old: &str, new: &str) -> String {
    let (old, new) = (lines(old), lines(new));
    let changes = changes(&old, &new);
    let mut text = String::new();
    for together in changes.chunk_by(|one, next| next.old.start - one.old.end <= 2 * CONTEXT) {
        hunk(&mut text, &old, &new, together);
    }
    text
}

/// Changes whose contexts meet, under one header.
fn hunk(text: &mut String, old: &[&str], new: &[&str], changes: &[Change]) {
    let (Some(first), Some(last)) = (changes.first(), changes.last()) else {
        return;
    };
    let before = first.old.start.min(CONTEXT);
    let after = (old.len() - last.old.end).min(CONTEXT);
    header(
        text,
        &(first.old.start - before..last.old.end + after),
        &(first.new.start - before..last.new.end + after),
    );
    let mut position = first.old.start - before;
    for change in changes {
        push(text, ' ', &old[position..change.old.start]);
        push(text, '-', &old[change.old.clone()]);
        push(text, '+', &new[change.new.clone()]);
        position = change.old.end;
    }
    push(text, ' ', &old[position..position + after]);
}

fn header(text: &mut String, old: &Range<usize>, new: &Range<usize>) {
    let (old_start, new_start) = (first_line(old), first_line(new));
    let (old, new) = (old.len(), new.len());
    // Writing to a `String` does not fail.
    let _ = writeln!(text, "@@ -{old_start},{old} +{new_start},{new} @@");
}

/// Counted from 1; of no lines, it is the line that they come after.
fn first_line(lines: &Range<usize>) -> usize {
    lines.start + usize::from(!lines.is_empty())
}

fn push(text: &mut String, mark: char, lines: &[&str]) {
    for line in lines {
        text.push(mark);
        text.push_str(line);
        if !line.ends_with('\n') {
            text.push_str("\n\\ No newline at end of file\n");
        }
    }
}
