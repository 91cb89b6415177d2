//! The program as it is run: its commands, what it says when something is wrong, its exit status.

use std::process::Output;

use crate::support::{Database, database, program};

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn it_prints_the_schema_wherever_it_is() {
    let output = program(&["schema"]).env("PORT", "nonsense").output();
    assert!(output.status.success());
    assert_eq!(printed(&output), imprenta::graphql::sdl());
}

#[test]
fn a_setting_that_cannot_be_used_stops_it_with_advice() {
    let cases = [
        (
            "PORT",
            "eighty",
            "PORT: not a number within 0 and 65535; for example PORT=8000",
        ),
        (
            "HOST",
            "localhost",
            "HOST: not an IP address; for example HOST=127.0.0.1",
        ),
        (
            "LOG_FORMAT",
            "xml",
            "LOG_FORMAT: neither pretty nor json; for example LOG_FORMAT=json",
        ),
        (
            "GRAPHIQL",
            "maybe",
            "GRAPHIQL: neither true nor false; for example GRAPHIQL=true",
        ),
        (
            "DATABASE_URL",
            "mysql://root:canary@host/db",
            "DATABASE_URL: does not begin with postgresql://",
        ),
        (
            "DATABASE_POOL_SIZE",
            "0",
            "DATABASE_POOL_SIZE: not a number within 1 and 1000",
        ),
        (
            "POSTGRES_USER",
            "ana",
            "POSTGRES_SERVER: missing, while other POSTGRES_* variables are set",
        ),
        (
            "CORS_ORIGINS",
            "example.org",
            "CORS_ORIGINS: not a list of origins",
        ),
        (
            "SECRET_KEY",
            "canary",
            "SECRET_KEY: shorter than 32 characters; for example SECRET_KEY=",
        ),
        (
            "SMTP_URL",
            "smtp://ana:canary@mail.example.org",
            "SMTP_URL: would send the password unencrypted",
        ),
    ];
    for (name, value, expected) in cases {
        let output = program(&["serve"]).env(name, value).output();
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(
            said(&output).contains(expected),
            "{name}: {}",
            said(&output)
        );
        assert!(!said(&output).contains("canary"), "{name}");
    }
}

#[test]
fn a_bad_env_file_is_told_with_its_place_and_without_its_text() {
    let output = program(&["serve"])
        .file(".env", "PORT=8000\nSECRET canary\n")
        .output();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains(".env: a line cannot be read"),
        "{}",
        said(&output)
    );
    assert!(
        !said(&output).contains("SECRET canary"),
        "{}",
        said(&output)
    );
}

#[test]
fn a_trusted_document_that_does_not_fit_the_schema_stops_the_start() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(
        file.path(),
        r#"{ "good": "{ __typename }", "old": "{ nothing }" }"#,
    )
    .unwrap();
    let output = program(&["serve"])
        .env("PORT", "0")
        .env("GRAPHQL_TRUSTED_DOCUMENTS", file.path().to_str().unwrap())
        .output();
    assert_eq!(output.status.code(), Some(1));
    let expected =
        "GRAPHQL_TRUSTED_DOCUMENTS: the document \"old\": the type Query has no field \"nothing\"";
    assert!(said(&output).contains(expected), "{}", said(&output));
}

#[test]
fn a_port_in_use_is_told_before_anything_is_started() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = program(&["serve"]).env("PORT", &port).output();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("another program has that port"),
        "{}",
        said(&output)
    );
}

#[test]
fn a_database_that_lets_nobody_in_is_told_at_once() {
    let Database { url, url_text } = tokio::runtime::Runtime::new().unwrap().block_on(database());
    let password = url
        .postgres()
        .get_password()
        .map(|it| String::from_utf8_lossy(it).into_owned());
    let Some(password) = password.filter(|password| !password.is_empty()) else {
        // A server that trusts everyone has nothing to refuse here.
        return;
    };
    let url = url_text.replacen(&password, "wrong", 1);
    let output = program(&["migrate"]).env("DATABASE_URL", &url).output();
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output);
    assert!(
        said.contains("password authentication failed")
            && said.contains("Check that PostgreSQL runs"),
        "{said}"
    );
}

#[test]
fn a_database_that_is_not_there_is_told_with_what_to_do() {
    let output = program(&["migrate", "status"])
        .env("DATABASE_URL", "postgresql://ana:canary@127.0.0.1:1/blog")
        .output();
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output);
    assert!(
        said.contains("Connection refused") && said.contains("Check that PostgreSQL runs"),
        "{said}"
    );
    assert!(!said.contains("canary"), "{said}");
}

#[test]
fn migrations_are_shown_taken_back_and_applied() {
    let database = tokio::runtime::Runtime::new().unwrap().block_on(database());
    let migrate = |action: &[&str]| {
        let arguments = [&["migrate"], action].concat();
        let output = program(&arguments)
            .env("DATABASE_URL", &database.url_text)
            .output();
        assert!(output.status.success(), "{}", said(&output));
        printed(&output)
    };
    assert!(migrate(&["status"]).contains("applied "));
    assert!(migrate(&["run"]).contains("nothing to do"));
    assert!(migrate(&["revert"]).contains("reverted "));
    assert!(migrate(&["status"]).contains("pending "));
    assert!(migrate(&[]).contains("applied "));
}

#[test]
fn an_import_reports_and_fails_if_a_file_did() {
    let database = tokio::runtime::Runtime::new().unwrap().block_on(database());
    let import = |files: &[(&str, &str)], flags: &[&str]| {
        let arguments = [&["import", "markdown", "content"], flags].concat();
        let program = program(&arguments).env("DATABASE_URL", &database.url_text);
        files
            .iter()
            .fold(program, |program, (name, text)| program.file(name, text))
            .output()
    };
    let good = ("content/good.md", "---\ntitle: Good\n---\nText.\n");
    let output = import(&[good], &["--dry-run"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        printed(&output).starts_with("dry run, nothing was kept: added 1,"),
        "{}",
        printed(&output)
    );
    let output = import(&[good, ("content/bad.md", "---\ntitle: [\n---\n")], &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        printed(&output).contains("added 1, updated 0, unchanged 0, skipped 0, failed 1"),
        "{}",
        printed(&output)
    );
    assert!(
        printed(&output).contains("failed: bad.md:"),
        "{}",
        printed(&output)
    );
    let output = import(&[], &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("content is not a folder"),
        "{}",
        said(&output)
    );
}

#[test]
fn it_speaks_no_other_http_than_the_one_it_bounds() {
    use std::io::{Read, Write};
    let database = tokio::runtime::Runtime::new().unwrap().block_on(database());
    let server = program(&["serve"])
        .env("DATABASE_URL", &database.url_text)
        .start();
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    // How a client begins that takes HTTP/2 for granted (RFC 9113, section 3.4).
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(!answer.starts_with(b"\0"), "{answer:?}");
}

#[test]
fn it_serves_tells_its_health_and_stops_when_told() {
    let database = tokio::runtime::Runtime::new().unwrap().block_on(database());
    let server = program(&["serve"])
        .env("DATABASE_URL", &database.url_text)
        .start();
    let port = server.port.to_string();
    let healthcheck = || program(&["healthcheck"]).env("PORT", &port).output();
    let up = healthcheck();
    assert!(up.status.success(), "{}", said(&up));
    assert!(server.terminate().success());
    let down = healthcheck();
    assert_eq!(down.status.code(), Some(1));
    assert!(said(&down).contains("no server at"), "{}", said(&down));
}

#[test]
fn with_a_database_of_one_s_own_a_key_is_needed_to_serve() {
    let output = program(&["serve"])
        .env("DATABASE_URL", "postgresql://ana:canary@127.0.0.1:1/blog")
        .env("SECRET_KEY", "")
        .output();
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output);
    assert!(
        said.contains("SECRET_KEY: missing") && said.contains("openssl rand -base64 32"),
        "{said}"
    );
}
