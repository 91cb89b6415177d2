//! `docs/security.md` says which test holds what. Those tests exist.

use std::fs;
use std::path::{Path, PathBuf};

const PAGE: &str = include_str!("../../docs/security.md");

/// The file of a module of these tests, if there is one.
fn file_of(module: &str) -> Option<PathBuf> {
    let tests = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it"));
    let path = tests.join(module.replace("::", "/"));
    let files = [path.with_extension("rs"), path.join("mod.rs")];
    files.into_iter().find(|file| file.exists())
}

/// Whether a path is that of a module or of a test in one.
fn exists(path: &str) -> bool {
    file_of(path).is_some()
        || path.rsplit_once("::").is_some_and(|(module, name)| {
            let text = file_of(module).map(|file| fs::read_to_string(file).unwrap());
            text.is_some_and(|text| text.contains(&format!("fn {name}(")))
        })
}

/// What of a text stands in backquotes and is the path of a test or of a module of tests.
fn named_in(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let is_path = |it: &&str| {
        it.chars()
            .all(|c| c.is_ascii_lowercase() || "_:".contains(c))
    };
    quoted.filter(is_path).filter(|it| it.contains("::"))
}

/// The last cell of each row of the tables that have a column for tests.
fn cells_for_tests() -> Vec<&'static str> {
    let mut cells = Vec::new();
    let mut is_for_tests = false;
    for line in PAGE.lines() {
        let Some(row) = line.strip_prefix("| ").and_then(|it| it.strip_suffix('|')) else {
            is_for_tests = false;
            continue;
        };
        let last = row.rsplit(" | ").next().unwrap_or_default().trim();
        if is_for_tests && !last.starts_with("---") {
            cells.push(last);
        }
        is_for_tests |= last == "test";
    }
    cells
}

#[test]
fn every_test_that_it_names_exists() {
    let missing: Vec<_> = named_in(PAGE).filter(|path| !exists(path)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(named_in(PAGE).count() > 50);
}

#[test]
fn every_row_names_a_test_or_says_why_there_is_none() {
    let cells = cells_for_tests();
    assert!(cells.len() > 40, "{}", cells.len());
    let without = cells.into_iter().filter(|cell| {
        let has_reason = cell.starts_with("none: ") || cell.starts_with("the kit");
        !has_reason && named_in(cell).next().is_none()
    });
    let without: Vec<_> = without.collect();
    assert!(without.is_empty(), "{without:#?}");
}
