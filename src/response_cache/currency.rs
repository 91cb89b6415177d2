use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

/// How long what was read last may be taken for all there is. PostgreSQL tells of a commit within
/// milliseconds, and is asked twice a second whether it has; where it says nothing, because the network
/// is cut, answers are given for so long and no longer.
const LEASE: Duration = Duration::from_millis(1500);

/// Whether kept answers are what would be answered now.
///
/// They are as long as three things hold: all commits of this process are read, what others have
/// committed was asked for not long ago, and no post has become public, or stopped to be, by its time.
#[derive(Debug)]
pub(super) struct Currency {
    started: Instant,
    /// The commits of this process that were read; `u64::MAX` before any were.
    commits: AtomicU64,
    /// Milliseconds since the start.
    lease_ends: AtomicU64,
    /// From when to when, in microseconds, the same posts are public.
    from: AtomicI64,
    until: AtomicI64,
    /// When the next post stops to be public.
    next_end: AtomicI64,
}

impl Default for Currency {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            commits: AtomicU64::new(u64::MAX),
            lease_ends: AtomicU64::new(0),
            from: AtomicI64::new(i64::MAX),
            until: AtomicI64::new(i64::MIN),
            next_end: AtomicI64::new(i64::MAX),
        }
    }
}

impl Currency {
    /// Whether kept answers are right at `now`, where this process has made so many commits.
    pub(super) fn holds(&self, commits: u64, now: DateTime<Utc>) -> bool {
        // In the reverse order of their being set.
        self.since_start(Instant::now()) < self.lease_ends.load(Ordering::SeqCst)
            && self.commits.load(Ordering::SeqCst) == commits
            && self.covers(now)
    }

    /// Whether the same posts are public at `now` as when this was last asked for.
    pub(super) fn covers(&self, now: DateTime<Utc>) -> bool {
        let now = now.timestamp_micros();
        self.from.load(Ordering::SeqCst) <= now && now < self.until.load(Ordering::SeqCst)
    }

    /// For how many whole seconds all that is public now stays so, as far as that is known.
    pub(super) fn rest(&self, now: DateTime<Utc>) -> u64 {
        let end = self.next_end.load(Ordering::SeqCst);
        let rest = end.saturating_sub(now.timestamp_micros()) / 1_000_000;
        // After what is known, nobody can say.
        u64::try_from(rest).unwrap_or(u64::MAX)
    }

    /// The same posts are public from `from` on until the next begins or ends, if nobody changes any.
    pub(super) fn set_span(
        &self,
        from: DateTime<Utc>,
        next_begin: Option<DateTime<Utc>>,
        next_end: Option<DateTime<Utc>>,
    ) {
        let micros =
            |time: Option<DateTime<Utc>>| time.map_or(i64::MAX, |it| it.timestamp_micros());
        let (begin, end) = (micros(next_begin), micros(next_end));
        self.next_end.store(end, Ordering::SeqCst);
        self.until.store(begin.min(end), Ordering::SeqCst);
        self.from.store(from.timestamp_micros(), Ordering::SeqCst);
    }

    /// What was committed before `begun` is read, and so many commits of this process.
    pub(super) fn confirm(&self, commits: u64, begun: Instant) {
        self.commits.store(commits, Ordering::SeqCst);
        let ends = self.since_start(begun + LEASE);
        self.lease_ends.store(ends, Ordering::SeqCst);
    }

    /// Nothing is known any more.
    pub(super) fn end(&self) {
        self.lease_ends.store(0, Ordering::SeqCst);
    }

    fn since_start(&self, time: Instant) -> u64 {
        let passed = time.saturating_duration_since(self.started);
        u64::try_from(passed.as_millis()).unwrap_or(u64::MAX)
    }
}
