use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use quick_cache::Lifecycle;
use tokio::sync::watch;

use super::flights::{Start, Waiting};
use super::kept::{Kept, Key};
use crate::blog::provenance::{Reading, Source, Touches};

/// Touches that are remembered for answers that are being made. One that began before them all is not
/// kept.
const REMEMBERED: usize = 256;

/// Which answers were made from what, what was touched of late, and which answers are being made.
#[derive(Debug, Default)]
pub(super) struct Index {
    next_id: u64,
    by_source: HashMap<Source, HashSet<u64>>,
    kept: HashMap<u64, (Key, Arc<Kept>)>,
    /// Counts what was touched.
    generation: u64,
    /// The newest of it, each with the generation that it began.
    recent: VecDeque<(u64, Touches)>,
    flights: HashMap<Key, UnderWay>,
}

#[derive(Debug)]
struct UnderWay {
    start: Start,
    answer: Waiting,
}

impl Index {
    /// Whether nothing is kept or being made.
    pub(super) fn is_idle(&self) -> bool {
        self.kept.is_empty() && self.flights.is_empty()
    }

    pub(super) fn new_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// The answer that is being made, unless something has happened since that was begun.
    pub(super) fn join(&self, key: &Key, commits: u64) -> Option<Waiting> {
        let under_way = self.flights.get(key)?;
        let start = under_way.start;
        let is_current = start.generation == self.generation && start.commits == commits;
        is_current.then(|| under_way.answer.clone())
    }

    /// Begins to make an answer. Whoever waits for one that was begun before still gets that.
    pub(super) fn lead(
        &mut self,
        key: &Key,
        commits: u64,
    ) -> (Start, watch::Sender<super::flights::Landing>) {
        let (sender, receiver) = watch::channel(None);
        let start = Start {
            number: self.new_id(),
            generation: self.generation,
            commits,
        };
        let answer = Waiting::new(receiver);
        let under_way = UnderWay { start, answer };
        self.flights.insert(key.clone(), under_way);
        (start, sender)
    }

    /// An answer is made, or will not be.
    pub(super) fn land(&mut self, key: &Key, start: Start) {
        if self.flights.get(key).map(|it| it.start.number) == Some(start.number) {
            self.flights.remove(key);
        }
    }

    /// Whether something was touched since a generation that one of these was read from.
    pub(super) fn was_touched(&self, since: u64, readings: &HashSet<Reading>) -> bool {
        if since == self.generation {
            return false;
        }
        let oldest = self.recent.front().map(|it| it.0);
        if oldest.is_none_or(|oldest| oldest > since + 1) {
            return true;
        }
        let since = self.recent.iter().filter(|it| it.0 > since);
        since
            .map(|it| &it.1)
            .any(|touches| readings.iter().any(|reading| touches.reach(reading)))
    }

    /// Enters an answer.
    pub(super) fn add(&mut self, key: &Key, kept: &Arc<Kept>) {
        for reading in kept.readings() {
            // Mostly there already.
            if let Some(ids) = self.by_source.get_mut(&reading.source) {
                ids.insert(kept.id());
            } else {
                let ids = HashSet::from([kept.id()]);
                self.by_source.insert(reading.source.clone(), ids);
            }
        }
        self.kept.insert(kept.id(), (key.clone(), Arc::clone(kept)));
    }

    /// Forgets an answer.
    pub(super) fn remove(&mut self, id: u64) -> Option<Key> {
        let (key, kept) = self.kept.remove(&id)?;
        kept.let_go();
        for reading in kept.readings() {
            if let Some(ids) = self.by_source.get_mut(&reading.source) {
                ids.remove(&id);
                if ids.is_empty() {
                    self.by_source.remove(&reading.source);
                }
            }
        }
        Some(key)
    }

    /// Forgets the answers that are touched, and remembers by what.
    pub(super) fn touch(&mut self, touches: Touches) -> Vec<Key> {
        let ids: Vec<u64> = if touches.is_everything() {
            self.kept.keys().copied().collect()
        } else {
            let made_from = touches.sources().filter_map(|it| self.by_source.get(it));
            let candidates: HashSet<u64> = made_from.flatten().copied().collect();
            let mut candidates: Vec<u64> = candidates.into_iter().collect();
            candidates.retain(|id| {
                self.kept.get(id).is_some_and(|(_, kept)| {
                    kept.readings().iter().any(|reading| touches.reach(reading))
                })
            });
            candidates
        };
        self.generation += 1;
        self.recent.push_back((self.generation, touches));
        if self.recent.len() > REMEMBERED {
            self.recent.pop_front();
        }
        ids.into_iter().filter_map(|id| self.remove(id)).collect()
    }
}

/// Tells which answers had to give way to others.
#[derive(Clone, Debug)]
pub(super) struct Evicted;

impl Lifecycle<Key, Arc<Kept>> for Evicted {
    type RequestState = Vec<u64>;

    fn on_evict(&self, evicted: &mut Vec<u64>, _: Key, kept: Arc<Kept>) {
        evicted.push(kept.id());
    }
}
