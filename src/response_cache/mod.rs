//! Answers to visitors, kept in memory as bytes until something that they were made from is another.
//!
//! An answer knows what it was made from ([`provenance`](crate::blog::provenance)). [`ResponseCache::catch_up`]
//! reads what was committed since it was last called, by whichever process, and lets go of the answers
//! that were made from it, and of no others. Whether all is read is known when an answer is asked for
//! ([`currency`]); if it may not be, none is given, and the request goes its usual way. May import the
//! blog's public items, the pool and the leaf modules; knows nothing of HTTP and GraphQL.
//!
//! Start at [`ResponseCache::begin`].

mod currency;
mod flights;
mod index;
mod kept;
mod shortcuts;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use quick_cache::sync::Cache;
use tokio::time::Instant;

use self::currency::Currency;
use self::index::Index;
use self::kept::ByMemory;
use self::shortcuts::Shortcuts;
use crate::blog::Provenance;
use crate::blog::change_log::Number;
use crate::blog::provenance::{Known, Progress, Touches};
use crate::clock::Clock;
use crate::db::Pool;
use crate::error::Result;
use crate::metrics::{CacheUse, Metrics};

pub use self::flights::{Flight, Left, Waiting};
pub use self::kept::{Answer, Kept, Key, entity_tag};
pub use self::shortcuts::RawRequest;

/// What the table is sized for: a page of posts.
const USUAL_WEIGHT: usize = 16 * 1024;

/// The part of the memory that one answer may take.
const LARGEST_PART: usize = 64;

/// The part of the memory that is for the requests that led to answers.
const PART_OF_REQUESTS: usize = 8;

/// Answers to visitors.
pub struct ResponseCache {
    /// How many bytes they may take; nothing is kept if that is 0.
    bytes: usize,
    answers: Cache<Key, Arc<Kept>, ByMemory, foldhash::fast::RandomState, index::Evicted>,
    shortcuts: Shortcuts,
    index: Mutex<Index>,
    currency: Currency,
    /// Up to where changes were read; `None` if something may have happened of which the log does not tell.
    known: Mutex<Option<Known>>,
    pool: Pool,
    clock: Clock,
    metrics: Arc<Metrics>,
}

/// What to do about a request.
pub enum Begun {
    /// Its answer is there.
    Found(Arc<Kept>),
    /// Somebody is making it.
    Joined(Waiting),
    /// Make it, and hand it over.
    Leading(Flight),
    /// Make it. What is kept may have been overtaken, so nothing is looked for and nothing added.
    Apart,
}

impl ResponseCache {
    /// Answers that take up to `bytes` bytes of memory, with all that is known of them.
    #[must_use]
    pub fn new(bytes: usize, pool: &Pool, clock: &Clock, metrics: &Arc<Metrics>) -> Self {
        let of_requests = bytes / PART_OF_REQUESTS;
        Self {
            bytes,
            shortcuts: Shortcuts::new(of_requests),
            answers: Cache::with(
                (bytes / USUAL_WEIGHT).max(1),
                (bytes - of_requests) as u64,
                ByMemory,
                foldhash::fast::RandomState::default(),
                index::Evicted,
            ),
            index: Mutex::default(),
            currency: Currency::default(),
            known: Mutex::default(),
            pool: pool.clone(),
            clock: clock.clone(),
            metrics: Arc::clone(metrics),
        }
    }

    /// Whether answers are kept at all.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.bytes > 0
    }

    /// The answer to a request that was sent in the same way before, which is then not read again.
    #[must_use]
    pub fn recall(&self, request: RawRequest<'_>) -> Option<Arc<Kept>> {
        let is_current = self.currency.holds(self.pool.commits(), self.clock.now());
        let kept = self.shortcuts.find(request).filter(|_| is_current)?;
        self.metrics.looked_for_answer(CacheUse::Hit);
        Some(kept)
    }

    /// Remembers what a request has led to.
    pub fn remember(&self, request: RawRequest<'_>, kept: &Arc<Kept>) {
        if kept.is_right() {
            self.shortcuts.add(request, kept);
        }
    }

    /// Looks for the answer to a request, which `key` tells from all others. Who is to make it takes
    /// note of what it is made from.
    pub fn begin(self: &Arc<Self>, key: &Key) -> Begun {
        let commits = self.pool.commits();
        if !self.is_on() || !self.currency.holds(commits, self.clock.now()) {
            self.metrics.looked_for_answer(CacheUse::Bypassed);
            return Begun::Apart;
        }
        if let Some(kept) = self.answers.get(key) {
            self.metrics.looked_for_answer(CacheUse::Hit);
            return Begun::Found(kept);
        }
        let mut index = self.index();
        if let Some(waiting) = index.join(key, commits) {
            self.metrics.looked_for_answer(CacheUse::Joined);
            return Begun::Joined(waiting);
        }
        self.metrics.looked_for_answer(CacheUse::Missed);
        let flight = index.lead(key, commits);
        drop(index);
        Begun::Leading(Flight::new(Arc::clone(self), key.clone(), flight))
    }

    /// Learns what was committed up to the change `settled` and lets go of what that touches. `commits`
    /// of this process are among those, and all that was committed by others before `begun`. Called by
    /// one at a time.
    pub async fn catch_up(
        &self,
        provenance: &Provenance,
        settled: Number,
        commits: u64,
        begun: Instant,
    ) -> Result<()> {
        if !self.is_on() {
            return Ok(());
        }
        let known = *self.known();
        let progress = match known {
            Some(present)
                if present.change == settled && self.currency.covers(self.clock.now()) =>
            {
                self.currency.confirm(commits, begun);
                return Ok(());
            }
            Some(present) if present.change <= settled => {
                // With nothing kept, and nothing being made, no change touches anything.
                let change = if self.index().is_idle() {
                    settled
                } else {
                    present.change
                };
                let from = Known { change, ..present };
                provenance.progress(from, settled).await?
            }
            // What is there may have another past than what was known, as a copy from before has.
            _ => Progress {
                touches: Touches::everything(),
                ..provenance.begin(settled).await?
            },
        };
        *self.known() = Some(progress.known);
        self.let_go(progress.touches);
        let time = progress.known.time;
        self.currency
            .set_span(time, progress.next_begin, progress.next_end);
        self.currency.confirm(commits, begun);
        Ok(())
    }

    /// PostgreSQL cannot be heard: lets go of everything, with the next [`catch_up`](Self::catch_up),
    /// and gives no answers until then. Another server may have taken its place, and lack what this one had.
    pub fn suspend(&self) {
        *self.known() = None;
        self.currency.end();
    }

    /// How old an answer is, in seconds.
    #[must_use]
    pub fn age(&self, kept: &Kept) -> u64 {
        kept.age(self.clock.now())
    }

    /// For how many seconds, at most `most`, an answer may be right: until a post stops to be public. When one
    /// becomes public is not for everyone to know.
    #[must_use]
    pub fn seconds_of_rest(&self, most: u32) -> u64 {
        self.currency.rest(self.clock.now()).min(most.into())
    }

    /// How many answers are kept, and how many bytes they take.
    #[must_use]
    pub fn size(&self) -> (usize, u64) {
        let bytes = self.answers.weight() + self.shortcuts.weight();
        (self.answers.len(), bytes)
    }

    /// Lets go of what is touched.
    fn let_go(&self, touches: Touches) {
        if touches.is_empty() {
            return;
        }
        let mut index = self.index();
        let keys = index.touch(touches);
        self.metrics.let_go_of(keys.len());
        for key in keys {
            self.answers.remove(&key);
        }
    }

    /// Keeps an answer, unless it is too large.
    fn keep(&self, index: &mut Index, key: &Key, kept: &Arc<Kept>) {
        if kept.weight(key) > (self.bytes / LARGEST_PART) as u64 {
            // Nobody would say when it is no longer right.
            kept.let_go();
            return;
        }
        // The table does not tell of what is replaced.
        if let Some((_, replaced)) = self.answers.remove(key) {
            index.remove(replaced.id());
        }
        index.add(key, kept);
        let mut evicted = Vec::new();
        self.answers
            .insert_with_lifecycle(key.clone(), Arc::clone(kept), &mut evicted);
        for id in evicted {
            index.remove(id);
        }
    }

    fn known(&self) -> MutexGuard<'_, Option<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for ResponseCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseCache")
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}
