//! Cells of the table that is being written, aligned by attribute: `style` is
//! not allowed.

use pulldown_cmark::{Alignment, Tag};

/// Where the writing of a table stands.
#[derive(Default)]
pub(super) struct Table {
    alignments: Vec<Alignment>,
    in_head: bool,
    column: usize,
}

impl Table {
    /// Takes note of a start tag of any element.
    pub(super) fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Table(alignments) => self.alignments.clone_from(alignments),
            Tag::TableHead => {
                self.in_head = true;
                self.column = 0;
            }
            Tag::TableRow => {
                self.in_head = false;
                self.column = 0;
            }
            _ => {}
        }
    }

    /// The start tag of the next cell.
    pub(super) fn open_cell(&self) -> String {
        let align = match self.alignments.get(self.column) {
            Some(Alignment::Left) => " align=\"left\"",
            Some(Alignment::Center) => " align=\"center\"",
            Some(Alignment::Right) => " align=\"right\"",
            Some(Alignment::None) | None => "",
        };
        format!("<{}{align}>", self.cell())
    }

    /// The end tag of that cell.
    pub(super) fn close_cell(&mut self) -> String {
        self.column += 1;
        format!("</{}>", self.cell())
    }

    fn cell(&self) -> &'static str {
        if self.in_head { "th" } else { "td" }
    }
}
