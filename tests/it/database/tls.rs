//! TLS to PostgreSQL: a server with a certificate of an authority of its own, and each `sslmode`.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

use diesel_async::RunQueryDsl;
use imprenta::config::{Config, Environment};
use imprenta::db::Pool;
use imprenta::db::embedded::{EmbeddedCluster, EmbeddedOptions};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use crate::embedded::DataDir;

/// A certificate authority, as PEM, and a certificate that it gave `name`, with its key.
fn certificates(name: &str) -> (String, String, String) {
    let authority_key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_pem = authority.self_signed(&authority_key).unwrap().pem();
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();
    (authority_pem, certificate.pem(), key.serialize_pem())
}

/// Starts a server that listens on a port, because its folder's path is too long for a socket, and
/// has a certificate for `name`.
async fn server(data_dir: &DataDir, name: &str) -> (EmbeddedCluster, String) {
    // The cluster first, so that the key can be given to the user that its server runs as.
    let cluster = data_dir.join().await;
    let owner = fs::metadata(cluster.cluster_folder()).unwrap();
    let folder = cluster.cluster_folder();
    cluster.leave().await.unwrap();
    let (authority, certificate, key) = certificates(name);
    for (file, text) in [("tls.crt", certificate), ("tls.key", key)] {
        let path = folder.join(file);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
    }
    let mut options: EmbeddedOptions = data_dir.options();
    let tls = [
        ("ssl", "on"),
        ("ssl_cert_file", "tls.crt"),
        ("ssl_key_file", "tls.key"),
    ];
    options
        .settings
        .extend(tls.map(|(name, value)| (name.to_owned(), value.to_owned())));
    (EmbeddedCluster::join(options).await.unwrap(), authority)
}

/// Whether a connection is encrypted; or why there is none.
async fn encrypted(url: &str) -> Result<bool, String> {
    let config = Config::from_environment(&Environment::default()).unwrap();
    let pool = Pool::new(&url.parse()?, &config.database).map_err(|error| error.to_string())?;
    let mut connection = pool.dedicated().await.map_err(|error| error.to_string())?;
    diesel::dsl::sql::<diesel::sql_types::Bool>(
        "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    )
    .get_result(&mut connection)
    .await
    .map_err(|error| error.to_string())
}

#[tokio::test]
async fn each_mode_checks_what_it_says() {
    let data_dir = DataDir::new(&"long/".repeat(30));
    let (cluster, authority) = server(&data_dir, "127.0.0.1").await;
    let roots = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = roots.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let ours = file("ours.pem", &authority);
    let other = file("other.pem", &certificates("127.0.0.1").0);
    let by_name = cluster.url().replace("@127.0.0.1:", "@localhost:");
    let cases = [
        (cluster.url(), "sslmode=disable".to_owned(), Ok(false)),
        (cluster.url(), "sslmode=prefer".to_owned(), Ok(true)),
        (cluster.url(), "sslmode=require".to_owned(), Ok(true)),
        (
            cluster.url(),
            format!("sslmode=verify-full&sslrootcert={ours}"),
            Ok(true),
        ),
        (
            cluster.url(),
            format!("sslmode=verify-full&sslrootcert={other}"),
            Err("certificate"),
        ),
        (
            cluster.url(),
            format!("sslmode=require&sslrootcert={other}"),
            Err("certificate"),
        ),
        (
            cluster.url(),
            "sslmode=verify-full".to_owned(),
            Err("certificate"),
        ),
        // The certificate names the address only.
        (
            &by_name,
            format!("sslmode=verify-full&sslrootcert={ours}"),
            Err("certificate not valid for name"),
        ),
        (
            &by_name,
            format!("sslmode=verify-ca&sslrootcert={ours}"),
            Ok(true),
        ),
        (
            cluster.url(),
            "sslmode=verify-ca&sslrootcert=/missing.pem".to_owned(),
            Err("sslrootcert /missing.pem"),
        ),
    ];
    for (url, query, expected) in cases {
        match (encrypted(&format!("{url}?{query}")).await, expected) {
            (Ok(encrypted), Ok(expected)) => assert_eq!(encrypted, expected, "{query}"),
            (Err(error), Err(expected)) => assert!(error.contains(expected), "{query}: {error}"),
            (outcome, _) => panic!("{query}: {outcome:?}"),
        }
    }
    cluster.leave().await.unwrap();
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_it_is_required() {
    let data_dir = DataDir::new(&"long/".repeat(30));
    let cluster = data_dir.join().await;
    let url = cluster.url();
    assert_eq!(encrypted(&format!("{url}?sslmode=prefer")).await, Ok(false));
    let error = encrypted(&format!("{url}?sslmode=require"))
        .await
        .unwrap_err();
    assert!(error.contains("TLS"), "{error}");
    cluster.leave().await.unwrap();
}
