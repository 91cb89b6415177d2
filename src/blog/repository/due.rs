//! Posts whose time has come. Rows that another replica is at are passed over, and it sees to them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::statuses::has_status;
use crate::blog::model::PostStatus;
use crate::db::schema::posts;
use crate::error::Result;
use crate::ids::PostId;

/// Up to `part` scheduled posts whose time has come, locked.
pub async fn to_publish(
    connection: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    part: i64,
) -> Result<Vec<PostId>> {
    Ok(posts::table
        .filter(has_status(posts::status, PostStatus::Scheduled))
        .filter(posts::published_at.le(now))
        .order_by(posts::published_at)
        .limit(part)
        .select(posts::id)
        .for_update()
        .skip_locked()
        .load(connection)
        .await?)
}

/// Up to `part` published posts whose time is over, locked.
pub async fn to_end(
    connection: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    part: i64,
) -> Result<Vec<PostId>> {
    Ok(posts::table
        .filter(has_status(posts::status, PostStatus::Published))
        .filter(posts::unpublish_at.le(now))
        .order_by(posts::unpublish_at)
        .limit(part)
        .select(posts::id)
        .for_update()
        .skip_locked()
        .load(connection)
        .await?)
}

/// Moves posts to another status.
pub async fn set_status(
    connection: &mut AsyncPgConnection,
    ids: &[PostId],
    status: PostStatus,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(posts::table.filter(posts::id.eq_any(ids)))
        .set((posts::status.eq(status), posts::updated_at.eq(now)))
        .execute(connection)
        .await?;
    Ok(())
}
