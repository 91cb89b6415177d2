use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{Change, ChangeLog, Number, PART, Part};
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
                // What it was told of and is not there was too old to be kept.
                self.place = changes.last().map_or(self.known, |it| it.number);
                if changes.is_empty() {
                    continue;
                }
                return Ok(changes);
            }
            match self.receiver.recv().await {
                Ok(part) => {
                    let last = part.changes.last().map_or(part.after, |it| it.number);
                    if part.after > self.place {
                        // There was something in between.
                        self.known = last;
                    } else if last > self.place {
                        let place = std::mem::replace(&mut self.place, last);
                        self.known = last;
                        let news = part.changes.iter().filter(|it| it.number > place);
                        return Ok(news.cloned().collect());
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
        rows::after(connection, self.place, part).await
    }
}
