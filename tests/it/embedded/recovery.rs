//! What becomes of an embedded cluster when its server, or a process that uses it, is killed.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use super::data_dir::{DataDir, kill_hard, rows, write_row};
use crate::support::{Running, program};
use imprenta::db::embedded::Origin;
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid};

#[tokio::test]
async fn a_killed_server_recovers_what_was_committed() {
    let data_dir = DataDir::new("data");
    let cluster = data_dir.join().await;
    write_row(&cluster).await;
    for process in data_dir.processes() {
        // A process may have ended by itself once the one before it was gone.
        let _ = kill(Pid::from_raw(process), Signal::SIGKILL);
    }
    let second = data_dir.join().await;
    assert_eq!(second.origin(), Origin::Started);
    assert_eq!(rows(&second).await, ["row"]);
    cluster.leave().await.unwrap();
    second.leave().await.unwrap();
    data_dir.until_stopped().await;
}

#[tokio::test]
async fn a_server_whose_main_process_was_killed_recovers() {
    let data_dir = DataDir::new("data");
    let cluster = data_dir.join().await;
    write_row(&cluster).await;
    kill_hard(data_dir.postmaster());
    let second = data_dir.join().await;
    assert_eq!(rows(&second).await, ["row"]);
    cluster.leave().await.unwrap();
    second.leave().await.unwrap();
    data_dir.until_stopped().await;
}

#[tokio::test]
async fn a_start_waits_for_what_is_left_of_a_killed_server() {
    let data_dir = DataDir::new("data");
    let cluster = data_dir.join().await;
    write_row(&cluster).await;
    let postmaster = data_dir.postmaster();
    let mut rest = data_dir.processes();
    rest.retain(|process| *process != postmaster);
    // Stopped, it cannot notice that the main process is gone, and keeps the shared memory.
    let straggler = Pid::from_raw(rest[0]);
    kill(straggler, Signal::SIGSTOP).unwrap();
    kill_hard(postmaster);

    let log = data_dir.home().join("postgres.log");
    let released = async {
        while !fs::read_to_string(&log).unwrap().contains("shared memory") {
            tokio::task::yield_now().await;
        }
        kill(straggler, Signal::SIGKILL).unwrap();
    };
    let (second, ()) = tokio::join!(data_dir.join(), released);
    assert_eq!(rows(&second).await, ["row"]);
    cluster.leave().await.unwrap();
    second.leave().await.unwrap();
    data_dir.until_stopped().await;
}

/// The program, serving from this folder.
fn server(data_dir: &DataDir) -> Running {
    let path = data_dir.path.to_str().unwrap();
    program(&["serve"]).env("DATA_DIR", path).start()
}

#[tokio::test]
async fn a_killed_process_does_not_keep_the_server_up() {
    let data_dir = DataDir::new("data");
    let server = server(&data_dir);
    let cluster = data_dir.join().await;
    assert_eq!(cluster.origin(), Origin::Joined);
    server.kill();
    assert!(!data_dir.is_stopped());
    cluster.leave().await.unwrap();
    assert!(data_dir.is_stopped());
}

#[tokio::test]
async fn a_serving_process_brings_its_server_back() {
    let data_dir = DataDir::new("data");
    let server = server(&data_dir);
    let killed = data_dir.postmaster();
    kill_hard(killed);
    let pid_file = data_dir.home().join("cluster/postmaster.pid");
    let mark = format!("{killed}\n");
    // It stays until the next server writes its own.
    while fs::read_to_string(&pid_file).is_ok_and(|text| text.starts_with(&mark)) {
        tokio::task::yield_now().await;
    }
    server.until_ready();
    assert!(server.terminate().success());
    data_dir.until_stopped().await;
}

#[tokio::test]
async fn a_process_keeps_the_server_up_until_it_leaves() {
    let data_dir = DataDir::new("data");
    let server = server(&data_dir);
    data_dir.join().await.leave().await.unwrap();
    assert!(!data_dir.is_stopped());
    assert!(server.terminate().success());
    assert!(data_dir.is_stopped());
}

#[tokio::test]
async fn a_server_that_was_dropped_is_taken_over() {
    let data_dir = DataDir::new("data");
    drop(data_dir.join().await);
    let cluster = data_dir.join().await;
    assert_eq!(cluster.origin(), Origin::Joined);
    cluster.leave().await.unwrap();
    assert!(data_dir.is_stopped());
}

#[tokio::test]
async fn a_process_id_that_went_to_another_program_is_no_server() {
    let data_dir = DataDir::new("data");
    data_dir.join().await.leave().await.unwrap();
    let cluster = data_dir.home().join("cluster");
    let owner = fs::metadata(&cluster).unwrap();
    // PostgreSQL takes any process of its own user for a server.
    let mut program = Command::new("cat");
    program.stdin(Stdio::piped());
    if Uid::effective().is_root() {
        program.uid(owner.uid()).gid(owner.gid());
    }
    let mut program = program.spawn().unwrap();
    let text = format!("{}\n{}\n1\n5432\n\n\n", program.id(), cluster.display());
    fs::write(cluster.join("postmaster.pid"), text).unwrap();

    let joined = data_dir.join().await;
    assert_eq!(joined.origin(), Origin::Started);
    joined.leave().await.unwrap();
    drop(program.stdin.take());
    assert!(program.wait().unwrap().success());
}

#[tokio::test]
async fn an_interrupted_creation_starts_over() {
    let data_dir = DataDir::new("data");
    let partial = data_dir.path.join("cluster.partial-interrupted");
    fs::create_dir_all(&partial).unwrap();
    fs::write(partial.join("PG_VERSION"), "9").unwrap();
    let cluster = data_dir.join().await;
    assert_eq!(cluster.origin(), Origin::Created);
    assert!(!partial.exists());
    cluster.leave().await.unwrap();
}
