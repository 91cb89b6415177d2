//! What happens to posts by itself when its time has come. Every replica looks; a post whose row
//! another one holds is passed over, so each is moved once.

use diesel_async::AsyncPgConnection;

use super::lifecycle::Transition;
use super::model::PostStatus;
use super::policy::may_run_schedule;
use super::repository::due;
use crate::accounts::Viewer;
use crate::accounts::audit::{self, Event};
use crate::clock::Clock;
use crate::db::Pool;
use crate::error::{Error, Result};
use crate::ids::PostId;

/// Posts that are moved in one transaction.
const PART: i64 = 100;

/// Moves posts whose time has come.
#[derive(Clone, Debug)]
pub struct Schedule {
    pool: Pool,
    clock: Clock,
}

/// How many posts were moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Scheduled ones that are public now.
    pub published: usize,
    /// Public ones that are archived now.
    pub ended: usize,
}

impl Schedule {
    pub(super) fn new(pool: Pool, clock: Clock) -> Self {
        Self { pool, clock }
    }

    /// Publishes what is scheduled until now, and archives what was to be public until now.
    pub async fn run_due(&self, viewer: &Viewer) -> Result<Moved> {
        if !may_run_schedule(viewer) {
            return Err(Error::internal("only the program moves what is due"));
        }
        let mut moved = Moved::default();
        loop {
            let part = self.part(viewer).await?;
            moved.published += part.published;
            moved.ended += part.ended;
            if part == Moved::default() {
                return Ok(moved);
            }
        }
    }

    async fn part(&self, viewer: &Viewer) -> Result<Moved> {
        let now = self.clock.now();
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                let begin = due::to_publish(connection, now, PART).await?;
                self.move_all(connection, viewer, &begin, Transition::Publish)
                    .await?;
                let end = due::to_end(connection, now, PART).await?;
                self.move_all(connection, viewer, &end, Transition::Archive)
                    .await?;
                Ok(Moved {
                    published: begin.len(),
                    ended: end.len(),
                })
            })
            .await
    }

    async fn move_all(
        &self,
        connection: &mut AsyncPgConnection,
        viewer: &Viewer,
        posts: &[PostId],
        transition: Transition,
    ) -> Result<()> {
        if posts.is_empty() {
            return Ok(());
        }
        let (status, from) = match transition {
            Transition::Publish => (PostStatus::Published, PostStatus::Scheduled),
            _ => (PostStatus::Archived, PostStatus::Published),
        };
        due::set_status(connection, posts, status, self.clock.now()).await?;
        let events = posts.iter().map(|post| {
            Event::new(transition.event())
                .to("post", post.0)
                .with("from", from.as_str())
        });
        audit::append_all(connection, &self.clock, viewer, events).await
    }
}
