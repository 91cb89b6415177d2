//! The life of an embedded cluster: creating, sharing, stopping, and where it may lie.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use super::data_dir::{DataDir, connect, kill_hard, rows, write_row};
use imprenta::db::embedded::{EmbeddedCluster, EmbeddedOptions, Origin, Problem};
use nix::unistd::Uid;

#[tokio::test]
async fn a_row_outlives_the_server() {
    let data_dir = DataDir::new("data");
    let cluster = data_dir.join().await;
    assert_eq!(cluster.origin(), Origin::Created);
    write_row(&cluster).await;
    cluster.leave().await.unwrap();
    assert!(data_dir.is_stopped());

    let cluster = data_dir.join().await;
    assert_eq!(cluster.origin(), Origin::Started);
    assert_eq!(rows(&cluster).await, ["row"]);
    cluster.leave().await.unwrap();
}

#[tokio::test]
async fn the_last_to_leave_stops_the_server() {
    let data_dir = DataDir::new("data");
    // Both at once: one of them creates the cluster, the other joins.
    let (first, second) = tokio::join!(data_dir.join(), data_dir.join());
    let mut origins = [first.origin(), second.origin()];
    origins.sort_by_key(|origin| *origin == Origin::Joined);
    assert_eq!(origins, [Origin::Created, Origin::Joined]);

    write_row(&first).await;
    let postmaster = data_dir.postmaster();
    first.leave().await.unwrap();
    assert_eq!(data_dir.postmaster(), postmaster);
    assert_eq!(rows(&second).await, ["row"]);
    second.leave().await.unwrap();
    assert!(data_dir.is_stopped());
}

#[tokio::test]
async fn a_missing_database_is_created_on_joining() {
    let data_dir = DataDir::new("data");
    let first = data_dir.join().await;
    let server = first.url().strip_suffix("/imprenta").unwrap();
    let maintenance = format!("{server}/postgres");
    let client = connect(&maintenance).await;
    client
        .batch_execute("DROP DATABASE imprenta")
        .await
        .unwrap();
    let second = data_dir.join().await;
    connect(second.url()).await;
    first.leave().await.unwrap();
    second.leave().await.unwrap();
}

#[tokio::test]
async fn the_server_is_closed_to_others_and_durable() {
    let data_dir = DataDir::new("data");
    let cluster = EmbeddedCluster::join(EmbeddedOptions {
        settings: vec![("work_mem".into(), "5MB".into())],
        ..data_dir.options()
    })
    .await
    .unwrap();
    let client = connect(cluster.url()).await;
    let expected = [
        ("listen_addresses", ""),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("password_encryption", "scram-sha-256"),
        ("work_mem", "5MB"),
    ];
    for (name, value) in expected {
        let query = format!("SHOW {name}");
        let found: String = client.query_one(&query, &[]).await.unwrap().get(0);
        assert_eq!(found, value, "{name}");
    }
    for (name, mode) in [("password", 0o600), ("cluster", 0o700), ("socket", 0o700)] {
        let found = fs::metadata(data_dir.home().join(name)).unwrap();
        assert_eq!(found.mode() & 0o777, mode, "{name}");
    }
    let forged = cluster.url().replace("imprenta:", "imprenta:x");
    let refused = tokio_postgres::connect(&forged, tokio_postgres::NoTls).await;
    assert!(refused.is_err());
    cluster.leave().await.unwrap();
}

#[tokio::test]
async fn a_path_with_quotes_and_shell_characters_works() {
    let data_dir = DataDir::new("it's a \"data\" $(dir), `x` 100% ü \\ @a");
    let cluster = data_dir.join().await;
    assert!(cluster.url().contains("%2F"));
    write_row(&cluster).await;
    assert_eq!(rows(&cluster).await, ["row"]);
    cluster.leave().await.unwrap();
    assert!(data_dir.is_stopped());
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_uses_a_loopback_port() {
    let data_dir = DataDir::new(&"long/".repeat(30));
    let first = data_dir.join().await;
    assert!(first.url().contains("@127.0.0.1:"));
    write_row(&first).await;
    let second = data_dir.join().await;
    assert_eq!(second.url(), first.url());
    kill_hard(data_dir.postmaster());
    let third = data_dir.join().await;
    assert_eq!(rows(&third).await, ["row"]);
    for cluster in [first, second, third] {
        cluster.leave().await.unwrap();
    }
    data_dir.until_stopped().await;
}

#[tokio::test]
async fn a_folder_closed_to_the_servers_user_works() {
    let data_dir = DataDir::with_mode(0o700, "data");
    let cluster = data_dir.join().await;
    write_row(&cluster).await;
    cluster.leave().await.unwrap();
    let is_root = Uid::effective().is_root();
    assert_eq!(data_dir.home() != data_dir.path, is_root);
    let cluster = data_dir.join().await;
    assert_eq!(rows(&cluster).await, ["row"]);
    cluster.leave().await.unwrap();
    assert!(data_dir.is_stopped());
}

#[tokio::test]
async fn a_cluster_of_another_major_version_is_refused() {
    let data_dir = DataDir::new("data");
    let version = data_dir.join().await;
    version.leave().await.unwrap();
    fs::write(data_dir.home().join("cluster/PG_VERSION"), "14\n").unwrap();
    fs::write(data_dir.home().join("postgresql"), "no downloads here").unwrap();
    let error = EmbeddedCluster::join(data_dir.options()).await.unwrap_err();
    assert!(
        matches!(
            error.problem(),
            Problem::VersionMismatch { cluster: 14, .. }
        ),
        "{error}"
    );
    assert!(error.to_string().contains("PostgreSQL 14"));
    assert!(error.to_string().contains("DATABASE_URL"));
}

#[tokio::test]
async fn a_server_that_refuses_its_settings_says_why() {
    let data_dir = DataDir::new("data");
    let mut options = data_dir.options();
    let nonsense = ("shared_buffers".to_owned(), "nonsense".to_owned());
    options.settings.push(nonsense);
    let error = EmbeddedCluster::join(options).await.unwrap_err();
    let text = error.to_string();
    assert!(
        matches!(error.problem(), Problem::NotStarted { .. }),
        "{text}"
    );
    assert!(text.contains("shared_buffers"), "{text}");
    assert!(text.contains("docker compose up"), "{text}");
}

#[tokio::test]
async fn another_users_data_directory_is_refused() {
    let data_dir = DataDir::new("data");
    data_dir.join().await.leave().await.unwrap();
    if !Uid::effective().is_root() {
        // Only root can give a file away; for others a folder they cannot write stands in.
        fs::set_permissions(
            data_dir.path.join("start.lock"),
            fs::Permissions::from_mode(0o000),
        )
        .unwrap();
        let error = EmbeddedCluster::join(data_dir.options()).await.unwrap_err();
        assert!(matches!(error.problem(), Problem::NoPermission { .. }));
        return;
    }
    std::os::unix::fs::chown(data_dir.path.join("start.lock"), Some(65534), None).unwrap();
    let error = EmbeddedCluster::join(data_dir.options()).await.unwrap_err();
    assert!(
        matches!(error.problem(), Problem::OtherUser { .. }),
        "{error}"
    );
}
