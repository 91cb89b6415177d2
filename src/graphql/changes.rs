use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::{Error, Result};

/// What has become of the mutations of a request, which are all done or none.
///
/// The first that fails keeps those after it from being done. If some were done before it, they are
/// taken back, and the request is executed once more without doing anything, so that each result
/// says what is so: that is what the mutations answer when this has [`taken_back`](Self::take_back).
#[derive(Debug, Default)]
pub(super) struct Changes(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    done: usize,
    /// Response keys, each with why it was not done.
    failed: Vec<(String, Error)>,
    taken_back: bool,
    /// Why none of them could be kept, though each was done.
    lost: Option<Error>,
}

impl Changes {
    /// Does `work` for the mutation with this response key, unless nothing is to be done any more.
    pub(super) async fn perform<T>(
        &self,
        key: &str,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        if let Some(error) = self.verdict(key) {
            return Err(error);
        }
        let result = work.await;
        let mut state = self.state();
        match &result {
            Ok(_) => state.done += 1,
            Err(error) => state.failed.push((key.to_owned(), error.clone())),
        }
        result
    }

    /// Why the mutation with this response key is not to be done.
    fn verdict(&self, key: &str) -> Option<Error> {
        let state = self.state();
        if state.failed.is_empty() && !state.taken_back {
            return None;
        }
        if let Some(error) = &state.lost {
            return Some(error.clone());
        }
        let mut failed = state.failed.iter();
        if let Some((_, error)) = failed.find(|(name, _)| name == key) {
            return Some(error.clone());
        }
        let because = match state.failed.first() {
            Some((name, _)) => format!("\"{name}\""),
            None => "another mutation of this request".to_owned(),
        };
        Some(Error::NotDone(format!(
            "not done, because {because} failed: the mutations of a request are all done or none"
        )))
    }

    /// Why the first of them failed.
    pub(super) fn failure(&self) -> Option<Error> {
        let state = self.state();
        state.failed.first().map(|(_, error)| error.clone())
    }

    /// Notes that none of them can be kept: what was read for the answer has failed in the database, and
    /// all with it.
    pub(super) fn lose(&self, error: Error) {
        self.state().lost = Some(error);
    }

    /// Notes that what was done is no more; returns whether anything had been.
    pub(super) fn take_back(&self) -> bool {
        let mut state = self.state();
        state.taken_back = true;
        state.done > 0
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
