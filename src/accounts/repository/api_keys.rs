use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::accounts::model::{ApiKey, Role};
use crate::db::schema::{api_keys, users};
use crate::db::sql::KeepPreparedDsl;
use crate::error::Result;
use crate::ids::{ApiKeyId, AuthorId, UserId};
use crate::page::PageRequest;

/// How a key is named.
#[derive(Clone, Copy, Debug)]
pub enum KeyBy<'a> {
    /// By whoever shows it.
    Digest(&'a [u8]),
    /// By whoever has been let in by it.
    Id(ApiKeyId),
}

/// A key, with its owner's role and profile, if both are good at `now`.
pub async fn find_live(
    connection: &mut AsyncPgConnection,
    by: KeyBy<'_>,
    now: DateTime<Utc>,
) -> Result<Option<(ApiKey, Role, Option<AuthorId>)>> {
    let endless_or_later = api_keys::expires_at
        .is_null()
        .or(api_keys::expires_at.gt(now));
    let live = api_keys::table
        .inner_join(users::table)
        .filter(api_keys::revoked_at.is_null())
        .filter(endless_or_later.assume_not_null())
        .filter(users::active)
        .select((ApiKey::as_select(), users::role, users::author_id))
        .into_boxed();
    let named = match by {
        KeyBy::Digest(digest) => live.filter(api_keys::digest.eq(digest)),
        KeyBy::Id(id) => live.filter(api_keys::id.eq(id)),
    };
    Ok(named.get_result(connection).await.optional()?)
}

/// Notes when a key was used, unless that was noted at `last` or later already.
pub async fn note_use(
    connection: &mut AsyncPgConnection,
    key: ApiKeyId,
    last: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    let never = api_keys::last_used_at.is_null();
    let before = never.or(api_keys::last_used_at.le(last).assume_not_null());
    diesel::update(api_keys::table.find(key))
        .filter(before)
        .set(api_keys::last_used_at.eq(now))
        .keep_prepared()
        .execute(connection)
        .await?;
    Ok(())
}

/// The keys with these ids, each with its owner's role, in no order.
pub async fn by_ids(
    connection: &mut AsyncPgConnection,
    keys: &[ApiKeyId],
) -> Result<Vec<(ApiKey, Role)>> {
    Ok(api_keys::table
        .inner_join(users::table)
        .filter(api_keys::id.eq_any(keys))
        .select((ApiKey::as_select(), users::role))
        .load(connection)
        .await?)
}

/// A page of a user's keys, the oldest first.
pub async fn list(
    connection: &mut AsyncPgConnection,
    user: UserId,
    page: &PageRequest,
) -> Result<Vec<ApiKey>> {
    let query = api_keys::table
        .filter(api_keys::user_id.eq(user))
        .select(ApiKey::as_select())
        .into_boxed();
    let (time, id) = (api_keys::created_at, api_keys::id);
    let query = page_by_time!(query, page, time, id, ascending);
    Ok(query.load(connection).await?)
}

/// How many keys a user has.
pub async fn count(connection: &mut AsyncPgConnection, user: UserId) -> Result<i64> {
    Ok(api_keys::table
        .filter(api_keys::user_id.eq(user))
        .count()
        .get_result(connection)
        .await?)
}

pub async fn insert(connection: &mut AsyncPgConnection, key: &ApiKey, digest: &[u8]) -> Result<()> {
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::id.eq(key.id),
            api_keys::user_id.eq(key.user_id),
            api_keys::name.eq(&key.name),
            api_keys::digest.eq(digest),
            api_keys::scopes.eq(&key.scopes),
            api_keys::created_at.eq(key.created_at),
            api_keys::expires_at.eq(key.expires_at),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// How many keys a user has that are good at `now`.
pub async fn count_live(
    connection: &mut AsyncPgConnection,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<i64> {
    let endless_or_later = api_keys::expires_at
        .is_null()
        .or(api_keys::expires_at.gt(now));
    Ok(api_keys::table
        .filter(
            api_keys::user_id
                .eq(user)
                .and(api_keys::revoked_at.is_null()),
        )
        .filter(endless_or_later.assume_not_null())
        .count()
        .get_result(connection)
        .await?)
}

/// Revokes a key; `false` if it was before, which keeps its time.
pub async fn revoke(
    connection: &mut AsyncPgConnection,
    key: ApiKeyId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let live = api_keys::table
        .find(key)
        .filter(api_keys::revoked_at.is_null());
    let revoked = diesel::update(live)
        .set(api_keys::revoked_at.eq(now))
        .execute(connection)
        .await?;
    Ok(revoked > 0)
}
