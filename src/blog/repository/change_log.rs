//! What was changed, in the order in which it was committed. Triggers write it; nobody else does.

use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::blog::change_log::{Change, Number};
use crate::db::schema::{content_changes, post_authors};
use crate::error::Result;
use crate::ids::{AuthorId, PostId};

diesel::define_sql_function! {
    /// The highest number, once no lower one is to come.
    fn settled_change() -> BigInt;
}

/// Up to `part` changes after one and up to another, which has [settled](settled), in their order.
pub async fn between(
    connection: &mut AsyncPgConnection,
    after: Number,
    until: Number,
    part: i64,
) -> Result<Vec<Change>> {
    Ok(content_changes::table
        .filter(content_changes::number.gt(after))
        .filter(content_changes::number.le(until))
        .order_by(content_changes::number)
        .limit(part)
        .select(Change::as_select())
        .load(connection)
        .await?)
}

/// The highest number that was taken so far, after those who have taken one are done: what is up to
/// it is there, and nothing is to come. Not in a snapshot, which would not see it.
pub async fn settled(connection: &mut AsyncPgConnection) -> Result<Number> {
    Ok(diesel::select(settled_change())
        .get_result(connection)
        .await?)
}

/// The oldest change that is still there, and when it was.
pub async fn oldest(connection: &mut AsyncPgConnection) -> Result<Option<(Number, DateTime<Utc>)>> {
    Ok(content_changes::table
        .order_by(content_changes::number)
        .select((content_changes::number, content_changes::committed_at))
        .first(connection)
        .await
        .optional()?)
}

/// Deletes changes from before `cutoff`, but for the newest of them, which says how far back the log
/// goes.
pub async fn delete_old(connection: &mut AsyncPgConnection, cutoff: DateTime<Utc>) -> Result<()> {
    let kept: Option<Number> = content_changes::table
        .filter(content_changes::committed_at.lt(cutoff))
        .select(max(content_changes::number))
        .get_result(connection)
        .await?;
    if let Some(kept) = kept {
        diesel::delete(content_changes::table.filter(content_changes::number.lt(kept)))
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Which of these posts are the author's.
pub async fn own(
    connection: &mut AsyncPgConnection,
    author: AuthorId,
    posts: &[PostId],
) -> Result<Vec<PostId>> {
    Ok(post_authors::table
        .filter(post_authors::author_id.eq(author))
        .filter(post_authors::post_id.eq_any(posts))
        .select(post_authors::post_id)
        .load(connection)
        .await?)
}
