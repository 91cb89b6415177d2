//! PostgreSQL's `LISTEN`: hears what transactions tell with `NOTIFY`, when they are committed and in
//! that order.

use std::time::Duration;

use diesel::IntoSql;
use diesel::sql_types::Integer;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::StreamExt;
use tokio::time::timeout;

use super::{ConnectError, Pool};

/// How long it may be silent before the connection is tried: a network that is cut says nothing.
const SILENCE: Duration = Duration::from_secs(5);
/// How long PostgreSQL may take to answer then.
const ANSWER: Duration = Duration::from_secs(5);

/// A connection that listens. What is told while there is none is lost, so whoever opens one first
/// looks at what has happened until then.
pub struct Listener {
    connection: AsyncPgConnection,
}

/// What was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// On which channel.
    pub channel: String,
    /// What, if there is more to say than that.
    pub payload: String,
}

impl Listener {
    /// Listens to channels, whose names are plain words. Not through a pooler that hands out
    /// connections by the transaction: it has nobody to tell.
    pub async fn open(pool: &Pool, channels: &[&str]) -> Result<Self, ConnectError> {
        let mut connection = pool.dedicated().await?;
        for channel in channels {
            let listen = format!("LISTEN {channel}");
            let listening = connection.batch_execute(&listen);
            listening.await.map_err(|error| ConnectError::new(&error))?;
        }
        Ok(Self { connection })
    }

    /// The next that is told; `None` once the connection is lost.
    pub async fn next(&mut self) -> Option<Notification> {
        loop {
            let heard = {
                let mut notifications = std::pin::pin!(self.connection.notifications_stream());
                timeout(SILENCE, notifications.next()).await
            };
            match heard {
                Ok(Some(Ok(told))) => {
                    return Some(Notification {
                        channel: told.channel,
                        payload: told.payload,
                    });
                }
                Err(_) if self.answers().await => {}
                Ok(Some(Err(_)) | None) | Err(_) => return None,
            }
        }
    }

    async fn answers(&mut self) -> bool {
        let one = diesel::select(1_i32.into_sql::<Integer>());
        let answer = timeout(ANSWER, one.get_result::<i32>(&mut self.connection)).await;
        matches!(answer, Ok(Ok(1)))
    }
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listener").finish_non_exhaustive()
    }
}
