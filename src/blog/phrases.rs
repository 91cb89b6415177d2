use super::policy::may_run_schedule;
use super::repository::search::phrases;
use crate::accounts::Viewer;
use crate::db::Pool;
use crate::error::{Error, Result};

/// Posts that are put into the index of phrases in one transaction: a quarter of a second's work, for those of
/// some 800 different words.
const PART: u32 = 500;

/// Puts posts into the index of phrases, some time after they were written. Phrases in them are found before
/// that, too: searches look through what is not in the index.
#[derive(Clone, Debug)]
pub struct Phrases {
    pool: Pool,
}

impl Phrases {
    pub(super) fn new(pool: Pool) -> Self {
        Self { pool }
    }

    /// Puts some of the posts into the index that are not in it, and gives how many.
    pub async fn index_some(&self, viewer: &Viewer) -> Result<usize> {
        if !may_run_schedule(viewer) {
            return Err(Error::internal("only the program indexes"));
        }
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| phrases::index(connection, PART).await)
            .await
    }
}
