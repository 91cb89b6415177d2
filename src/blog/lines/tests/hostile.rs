//! Long texts that are made to keep a comparison busy: an eighth of what a post may have, for the
//! tests are not optimised.

use super::super::{merge, unified_diff};
use super::applier::apply;

const LENGTH: usize = 128 * 1024;

/// A text of that length of lines by their number.
fn text(line: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(LENGTH + 64);
    for number in 0.. {
        text.push_str(&line(number));
        if text.len() >= LENGTH {
            break;
        }
    }
    text
}

/// A number as few characters, other ones for each salt.
fn short(number: usize, salt: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut rest = number;
    let mut word = String::from(["", "-", "+", "_"][salt]);
    loop {
        word.push(char::from(LETTERS[rest % LETTERS.len()]));
        rest /= LETTERS.len();
        if rest == 0 {
            return word + "\n";
        }
    }
}

/// Not random enough for anything else.
fn scattered(number: usize, salt: usize) -> usize {
    (number + salt * 7919).wrapping_mul(2_654_435_761) >> 7
}

/// Names of what is compared, with a base and two texts that were made of it.
fn cases() -> Vec<(&'static str, [String; 3])> {
    let of_sides =
        |line: fn(usize, usize) -> String| [0, 1, 2].map(|side| text(|number| line(number, side)));
    vec![
        (
            "as much to compare closely as can be",
            of_sides(|number, side| match number % 250 {
                0 => short(number / 250, 1),
                _ => ["a\n", "b\n"][scattered(number, side) % 2].to_owned(),
            }),
        ),
        ("nothing in common", of_sides(short)),
        (
            "one letter a line",
            of_sides(|number, side| {
                let letter = b'a' + u8::try_from(scattered(number, side) % 26).unwrap();
                format!("{}\n", char::from(letter))
            }),
        ),
        (
            "two different lines",
            of_sides(|number, side| ["a\n", "b\n"][scattered(number, side) % 2].to_owned()),
        ),
        (
            "one line again and again, in between others",
            of_sides(|number, side| {
                if scattered(number, side).is_multiple_of(8) {
                    short(number, side)
                } else {
                    "\n".to_owned()
                }
            }),
        ),
        (
            "every other line changed",
            of_sides(|number, side| short(number, if number.is_multiple_of(2) { 0 } else { side })),
        ),
        (
            "every other line changed, the others few",
            of_sides(|number, side| {
                if number.is_multiple_of(2) {
                    short(number % 64, 0)
                } else {
                    short(number, side)
                }
            }),
        ),
        (
            "all lines in another order",
            of_sides(|number, side| {
                let other = scattered(number, side) % 25_000;
                short(if side == 0 { number } else { other }, 0)
            }),
        ),
        (
            "backwards",
            of_sides(|number, side| {
                let other = 35_000_usize.saturating_sub(number + side);
                short(if side == 0 { number } else { other }, 0)
            }),
        ),
        (
            "periods of other lengths",
            of_sides(|number, side| short(number % [1009, 1013, 1019][side], 0)),
        ),
        (
            "periods of other short lengths",
            of_sides(|number, side| short(number % [7, 11, 13][side], 0)),
        ),
        ("the same lines, more of them", {
            let long = "\n".repeat(LENGTH);
            let other = format!("{}x\n{}", &long[..LENGTH / 2], &long[..LENGTH / 4]);
            [long[..LENGTH / 3].to_owned(), other, long]
        }),
        (
            "longer and longer runs",
            of_sides(|number, side| {
                let run = number.isqrt();
                if run * run == number {
                    short(run, 1 + side)
                } else {
                    short(number, 0)
                }
            }),
        ),
        (
            "empty lines in other places",
            of_sides(|number, side| {
                if number % (3 + side) == 0 {
                    "a\n".to_owned()
                } else {
                    "\n".to_owned()
                }
            }),
        ),
    ]
}

#[test]
fn what_takes_long_is_compared_rightly_all_the_same() {
    for (name, [base, yours, current]) in cases() {
        let diff = unified_diff(&base, &yours);
        assert!(apply(&base, &diff).as_ref() == Ok(&yours), "{name}");
        let merged = merge(&base, &yours, &current);
        assert!(merged == merge(&base, &current, &yours), "{name}");
    }
}
