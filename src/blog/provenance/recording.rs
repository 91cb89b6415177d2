use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::Reading;
use crate::db::count_uses;

tokio::task_local! {
    static CURRENT: Arc<Recording>;
}

/// Notes what is read while something is done.
#[derive(Debug, Default)]
pub struct Recording(Mutex<Noted>);

#[derive(Debug, Default)]
struct Noted {
    readings: HashSet<Reading>,
    /// How often a connection was used of which it is noted what for.
    uses: usize,
}

/// What was read.
#[derive(Debug)]
pub enum Recorded {
    /// All of it.
    All(HashSet<Reading>),
    /// A connection was used for something that is not noted, so nobody can say.
    Unknown,
}

impl Recording {
    /// Does `work`, and says what it has read.
    pub async fn of<T>(work: impl Future<Output = T>) -> (T, Recorded) {
        let recording = Arc::<Self>::default();
        let work = CURRENT.scope(Arc::clone(&recording), work);
        let (done, uses) = count_uses(work).await;
        let noted = std::mem::take(&mut *recording.noted());
        let recorded = if noted.uses == uses {
            Recorded::All(noted.readings)
        } else {
            Recorded::Unknown
        };
        (done, recorded)
    }

    fn noted(&self) -> std::sync::MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Notes what a connection was taken to read. Once for each time that one is taken from the pool: what
/// is read without a note makes an answer that nobody may keep.
pub(in crate::blog) fn note<I>(readings: impl FnOnce() -> I)
where
    I: IntoIterator<Item: Into<Reading>>,
{
    add(1, readings);
}

/// Notes what else it was used to read.
pub(in crate::blog) fn note_more<I>(readings: impl FnOnce() -> I)
where
    I: IntoIterator<Item: Into<Reading>>,
{
    add(0, readings);
}

fn add<I>(uses: usize, readings: impl FnOnce() -> I)
where
    I: IntoIterator<Item: Into<Reading>>,
{
    // Nobody records what is read for those who are logged in.
    let _ = CURRENT.try_with(|recording| {
        let mut noted = recording.noted();
        noted.uses += uses;
        noted
            .readings
            .extend(readings().into_iter().map(Into::into));
    });
}
