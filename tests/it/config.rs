use imprenta::config::{Config, DatabaseSource, Environment, TlsMode, TrustedRoots};
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
