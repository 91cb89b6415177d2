use std::sync::Arc;

use tokio::sync::watch;

use super::ResponseCache;
use super::kept::{Answer, Kept, Key};
use crate::blog::provenance::{Recorded, Recording};

/// What came of making an answer: nothing yet, or perhaps one that may be given to others.
pub(super) type Landing = Option<Option<Arc<Kept>>>;

/// When an answer was begun to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Start {
    /// Tells it from others.
    pub(super) number: u64,
    /// What was touched until then is in it.
    pub(super) generation: u64,
    /// And so many commits of this process.
    pub(super) commits: u64,
}

/// An answer that is being made, for all who ask for it meanwhile. Dropping it lets them make it
/// themselves.
pub struct Flight {
    cache: Arc<ResponseCache>,
    key: Key,
    start: Start,
    landing: watch::Sender<Landing>,
}

/// Waits for an answer that somebody is making.
#[derive(Clone, Debug)]
pub struct Waiting(watch::Receiver<Landing>);

impl Flight {
    pub(super) fn new(
        cache: Arc<ResponseCache>,
        key: Key,
        (start, landing): (Start, watch::Sender<Landing>),
    ) -> Self {
        Self {
            cache,
            key,
            start,
            landing,
        }
    }

    /// Does `work`, which makes the answer, and says what it was made from.
    pub async fn record<T>(&self, work: impl Future<Output = T>) -> (T, Recorded) {
        Recording::of(work).await
    }

    /// Hands over the answer, if it may be given to others, and what it was made from. It is kept, unless
    /// what it was made from has been touched meanwhile, or nobody can say what that was.
    pub fn land(self, answer: Option<Answer>, recorded: Recorded) -> Option<Arc<Kept>> {
        let kept = match (answer, recorded) {
            (Some(answer), Recorded::All(readings)) => {
                let mut index = self.cache.index();
                // Whoever asks from now on finds it.
                index.land(&self.key, self.start);
                (!index.was_touched(self.start.generation, &readings)).then(|| {
                    let made_at = self.cache.clock.now();
                    let kept = Kept::new(index.new_id(), answer, made_at, readings);
                    let kept = Arc::new(kept);
                    self.cache.keep(&mut index, &self.key, &kept);
                    kept
                })
            }
            _ => None,
        };
        // If nobody waits, nothing is lost.
        let _ = self.landing.send(Some(kept.clone()));
        kept
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.cache.index().land(&self.key, self.start);
    }
}

impl Waiting {
    pub(super) fn new(receiver: watch::Receiver<Landing>) -> Self {
        Self(receiver)
    }

    /// The answer, once it is made. `Err` if whoever made it has left; `Ok(None)` if it is not one for
    /// others.
    pub async fn landed(mut self) -> Result<Option<Arc<Kept>>, Left> {
        let landing = self.0.wait_for(Option::is_some).await.map_err(|_| Left)?;
        Ok(landing.clone().flatten())
    }
}

/// Whoever made the answer has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left;
