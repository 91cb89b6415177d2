use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::db::schema::idempotency_keys;
use crate::db::sql::KeepPreparedDsl;
use crate::error::Result;

/// A key as it is claimed.
#[derive(Clone, Copy, Debug, Insertable)]
#[diesel(table_name = idempotency_keys)]
pub struct KeyRow<'a> {
    pub viewer: &'a str,
    pub key: &'a str,
    pub request_hash: &'a [u8],
    pub created_at: DateTime<Utc>,
}

/// Takes a key; false if it is taken, by one that is not older than `cutoff`. Waits for whoever is
/// taking it.
pub async fn claim(
    connection: &mut AsyncPgConnection,
    row: &KeyRow<'_>,
    cutoff: DateTime<Utc>,
) -> Result<bool> {
    // Here alone, for it has a `filter` of its own.
    use diesel::query_dsl::methods::FilterDsl;
    let claimed = diesel::insert_into(idempotency_keys::table)
        .values(row)
        .on_conflict((idempotency_keys::viewer, idempotency_keys::key))
        .do_update()
        .set((
            idempotency_keys::request_hash.eq(excluded(idempotency_keys::request_hash)),
            idempotency_keys::created_at.eq(excluded(idempotency_keys::created_at)),
            idempotency_keys::answer.eq(None::<Vec<u8>>),
        ))
        .filter(idempotency_keys::created_at.lt(cutoff))
        .keep_prepared()
        .execute(connection)
        .await?;
    Ok(claimed == 1)
}

/// The hash of a key's request, and the answer.
pub async fn find(
    connection: &mut AsyncPgConnection,
    viewer: &str,
    key: &str,
) -> Result<Option<(Vec<u8>, Option<Vec<u8>>)>> {
    Ok(idempotency_keys::table
        .find((viewer, key))
        .select((idempotency_keys::request_hash, idempotency_keys::answer))
        .get_result(connection)
        .await
        .optional()?)
}

pub async fn set_answer(
    connection: &mut AsyncPgConnection,
    viewer: &str,
    key: &str,
    answer: &[u8],
) -> Result<()> {
    diesel::update(idempotency_keys::table.find((viewer, key)))
        .set(idempotency_keys::answer.eq(answer))
        .keep_prepared()
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes the keys that are older than `cutoff`.
pub async fn delete_older(connection: &mut AsyncPgConnection, cutoff: DateTime<Utc>) -> Result<()> {
    diesel::delete(idempotency_keys::table.filter(idempotency_keys::created_at.lt(cutoff)))
        .execute(connection)
        .await?;
    Ok(())
}
