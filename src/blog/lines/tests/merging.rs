use proptest::prelude::*;

use super::super::merge;
use super::texts;

/// Ten lines with nothing in common, the last without its end.
const BASE: &str = "zero\none\ntwo\r\nthree\nfour\nfive\nsix\nseven\neight\nnine";

fn merged(yours: &str, current: &str) -> Option<String> {
    merge(BASE, yours, current)
}

#[test]
fn changes_at_different_places_both_survive() {
    let yours = BASE.replace("one\n", "uno\n").replace("nine", "nine\nten");
    let current = BASE.replace("four\n", "");
    let expected = yours.replace("four\n", "");
    assert_eq!(merged(&yours, &current), Some(expected));
}

#[test]
fn what_both_changed_alike_counts_once() {
    let both = BASE.replace("two\r\n", "2\r\nmore\n");
    let yours = both.replace("seven", "7");
    let current = both.replace("five", "5");
    assert_eq!(
        merged(&yours, &current),
        Some(both.replace("seven", "7").replace("five", "5"))
    );
}

#[test]
fn what_both_changed_differently_is_for_a_person() {
    let yours = BASE.replace("two", "2");
    for current in [
        BASE.replace("two", "zwei"),
        // Another line end is another text.
        BASE.replace("two\r\n", "two\n"),
        BASE.replace("two\r\n", ""),
        BASE.replace("one\ntwo\r\nthree\n", ""),
    ] {
        assert_eq!(merged(&yours, &current), None, "{current:?}");
    }
}

#[test]
fn changes_without_a_line_in_between_are_for_a_person() {
    let yours = BASE.replace("two\r\n", "2\n");
    assert_eq!(merged(&yours, &BASE.replace("three\n", "3\n")), None);
    assert_eq!(
        merged(&yours, &BASE.replace("two\r\n", "two\r\nhalf\n")),
        None
    );
    let current = BASE.replace("four\n", "4\n");
    let both = yours.replace("four\n", "4\n");
    assert_eq!(merged(&yours, &current), Some(both));
}

#[test]
fn two_insertions_at_one_place_are_for_a_person_unless_alike() {
    let yours = BASE.replace("four\n", "four\nx\n");
    assert_eq!(merged(&yours, &BASE.replace("four\n", "four\ny\n")), None);
    assert_eq!(merged(&yours, &yours), Some(yours.clone()));
    let (yours, current) = (format!("x\n{BASE}"), format!("y\n{BASE}"));
    assert_eq!(merged(&yours, &current), None);
    assert_eq!(merge("", "x", "y"), None);
}

#[test]
fn one_change_that_joins_two_of_the_other_side_is_one_place() {
    let yours = BASE.replace("two\r\n", "2\n").replace("four\n", "4\n");
    let current = BASE.replace("three\n", "3\n");
    assert_eq!(merged(&yours, &current), None);
}

type Edits = Vec<(usize, String)>;

/// Lines that no other line is like, and edits to them, by what stands in the place of each.
fn edits() -> impl Strategy<Value = (usize, Edits, Edits)> {
    (8_usize..40).prop_flat_map(|count| {
        let half = count / 2;
        let text = prop::sample::select(&["", "new\n", "new\r\nlines\n", "}\n\n"]);
        let text = text.prop_map(str::to_owned);
        let upper = prop::collection::vec((0..half - 1, text.clone()), 0..6);
        let lower = prop::collection::vec((half + 1..count, text), 0..6);
        (Just(count), upper, lower)
    })
}

fn edited(count: usize, edits: &[(usize, String)]) -> String {
    let mut lines: Vec<_> = (0..count).map(|line| format!("line {line}\n")).collect();
    for (line, text) in edits {
        lines[*line].clone_from(text);
    }
    lines.concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn one_side_alone_is_taken_as_it_is(base in texts(), text in texts()) {
        prop_assert_eq!(merge(&base, &text, &base), Some(text.clone()));
        prop_assert_eq!(merge(&base, &base, &text), Some(text.clone()));
        prop_assert_eq!(merge(&base, &text, &text), Some(text));
    }

    #[test]
    fn the_sides_can_be_swapped(base in texts(), yours in texts(), current in texts()) {
        let merged = merge(&base, &yours, &current);
        prop_assert_eq!(&merge(&base, &current, &yours), &merged);
        prop_assert_eq!(merge(&base, &yours, &current), merged);
    }

    #[test]
    fn every_line_comes_from_one_of_the_texts(
        base in texts(), yours in texts(), current in texts(),
    ) {
        if let Some(merged) = merge(&base, &yours, &current) {
            let all = [&base, &yours, &current];
            let known = |line| all.iter().any(|text| text.split_inclusive('\n').any(|it| it == line));
            prop_assert!(merged.split_inclusive('\n').all(known), "{merged:?}");
        }
    }

    #[test]
    fn edits_far_from_each_other_all_survive((count, upper, lower) in edits()) {
        let both = [upper.as_slice(), lower.as_slice()].concat();
        let base = edited(count, &[]);
        let merged = merge(&base, &edited(count, &upper), &edited(count, &lower));
        prop_assert_eq!(merged, Some(edited(count, &both)));
    }
}
