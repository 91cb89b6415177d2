//! `docs/permissions.md` against the policies: its tables are what the policies answer.
//!
//! `make permissions` writes them anew.

mod accounts;
mod posts;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/permissions.md");

/// The tables by the names of their places in the file.
fn tables() -> [(&'static str, String); 4] {
    [
        ("posts", posts::by_role()),
        ("post-keys", posts::by_scopes()),
        ("accounts", accounts::by_viewer()),
        ("account-scopes", accounts::scopes_by_role()),
    ]
}

#[test]
fn the_tables_are_what_the_policies_answer() {
    let committed = std::fs::read_to_string(FILE).unwrap();
    let mut current = committed.clone();
    for (name, table) in tables() {
        current = with_table(&current, name, &table);
    }
    if std::env::var_os("WRITE_PERMISSIONS").is_some() {
        std::fs::write(FILE, current).unwrap();
    } else {
        assert!(
            committed == current,
            "docs/permissions.md is not what the policies answer: run `make permissions` and look at the difference"
        );
    }
}

/// The text with the table between the two comments that name it.
fn with_table(text: &str, name: &str, table: &str) -> String {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) = text
        .split_once(&begin)
        .unwrap_or_else(|| panic!("docs/permissions.md has no place {begin}"));
    let (_, after) = rest
        .split_once(&end)
        .unwrap_or_else(|| panic!("docs/permissions.md has no place {end}"));
    format!("{before}{begin}\n{table}\n{end}{after}")
}
