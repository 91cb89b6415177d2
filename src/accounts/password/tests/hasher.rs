//! The threads that passwords are hashed on.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::time::Duration;

use secrecy::SecretString;

use super::{BCRYPT, PASSWORD};
use crate::accounts::password::PasswordHasher;
use crate::accounts::password::hash::Workspace;
use crate::accounts::password::hasher::Failure;
use crate::accounts::password::rules::Problem;

fn hasher(threads: usize, waiting: usize, patience: Duration) -> PasswordHasher {
    PasswordHasher::with_limits(NonZeroUsize::new(threads).unwrap(), waiting, patience).unwrap()
}

fn secret() -> SecretString {
    PASSWORD.into()
}

#[tokio::test]
async fn verdicts() {
    let hasher = PasswordHasher::new(NonZeroUsize::MIN).unwrap();
    let stored = hasher.hash(secret()).await.unwrap();
    let verdict = hasher.verify(secret(), Some(stored)).await.unwrap();
    assert!(verdict.matches && verdict.rehashed.is_none());

    let wrong = hasher
        .verify("wrong".into(), Some(BCRYPT[1].0.into()))
        .await
        .unwrap();
    assert!(!wrong.matches && wrong.rehashed.is_none());
    let none = hasher.verify(secret(), None).await.unwrap();
    assert!(!none.matches && none.rehashed.is_none());

    let old = hasher
        .verify(secret(), Some(BCRYPT[1].0.into()))
        .await
        .unwrap();
    assert!(!format!("{old:?}").contains("argon2"), "{old:?}");
    let new = hasher.verify(secret(), old.rehashed).await.unwrap();
    assert!(new.matches && new.rehashed.is_none());

    let rules = hasher
        .check_rules("too short".into(), Vec::new())
        .await
        .unwrap();
    assert_eq!(rules, Err(Problem::TooShort));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_many_at_once_as_there_are_threads() {
    let hasher = hasher(2, 100, Duration::from_mins(1));
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    // Two jobs can only go on together.
    let pair = Arc::new(Barrier::new(2));
    let jobs: Vec<_> = (0..20)
        .map(|_| {
            let (hasher, now, most) = (hasher.clone(), Arc::clone(&now), Arc::clone(&most));
            let pair = Arc::clone(&pair);
            tokio::spawn(async move {
                let task = move |_: &mut Workspace| {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    pair.wait();
                    now.fetch_sub(1, Ordering::SeqCst);
                };
                hasher.run(task).await.unwrap();
            })
        })
        .collect();
    for job in jobs {
        job.await.unwrap();
    }
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

/// Keeps one thread of `hasher` busy until the sender is used or dropped.
async fn occupy(hasher: &PasswordHasher) -> (mpsc::Sender<()>, tokio::task::JoinHandle<()>) {
    let (release, released) = mpsc::channel::<()>();
    let (started, has_started) = tokio::sync::oneshot::channel();
    let hasher = hasher.clone();
    let task = tokio::spawn(async move {
        let job = move |_: &mut Workspace| {
            let _ = started.send(());
            let _ = released.recv();
        };
        hasher.run(job).await.unwrap();
    });
    has_started.await.unwrap();
    (release, task)
}

#[tokio::test]
async fn who_gives_up_is_skipped() {
    let hasher = hasher(1, 1, Duration::from_mins(1));
    let (release, busy) = occupy(&hasher).await;
    let runs = Arc::new(AtomicUsize::new(0));
    let count =
        |runs: Arc<AtomicUsize>| move |_: &mut Workspace| runs.fetch_add(1, Ordering::SeqCst);
    for _ in 0..3 {
        // Each leaves its place in the queue, of which there is only one, to the next.
        let waiting = hasher.run(count(Arc::clone(&runs)));
        assert!(
            tokio::time::timeout(Duration::from_millis(1), waiting)
                .await
                .is_err()
        );
    }
    drop(release);
    busy.await.unwrap();
    assert_eq!(
        hasher.run(count(runs)).await.unwrap(),
        0,
        "nobody ran before"
    );
}

#[tokio::test]
async fn a_caller_gone_while_computing_still_counts() {
    let hasher = hasher(1, 0, Duration::from_mins(1));
    let (release, busy) = occupy(&hasher).await;
    busy.abort();
    assert!(busy.await.unwrap_err().is_cancelled());
    assert!(matches!(hasher.run(|_| ()).await, Err(Failure::Overloaded)));
    drop(release);
    while hasher.run(|_| ()).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_flood_is_refused() {
    let patient = hasher(1, 10, Duration::from_mins(1));
    let (release, busy) = occupy(&patient).await;
    let refused = Arc::new(AtomicUsize::new(0));
    let flood: Vec<_> = (0..100)
        .map(|_| {
            let (hasher, refused) = (patient.clone(), Arc::clone(&refused));
            tokio::spawn(async move {
                if let Err(failure) = hasher.run(|_| ()).await {
                    assert!(matches!(failure, Failure::Overloaded));
                    refused.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    while refused.load(Ordering::SeqCst) < 90 {
        tokio::task::yield_now().await;
    }
    drop(release);
    busy.await.unwrap();
    for caller in flood {
        caller.await.unwrap();
    }
    assert_eq!(refused.load(Ordering::SeqCst), 90, "the others were served");

    let impatient = hasher(1, 10, Duration::from_millis(1));
    let (release, busy) = occupy(&impatient).await;
    assert!(matches!(
        impatient.run(|_| ()).await,
        Err(Failure::Overloaded)
    ));
    drop(release);
    busy.await.unwrap();
}

#[tokio::test]
async fn a_panic_ends_no_thread() {
    let hasher = hasher(1, 1, Duration::from_mins(1));
    for _ in 0..3 {
        let failed = hasher.run(|_| -> () { panic!("on purpose") }).await;
        assert!(matches!(failed, Err(Failure::Internal(_))));
    }
    assert_eq!(hasher.run(|_| 7).await.unwrap(), 7);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_threads_yield() {
    let hasher = hasher(1, 1, Duration::from_mins(1));
    let niceness = || rustix::process::getpriority_process(Some(rustix::thread::gettid()));
    let theirs = hasher.run(move |_| niceness().unwrap()).await.unwrap();
    let ours = niceness().unwrap();
    assert_eq!(theirs, ours.max(10));
}
