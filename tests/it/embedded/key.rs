//! What lies beside the cluster: the key of access tokens, made once.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::data_dir::DataDir;
use crate::support::{canary, program};

#[tokio::test]
async fn a_key_is_made_once_and_an_admin_beside_the_server() {
    let data_dir = DataDir::new("data");
    let path = data_dir.path.to_str().unwrap();
    let serve = || {
        let server = program(&["serve"]).env("DATA_DIR", path);
        server
            .env("SECRET_KEY", "")
            .env("LOG_LEVEL", "trace")
            .start()
    };
    let first = serve();
    let file = data_dir.path.join("secret-key");
    let key = fs::read_to_string(&file).unwrap();
    // 32 bytes in base64url.
    assert_eq!(key.len(), 43);
    canary::note(&key);
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let who = ["--email", "ana@example.org", "--name", "Ana"];
    let create = ["user", "create", "--role", "admin", "--password-stdin"];
    let created = program(&[&create[..], &who[..]].concat())
        .env("DATA_DIR", path)
        .env("SECRET_KEY", "")
        .input("canary horse battery\n")
        .output();
    let said = String::from_utf8_lossy(&created.stderr);
    assert!(created.status.success(), "{said}");

    let second = serve();
    assert_eq!(fs::read_to_string(&file).unwrap(), key);
    assert!(first.terminate().success());
    assert!(second.terminate().success());
    data_dir.until_stopped().await;
}
