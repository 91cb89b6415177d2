use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

tokio::task_local! {
    static USES: Arc<AtomicUsize>;
}

/// Does `work`, and counts how often it takes a connection from a pool.
pub async fn count_uses<T>(work: impl Future<Output = T>) -> (T, usize) {
    let uses = Arc::<AtomicUsize>::default();
    let done = USES.scope(Arc::clone(&uses), work).await;
    (done, uses.load(Ordering::Relaxed))
}

/// One is taken.
pub(super) fn add_use() {
    // Nobody counts, mostly.
    let _ = USES.try_with(|uses| uses.fetch_add(1, Ordering::Relaxed));
}
