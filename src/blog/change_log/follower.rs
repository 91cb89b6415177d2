use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{Change, ChangeLog, Number, PART, Part, end_of};
use crate::blog::repository::change_log as rows;
use crate::error::{Error, Result};

/// Someone who follows the log, at a place in it.
#[derive(Debug)]
pub struct Follower {
    log: ChangeLog,
    receiver: Receiver<Part>,
    /// The last change that it has had.
    place: Number,
    /// How far the log goes, as far as it knows.
    known: Number,
}

impl Follower {
    pub(super) fn new(
        log: ChangeLog,
        receiver: Receiver<Part>,
        place: Number,
        known: Number,
    ) -> Self {
        Self {
            log,
            receiver,
            place,
            known,
        }
    }

    /// The last change that it has had.
    #[must_use]
    pub fn place(&self) -> Number {
        self.place
    }

    /// Whether there is more for it than what is yet to be committed.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.place < self.known
    }

    /// The next changes, each once and in order, as soon as there are any: [`PART`] at most.
    pub async fn next(&mut self) -> Result<Vec<Change>> {
        loop {
            if self.is_behind() {
                let changes = self.read().await?;
                self.place = end_of(&changes, self.known);
                if changes.is_empty() {
                    continue;
                }
                return Ok(changes);
            }
            match self.receiver.recv().await {
                Ok(part) if part.until <= self.place => {}
                Ok(part) => {
                    self.known = part.until;
                    // Else there was something in between.
                    if part.after <= self.place {
                        let place = std::mem::replace(&mut self.place, part.until);
                        let news = part.changes.iter().filter(|it| it.number > place);
                        let news: Vec<_> = news.cloned().collect();
                        if !news.is_empty() {
                            return Ok(news);
                        }
                    }
                }
                // The next one tells how much it is behind.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Err(Error::internal("the log is closed")),
            }
        }
    }

    async fn read(&self) -> Result<Vec<Change>> {
        // Not in the unit of work of whoever awaits this, which must see what comes after.
        let connection = &mut self.log.pool.apart().await?;
        let part = i64::try_from(PART).unwrap_or(i64::MAX);
        rows::between(connection, self.place, self.known, part).await
    }
}
