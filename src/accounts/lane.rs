use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::db::{Connection, Pool};
use crate::error::{Error, Result};

/// A few of the pool's connections, for work that can come in storms: fifty people who log in at
/// once wait for each other, and leave the other connections to everyone else's queries.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    pool: Pool,
    places: Arc<Semaphore>,
}

/// A connection of the lane; makes way when dropped.
pub(super) struct LaneConnection<'a> {
    connection: Connection,
    _place: SemaphorePermit<'a>,
}

impl Lane {
    /// An eighth of a pool of so many connections: what fifty at once have to write is little, and each
    /// of them at work makes the others slower.
    pub(super) fn new(pool: Pool, pool_size: usize) -> Self {
        let places = Arc::new(Semaphore::new((pool_size / 8).max(1)));
        Self { pool, places }
    }

    /// A connection, when it is this caller's turn.
    pub(super) async fn get(&self) -> Result<LaneConnection<'_>> {
        let place = self.places.acquire().await.map_err(Error::internal)?;
        Ok(LaneConnection {
            connection: self.pool.apart().await?,
            _place: place,
        })
    }
}

impl Deref for LaneConnection<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl DerefMut for LaneConnection<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}
