//! Tests of merging and comparing.

mod applier;
mod hostile;
mod merging;
mod unified;

use proptest::prelude::*;

/// Texts of few different lines, so that the same ones come again, with and without a last line
/// feed.
pub(super) fn texts() -> impl Strategy<Value = String> {
    let line = prop::sample::select(&["\n", "a\n", "b\n", "  b\n", "c\r\n", "}\n", "é\n", "d"]);
    prop_oneof![
        3 => prop::collection::vec(line, 0..24).prop_map(|lines| lines.concat()),
        1 => "(?s).{0,40}",
    ]
}
