//! Holds the walls between the layers that the compiler does not: which module may import which.
//! `docs/architecture.md` gives the reasons.

use std::fs;
use std::path::{Path, PathBuf};

/// A part of the program, and what its files must not name.
const FORBIDDEN: [(&str, &[&str]); 18] = [
    (
        "http",
        &["crate::db", "diesel", "repository", "crate::blog"],
    ),
    (
        "graphql",
        &[
            "crate::db",
            "diesel",
            "repository",
            "axum",
            "crate::http",
            "crate::rest",
            "crate::cli",
        ],
    ),
    (
        "rest",
        &[
            "crate::db",
            "diesel",
            "repository",
            "async_graphql",
            "crate::graphql",
            "crate::http",
            "crate::cli",
        ],
    ),
    (
        "blog",
        &[
            "axum",
            "async_graphql",
            "crate::graphql",
            "crate::http",
            "crate::rest",
            "crate::import",
            "crate::app",
        ],
    ),
    (
        "blog/repository",
        &["super::super::posts", "crate::accounts", "crate::graphql"],
    ),
    (
        "accounts",
        &[
            "axum",
            "async_graphql",
            "crate::blog",
            "crate::graphql",
            "crate::http",
            "crate::rest",
        ],
    ),
    (
        "accounts/repository",
        &["super::super::sessions", "axum", "async_graphql"],
    ),
    (
        "mail",
        &[
            "axum",
            "async_graphql",
            "diesel",
            "crate::db",
            "crate::blog",
            "crate::accounts",
            "crate::graphql",
            "crate::http",
            "crate::app",
        ],
    ),
    (
        "import",
        &[
            "axum",
            "async_graphql",
            "diesel",
            "repository",
            "crate::db",
            "crate::http",
            "crate::rest",
            "crate::graphql",
        ],
    ),
    (
        "db",
        &[
            "axum",
            "async_graphql",
            "crate::blog",
            "crate::accounts",
            "crate::graphql",
            "crate::http",
            "crate::rest",
        ],
    ),
    (
        "config",
        &[
            "crate::db",
            "crate::blog",
            "crate::app",
            "crate::graphql",
            "crate::http",
            "crate::rest",
        ],
    ),
    (
        "response_cache",
        &[
            "axum",
            "async_graphql",
            "diesel",
            "repository",
            "crate::app",
            "crate::accounts",
            "crate::graphql",
            "crate::http",
            "crate::rest",
        ],
    ),
    ("clock.rs", &["crate::"]),
    ("error.rs", &["crate::", "axum", "async_graphql", "diesel"]),
    ("form.rs", &["crate::", "axum"]),
    ("ids.rs", &["crate::", "axum", "async_graphql"]),
    (
        "metrics.rs",
        &["crate::", "axum", "async_graphql", "diesel"],
    ),
    (
        "page.rs",
        &[
            "crate::db",
            "crate::blog",
            "axum",
            "async_graphql",
            "diesel",
        ],
    ),
];

#[test]
fn no_layer_reaches_past_its_neighbour() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut violations = Vec::new();
    let mut looked_at = 0;
    for (part, forbidden) in FORBIDDEN {
        let files = rust_files(&source.join(part));
        assert!(!files.is_empty(), "src/{part} is gone: correct this table");
        for file in files {
            looked_at += 1;
            let text = fs::read_to_string(&file).unwrap();
            for import in imports(&text) {
                for name in forbidden {
                    if import.contains(name) {
                        let file = file.strip_prefix(&source).unwrap().display();
                        violations.push(format!("src/{file} must not import {name}: {import}"));
                    }
                }
            }
        }
    }
    assert!(looked_at > 50, "only {looked_at} files were found");
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

#[test]
fn a_domain_s_repository_is_private() {
    for domain in ["accounts", "blog"] {
        let path = format!("{}/src/{domain}/mod.rs", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(path).unwrap();
        assert!(
            text.lines().any(|line| line == "mod repository;"),
            "`mod repository;` of {domain} is not private"
        );
    }
}

/// The `use` declarations of a file, each on one line, and the paths that it writes out.
fn imports(text: &str) -> Vec<String> {
    let code: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("//"))
        .collect();
    let mut imports: Vec<String> = code
        .join(" ")
        .split(';')
        .filter_map(|statement| Some(statement.rsplit_once("use ")?.1.to_owned()))
        .collect();
    let written_out = code
        .iter()
        .filter(|line| line.contains("crate::") && !line.contains("use "));
    imports.extend(written_out.map(ToString::to_string));
    imports
}

fn rust_files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        let path = entry.path();
        // A module's own unit tests may name what they test with.
        if path.is_dir() && path.file_name().is_some_and(|name| name != "tests") {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
