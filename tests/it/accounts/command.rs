//! `imprenta user`: how the first admin comes to be.

use std::process::Output;

use crate::support::{Database, Program, database, program};

const PASSWORD: &str = "canary horse battery";

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn new_database() -> Database {
    tokio::runtime::Runtime::new().unwrap().block_on(database())
}

fn user(database: &Database, arguments: &[&str]) -> Program {
    let arguments = [&["user"], arguments].concat();
    // These commands need no key.
    program(&arguments)
        .env("DATABASE_URL", &database.url_text)
        .env("SECRET_KEY", "")
}

fn create(database: &Database, email: &str, role: &str, password: &str) -> Output {
    let who = ["--email", email, "--name", "Ana Peña", "--role", role];
    let arguments = [&["create", "--password-stdin"], &who[..]].concat();
    user(database, &arguments).input(password).output()
}

fn list(database: &Database) -> Vec<String> {
    let output = user(database, &["list"]).output();
    assert!(output.status.success(), "{}", said(&output));
    printed(&output).lines().map(str::to_owned).collect()
}

/// What the command says when it refuses, which is never the password.
fn refusal(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", printed(output));
    assert!(!said(output).contains(PASSWORD));
    said(output)
}

#[test]
fn an_account_is_made_listed_and_given_another_password() {
    let database = new_database();
    assert_eq!(list(&database), ["email\tname\trole\tactive\tlast log-in"]);
    let output = create(
        &database,
        "Ana@example.org",
        "admin",
        &format!("{PASSWORD}\r\nrest\n"),
    );
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(
        printed(&output),
        "created admin Ana@example.org (Ana Peña)\n"
    );
    assert!(!said(&output).contains(PASSWORD));
    let rows = list(&database);
    assert_eq!(
        rows[1..],
        ["Ana@example.org\tAna Peña\tadmin\tactive\tnever"]
    );
    let output = user(&database, &["set-password"])
        .env("USER_EMAIL", "ana@EXAMPLE.org")
        .env("USER_PASSWORD_STDIN", "on")
        .input("canary, another horse")
        .output();
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(printed(&output), "set the password of ana@EXAMPLE.org\n");
}

#[test]
fn the_list_goes_on_after_a_page() {
    let database = new_database();
    let insert = "INSERT INTO users (id, email, name, role, created_at, updated_at)
        SELECT gen_random_uuid(), 'u' || n || '@example.org', E'U\\t\\x1b[1m', 'reader', t, t
        FROM generate_series(1, 201) n, (SELECT timestamptz '2026-01-01' AS t) times";
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let client = database.connect().await;
        client.batch_execute(insert).await.unwrap();
    });
    let mut rows = list(&database);
    assert_eq!(rows.len(), 202);
    // What a name says moves no terminal's cursor and begins no column.
    assert!(
        rows[1..]
            .iter()
            .all(|row| row.ends_with("\tU  [1m\treader\tactive\tnever"))
    );
    rows.sort();
    rows.dedup();
    assert_eq!(rows.len(), 202);
}

#[test]
fn an_address_has_one_account_whatever_its_case() {
    let database = new_database();
    assert!(
        create(&database, "ana@example.org", "admin", PASSWORD)
            .status
            .success()
    );
    let said = refusal(&create(&database, "ANA@example.org", "reader", PASSWORD));
    assert!(said.contains("--email (USER_EMAIL): "), "{said}");
    assert_eq!(list(&database).len(), 2);
}

#[test]
fn what_is_wrong_is_named_as_it_was_given() {
    let database = new_database();
    let cases = [
        (
            "ana@example.org",
            "boss",
            PASSWORD,
            "--role (USER_ROLE): not a role; give reader,",
        ),
        ("ana@example.org", "admin", "canary bird", "the password: "),
        ("ana@example.org", "admin", "\n", "the password is empty"),
        ("ana@example.org", "admin", "", "the password is empty"),
        (
            "ana",
            "admin",
            PASSWORD,
            "--email (USER_EMAIL): not an e-mail address",
        ),
    ];
    for (email, role, password, expected) in cases {
        let said = refusal(&create(&database, email, role, password));
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let output = user(&database, &["create", "--password-stdin"])
        .input(PASSWORD)
        .output();
    let said = refusal(&output);
    assert!(
        said.contains("--email (USER_EMAIL): missing; for example"),
        "{said}"
    );
    let nobody = [
        "set-password",
        "--email",
        "nobody@example.org",
        "--password-stdin",
    ];
    refusal(&user(&database, &nobody).input(PASSWORD).output());
    assert_eq!(list(&database).len(), 1);
}

#[test]
fn without_a_terminal_it_says_how_else_to_give_a_password() {
    let database = new_database();
    let arguments = ["set-password", "--email", "ana@example.org"];
    let said = refusal(&user(&database, &arguments).input(PASSWORD).output());
    assert!(
        said.contains("no terminal") && said.contains("--password-stdin"),
        "{said}"
    );
}

#[test]
fn a_password_is_no_argument() {
    let arguments = ["user", "create", "--password", PASSWORD];
    assert_eq!(program(&arguments).output().status.code(), Some(2));
}

#[test]
fn the_log_has_no_password_and_no_hash_at_any_level() {
    let database = new_database();
    let create = [
        "create",
        "--email",
        "ana@example.org",
        "--name",
        "Ana",
        "--password-stdin",
    ];
    let set = [
        "set-password",
        "--email",
        "ana@example.org",
        "--password-stdin",
    ];
    for arguments in [&create[..], &set[..]] {
        // The kit looks at what it says: see `canary`.
        let output = user(&database, arguments)
            .env("LOG_LEVEL", "trace,tokio_postgres::query=trace")
            .env("USER_ROLE", "admin")
            .input(PASSWORD)
            .output();
        assert!(output.status.success(), "{}", said(&output));
    }
}
