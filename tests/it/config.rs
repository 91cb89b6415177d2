use std::time::Duration;

use imprenta::config::{
    Config, DatabaseSource, Environment, Pooler, TlsMode, TokenAlgorithm, TrustedRoots,
};
use secrecy::ExposeSecret;
use tokio_postgres::config::{Host, SslMode};

fn url(text: &str) -> Result<imprenta::config::DatabaseUrl, String> {
    text.parse()
}

#[test]
fn defaults_run_an_embedded_database_for_this_machine_alone() {
    let config = Config::from_environment(&Environment::default()).unwrap();
    assert!(matches!(config.database.source, DatabaseSource::Embedded));
    assert_eq!(config.http.address.to_string(), "127.0.0.1:8000");
    assert_eq!(config.data_dir.to_str(), Some(".imprenta"));
    assert!(config.graphql.explorer && config.graphql.introspection);
    // Container tools set empty variables where a person leaves them out.
    let empty = Environment::from([("DATABASE_URL", ""), ("PORT", "")]);
    let config = Config::from_environment(&empty).unwrap();
    assert!(matches!(config.database.source, DatabaseSource::Embedded));
}

#[test]
fn a_database_can_be_given_in_parts_with_any_password() {
    let parts = Environment::from([
        ("POSTGRES_SERVER", "db.example.org"),
        ("POSTGRES_USER", "ana"),
        ("POSTGRES_PASSWORD", "p@ss/w:rd?#%é"),
        ("POSTGRES_PORT", "6432"),
        ("POSTGRES_DB", "blog"),
    ]);
    let config = Config::from_environment(&parts).unwrap();
    assert!(!format!("{config:?}").contains("p@ss"));
    let DatabaseSource::Url(url) = config.database.source else {
        panic!("no URL")
    };
    let postgres = url.postgres();
    assert_eq!(
        postgres.get_hosts(),
        [Host::Tcp("db.example.org".to_owned())]
    );
    assert_eq!(postgres.get_ports(), [6432]);
    assert_eq!(postgres.get_user(), Some("ana"));
    assert_eq!(postgres.get_password(), Some("p@ss/w:rd?#%é".as_bytes()));
    assert_eq!(postgres.get_dbname(), Some("blog"));
}

#[test]
fn the_url_says_how_to_encrypt() {
    let file = TrustedRoots::File("/a b.pem".into());
    let cases = [
        ("", SslMode::Prefer, TlsMode::Unverified),
        ("?sslmode=disable", SslMode::Disable, TlsMode::Disable),
        ("?sslmode=prefer", SslMode::Prefer, TlsMode::Unverified),
        ("?sslmode=require", SslMode::Require, TlsMode::Unverified),
        (
            "?sslmode=require&sslrootcert=%2Fa+b.pem",
            SslMode::Require,
            TlsMode::VerifyCa(file.clone()),
        ),
        (
            "?sslmode=verify-ca",
            SslMode::Require,
            TlsMode::VerifyCa(TrustedRoots::System),
        ),
        (
            "?connect_timeout=3&sslmode=verify-full",
            SslMode::Require,
            TlsMode::VerifyFull(TrustedRoots::System),
        ),
        (
            "?sslrootcert=%2Fa%20b.pem&sslmode=verify-full",
            SslMode::Require,
            TlsMode::VerifyFull(file),
        ),
    ];
    for (query, mode, tls) in cases {
        let url = url(&format!("postgresql://ana@localhost/blog{query}")).unwrap();
        assert_eq!(url.postgres().get_ssl_mode(), mode, "{query}");
        assert_eq!(*url.tls(), tls, "{query}");
    }
    assert!(
        url("postgres://localhost/blog?sslmode=full")
            .unwrap_err()
            .contains("verify-full")
    );
    assert!(
        url("postgres:///blog")
            .unwrap_err()
            .contains("names no host")
    );
    assert!(url("localhost/blog").unwrap_err().contains("postgresql://"));
}

fn read<const N: usize>(variables: [(&str, &str); N]) -> Result<Config, String> {
    Config::from_environment(&Environment::from(variables)).map_err(|error| error.to_string())
}

#[test]
fn a_log_in_lasts_as_long_as_the_settings_say() {
    let accounts = read([]).unwrap().accounts;
    assert!(accounts.secret_key.is_none() && accounts.previous_secret_keys.is_empty());
    assert_eq!(accounts.token_algorithm, TokenAlgorithm::Hs256);
    assert_eq!(accounts.access_token_lifetime, Duration::from_mins(15));
    assert_eq!(
        accounts.refresh_token_lifetime,
        Duration::from_hours(30 * 24)
    );
    let (key, old, older) = ("k".repeat(32), "o".repeat(40), "é".repeat(32));
    let accounts = read([
        ("SECRET_KEY", &format!(" {key}\n")),
        ("SECRET_KEY_PREVIOUS", &format!("{old}, {older},")),
        ("ACCESS_TOKEN_ALGORITHM", "EdDSA"),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "1440"),
        ("REFRESH_TOKEN_EXPIRE_DAYS", "1"),
    ])
    .unwrap()
    .accounts;
    assert_eq!(accounts.secret_key.as_ref().unwrap().expose_secret(), key);
    let previous = accounts.previous_secret_keys.iter();
    let previous: Vec<_> = previous.map(ExposeSecret::expose_secret).collect();
    assert_eq!(previous, [&old, &older]);
    assert_eq!(accounts.token_algorithm, TokenAlgorithm::EdDsa);
    assert_eq!(accounts.access_token_lifetime, Duration::from_hours(24));
    assert_eq!(accounts.refresh_token_lifetime, Duration::from_hours(24));
    let shown = format!("{accounts:?}");
    assert!(!shown.contains(&key) && !shown.contains(&old), "{shown}");
}

#[test]
fn mail_needs_a_server_a_sender_and_a_page() {
    let mail = read([
        (
            "SMTP_URL",
            "smtp://ana:p%40ss@mail.example.org:587?tls=required",
        ),
        ("MAIL_FROM", "Büro <office@example.org>"),
        (
            "PASSWORD_RESET_URL",
            "http://localhost:3000/reset/{token}?again={token}",
        ),
    ])
    .unwrap()
    .mail;
    assert!(mail.smtp.as_ref().unwrap().url().contains("p%40ss"));
    assert!(!format!("{mail:?}").contains("p%40ss"));
    for url in [
        "smtps://ana:pass@mail.example.org",
        "smtp://relay:25",
        "smtp://ana:pass@localhost:1025/own.name",
        "smtp://ana:pass@127.0.0.1",
        "smtp://ana:pass@relay?tls=opportunistic",
    ] {
        let read = read([("SMTP_URL", url), ("MAIL_FROM", "a@example.org")]);
        assert!(read.is_ok(), "{url}: {read:?}");
    }
}

#[test]
fn proxies_are_addresses_or_networks() {
    let list = " 127.0.0.1,10.0.0.0/8, ::1 ,fd00::/8,";
    let proxies = read([("TRUSTED_PROXIES", list)])
        .unwrap()
        .http
        .trusted_proxies;
    let texts: Vec<_> = proxies.iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["127.0.0.1/32", "10.0.0.0/8", "::1/128", "fd00::/8"]);
    assert!(read([]).unwrap().http.trusted_proxies.is_empty());
}

#[test]
fn the_site_is_where_visitors_are_unless_it_is_said() {
    let site = |variables: [(&str, &str); 3]| read(variables).unwrap().site;
    let of = |url, public, name| {
        site([
            ("SITE_URL", url),
            ("PUBLIC_URL", public),
            ("SITE_NAME", name),
        ])
    };
    let none = of("", "", "");
    assert_eq!((none.url, &*none.name), (None, "Imprenta"));
    let public = of("", "https://content.example.org/", " Ana & Söhne ");
    assert_eq!(public.url.unwrap(), "https://content.example.org");
    assert_eq!(public.name, "Ana & Söhne");
    let name = "é".repeat(255);
    let own = of(
        "http://localhost:3000/",
        "https://content.example.org",
        &name,
    );
    assert_eq!(own.url.unwrap(), "http://localhost:3000");
    assert_eq!(own.name, name);
    assert!(read([("SITE_NAME", &*"é".repeat(256))]).is_err());
}

/// A variable that is wrong, and what is said about it.
const REFUSED: [(&str, &str, &str); 36] = [
    ("METRICS_TOKEN", "sesame", "not 16 to 1024 letters"),
    (
        "METRICS_TOKEN",
        "====================",
        "not 16 to 1024 letters",
    ),
    (
        "METRICS_TOKEN",
        "sesame of four words",
        "not 16 to 1024 letters",
    ),
    (
        "SITE_URL",
        "https://www.example.org/sesame",
        "not an http or https address without a path",
    ),
    ("SITE_URL", "www.sesame.example", "not an http or https"),
    ("SITE_URL", "https://", "not an http or https"),
    ("SITE_NAME", "Open\nsesame", "not 1 to 255 characters"),
    ("SITE_NAME", " ", "not 1 to 255 characters"),
    ("SECRET_KEY", "sesame", "shorter than 32 characters"),
    (
        "SECRET_KEY",
        "                sesame                ",
        "shorter than 32 characters",
    ),
    (
        "SECRET_KEY_PREVIOUS",
        "0123456789abcdef0123456789abcdef,sesame",
        "shorter than 32",
    ),
    ("ACCESS_TOKEN_ALGORITHM", "none", "neither HS256 nor EdDSA"),
    (
        "ACCESS_TOKEN_EXPIRE_MINUTES",
        "0",
        "not a number within 1 and 1440",
    ),
    (
        "ACCESS_TOKEN_EXPIRE_MINUTES",
        "1441",
        "not a number within 1 and 1440",
    ),
    (
        "ACCESS_TOKEN_EXPIRE_MINUTES",
        "sesame",
        "not a number within 1 and 1440",
    ),
    (
        "REFRESH_TOKEN_EXPIRE_DAYS",
        "3651",
        "not a number within 1 and 3650",
    ),
    (
        "REFRESH_TOKEN_EXPIRE_DAYS",
        "-1",
        "not a number within 1 and 3650",
    ),
    ("SMTP_URL", "sesame", "not a URL"),
    (
        "SMTP_URL",
        "http://ana:sesame@mail.example.org",
        "does not begin with smtp://",
    ),
    ("SMTP_URL", "smtp:sesame", "names no host"),
    (
        "SMTP_URL",
        "smtp://mail.example.org:sesame",
        "not a URL: invalid port number",
    ),
    (
        "SMTP_URL",
        "smtp://ana@mail.example.org",
        "a user without a password",
    ),
    (
        "SMTP_URL",
        "smtp://:sesame@mail.example.org",
        "a user without a password",
    ),
    (
        "SMTP_URL",
        "smtp://ana:sesame@mail.example.org",
        "send the password unencrypted",
    ),
    (
        "SMTP_URL",
        "smtp://ana:sesame@mail.example.org?TLS=required",
        "the only parameter",
    ),
    (
        "SMTP_URL",
        "smtp://ana:sesame@mail.example.org?tls=yes",
        "the only parameter",
    ),
    (
        "SMTP_URL",
        "smtps://ana:sesame%ff@mail.example.org",
        "not valid UTF-8",
    ),
    (
        "SMTP_URL",
        "smtp://mail.example.org",
        "MAIL_FROM: missing, while SMTP_URL is set",
    ),
    ("MAIL_FROM", "sesame", "not an e-mail address"),
    (
        "MAIL_FROM",
        "a@example.org, sesame@example.org",
        "not an e-mail address",
    ),
    (
        "PASSWORD_RESET_URL",
        "https://www.example.org/sesame",
        "without {token}",
    ),
    (
        "PASSWORD_RESET_URL",
        "https://{token}.example.org/sesame",
        "without {token}",
    ),
    (
        "PASSWORD_RESET_URL",
        "ftp://www.example.org/{token}",
        "not an http or https URL",
    ),
    (
        "PASSWORD_RESET_URL",
        "/sesame/{token}",
        "not an http or https URL",
    ),
    (
        "TRUSTED_PROXIES",
        "10.0.0.0/33",
        "not a list of IP addresses and networks",
    ),
    (
        "TRUSTED_PROXIES",
        "127.0.0.1,sesame",
        "not a list of IP addresses and networks",
    ),
];

#[test]
fn a_bad_setting_is_named_with_an_example_and_without_its_value() {
    for (variable, value, expected) in REFUSED {
        let said = read([(variable, value)]).map(drop).unwrap_err();
        // MAIL_FROM is what is missing in one of them.
        let name = expected.split(": missing").next().unwrap();
        let name = if name == expected { variable } else { name };
        assert!(said.starts_with(&format!("{name}: ")), "{value}: {said}");
        assert!(said.contains(expected), "{value}: {said}");
        assert!(said.contains(&format!("; for example {name}=")), "{said}");
        assert!(!said.contains("sesame"), "{value}: {said}");
    }
}

#[test]
fn a_pooler_needs_the_way_around_it() {
    let (address, around) = (
        "postgresql://pooler/blog",
        "postgresql://ana:sesame@db/blog",
    );
    let settings = [
        ("DATABASE_URL", address),
        ("DATABASE_POOLER", "transaction"),
        ("DATABASE_DIRECT_URL", around),
    ];
    let config = Config::from_environment(&Environment::from(settings)).unwrap();
    let Pooler::Transaction { direct } = &config.database.pooler else {
        panic!("no pooler")
    };
    assert_eq!(direct.postgres().get_hosts(), [Host::Tcp("db".to_owned())]);
    assert!(!format!("{config:?}").contains("sesame"));

    let [url, pooler, direct] = settings;
    for (settings, problem) in [
        (vec![url, pooler], "DATABASE_DIRECT_URL: missing"),
        (vec![url, direct], "DATABASE_POOLER: none, while"),
        (vec![pooler, direct], "DATABASE_URL: missing"),
        (
            vec![url, ("DATABASE_POOLER", "session"), direct],
            "DATABASE_POOLER: neither none nor transaction",
        ),
        (
            vec![url, pooler, ("DATABASE_DIRECT_URL", "sesame")],
            "DATABASE_DIRECT_URL: does not begin with postgresql://",
        ),
    ] {
        let mut three = [("", ""); 3];
        three[..settings.len()].copy_from_slice(&settings);
        let error = Config::from_environment(&Environment::from(three));
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with(problem), "{error}");
        assert!(!error.contains("sesame"), "{error}");
    }
}

#[test]
fn trusted_documents_are_read_or_the_file_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    let read = |content: &str| {
        std::fs::write(path, content).unwrap();
        Config::from_environment(&Environment::from([("GRAPHQL_TRUSTED_DOCUMENTS", path)]))
    };
    let config = read(r#"{ "a": "{ __typename }" }"#).unwrap();
    assert_eq!(&*config.graphql.trusted.by_id["a"], "{ __typename }");
    for (content, problem) in [
        ("[", "is not a JSON object, at line 1"),
        ("{ \"a\": 1 }", "has no text for the id \"a\""),
        (
            r#"{ "format": "apollo-persisted-query-manifest", "version": 2, "operations": [] }"#,
            "is of version 2, and 1 is known",
        ),
        (
            r#"{ "format": "apollo-persisted-query-manifest", "version": 1 }"#,
            "is not a manifest of Apollo: missing field `operations`",
        ),
    ] {
        let error = read(content).unwrap_err().to_string();
        let expected = format!("GRAPHQL_TRUSTED_DOCUMENTS: the file {path} {problem}");
        assert!(error.starts_with(&expected), "{error}");
    }
    let only = Environment::from([("GRAPHQL_TRUSTED_ONLY", "true")]);
    let error = Config::from_environment(&only).unwrap_err().to_string();
    assert!(
        error.starts_with("GRAPHQL_TRUSTED_ONLY: on, while"),
        "{error}"
    );
}

#[test]
fn limits_are_numbers_within_reason() {
    for (variable, value) in [
        ("GRAPHQL_MAX_TOKENS", "0"),
        ("GRAPHQL_MAX_NESTING", "201"),
        ("GRAPHQL_MAX_COST", "many"),
        ("GRAPHQL_TIMEOUT_MS", "0"),
    ] {
        let environment = Environment::from([(variable, value)]);
        let error = Config::from_environment(&environment)
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with(&format!("{variable}: not a number within 1 and")),
            "{error}"
        );
    }
    let environment = Environment::from([("GRAPHQL_MAX_BATCH", "51")]);
    let error = Config::from_environment(&environment).unwrap_err();
    let expected = "GRAPHQL_MAX_BATCH: not a number within 0 and 50";
    assert!(error.to_string().starts_with(expected), "{error}");
}
