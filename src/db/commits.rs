use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

/// Counts what this process has committed, so that others of it can follow.
#[derive(Debug, Default)]
pub(super) struct Commits {
    count: AtomicU64,
    more: Notify,
}

impl Commits {
    /// Counts one that is durable, before anybody is told of it.
    pub(super) fn add(&self) {
        self.count.fetch_add(1, Ordering::SeqCst);
        self.more.notify_one();
    }

    /// How many there were.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }

    /// Waits for more than when this was last awaited.
    pub(super) async fn more(&self) {
        self.more.notified().await;
    }
}
