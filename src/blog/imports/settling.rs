use std::sync::Arc;

use diesel_async::AsyncPgConnection;
use tokio::sync::Mutex;

use crate::blog::repository::search::rows;
use crate::db::Pool;
use crate::error::{Error, Result};

/// Moves the words of new posts to their places in the index of searches while others are stored, on a
/// connection of its own. Whoever stores posts would else do so now and then, and the others wait.
pub(super) struct Settling(Arc<Mutex<AsyncPgConnection>>);

impl Settling {
    /// Fails if this is not the index's owner.
    pub(super) async fn connect(pool: &Pool) -> Result<Self> {
        let mut connection = pool.dedicated().await.map_err(Error::unavailable)?;
        rows::settle(&mut connection).await?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Moves what there is by now, beside the caller, unless that is under way.
    pub(super) fn go_on(&self) {
        if let Ok(mut connection) = Arc::clone(&self.0).try_lock_owned() {
            tokio::spawn(async move { settle(&mut connection).await });
        }
    }

    /// Moves all that there is, and waits for that.
    pub(super) async fn finish(self) {
        settle(&mut *self.0.lock().await).await;
    }
}

/// What it does not move, a vacuum does.
pub(super) async fn settle(connection: &mut AsyncPgConnection) {
    if let Err(error) = rows::settle(connection).await {
        tracing::debug!(error = %error, "the words wait for a vacuum");
    }
}
