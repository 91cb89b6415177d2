use proptest::prelude::*;

use super::super::unified_diff;
use super::applier::apply;
use super::texts;

#[test]
fn equal_texts_have_no_diff() {
    assert_eq!(unified_diff("a\nb", "a\nb"), "");
    assert_eq!(unified_diff("", ""), "");
}

#[test]
fn three_lines_stand_around_a_change() {
    let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    let expected = "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n";
    assert_eq!(unified_diff(old, &old.replace('5', "five")), expected);
}

#[test]
fn changes_that_share_context_share_a_hunk() {
    let lines: Vec<_> = (10..30).map(|number| format!("{number}\n")).collect();
    let old = lines.concat();
    let near = old.replace("12", "x").replace("19", "y");
    assert_eq!(unified_diff(&old, &near).matches("@@ -").count(), 1);
    let far = old.replace("12", "x").replace("20", "y");
    assert_eq!(unified_diff(&old, &far).matches("@@ -").count(), 2);
}

#[test]
fn no_lines_are_counted_from_the_line_before() {
    assert_eq!(unified_diff("", "a\n"), "@@ -0,0 +1,1 @@\n+a\n");
    assert_eq!(unified_diff("a\n", ""), "@@ -1,1 +0,0 @@\n-a\n");
}

#[test]
fn a_missing_line_end_is_said() {
    let expected = "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n";
    assert_eq!(unified_diff("a\nb", "a\nb\n"), expected);
    let expected = "@@ -1,2 +1,2 @@\n-a\r\n+a\n b\n\\ No newline at end of file\n";
    assert_eq!(unified_diff("a\r\nb", "a\nb"), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn applied_to_the_old_text_it_gives_the_new(old in texts(), new in texts()) {
        let diff = unified_diff(&old, &new);
        prop_assert_eq!(apply(&old, &diff), Ok(new.clone()), "{}", diff);
        prop_assert_eq!(diff.is_empty(), old == new);
    }
}
