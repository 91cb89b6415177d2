//! `docs/lifecycle.md` against the state machine: its tables are what the machine answers.
//!
//! `make lifecycle` writes them anew.

use imprenta::blog::lifecycle::{Outcome, Transition, next};
use imprenta::blog::model::PostStatus;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lifecycle.md");

/// In the order of a post's life.
pub const STATUSES: [PostStatus; 5] = [
    PostStatus::Draft,
    PostStatus::Scheduled,
    PostStatus::Published,
    PostStatus::Archived,
    PostStatus::Trashed,
];

#[test]
fn the_tables_are_what_the_state_machine_answers() {
    let committed = std::fs::read_to_string(FILE).unwrap();
    let current = with_table(&committed, "transitions", &transitions());
    let current = with_table(&current, "refusals", &refusals());
    if std::env::var_os("WRITE_LIFECYCLE").is_some() {
        std::fs::write(FILE, current).unwrap();
    } else {
        assert!(
            committed == current,
            "docs/lifecycle.md is not what the state machine answers: run `make lifecycle` and look at the difference"
        );
    }
}

/// What becomes of a post: a row for each transition, a column for each status that it is in.
fn transitions() -> String {
    let names = STATUSES.map(PostStatus::as_str);
    let mut table = row("transition", &names) + &row("---", &["---"; STATUSES.len()]);
    for transition in Transition::ALL {
        let cells = STATUSES.map(|status| match next(status, transition) {
            Ok(Outcome::Becomes(status)) => status.as_str(),
            Ok(Outcome::Gone) => "is no more",
            Err(_) => "–",
        });
        table += &row(&name(transition), &cells);
    }
    table
}

/// Why not: a row for each reason.
fn refusals() -> String {
    let mut table = row("refused", &["why"]) + &row("---", &["---"]);
    for transition in Transition::ALL {
        let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
        for status in STATUSES {
            let Err(reason) = next(status, transition) else {
                continue;
            };
            match reasons.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, statuses)) => statuses.push(status.as_str()),
                None => reasons.push((reason, vec![status.as_str()])),
            }
        }
        for (reason, statuses) in reasons {
            let statuses = statuses.join(", ");
            let refused = format!("{} of {statuses}", name(transition));
            table += &row(&refused, &[reason]);
        }
    }
    table
}

fn row(first: &str, cells: &[&str]) -> String {
    format!("| {first} | {} |\n", cells.join(" | "))
}

fn name(transition: Transition) -> String {
    format!("{transition:?}").to_lowercase()
}

/// The text with the table between the two comments that name it.
fn with_table(text: &str, name: &str, table: &str) -> String {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) = text
        .split_once(&begin)
        .unwrap_or_else(|| panic!("docs/lifecycle.md has no place {begin}"));
    let (_, after) = rest
        .split_once(&end)
        .unwrap_or_else(|| panic!("docs/lifecycle.md has no place {end}"));
    format!("{before}{begin}\n{table}\n{end}{after}")
}
