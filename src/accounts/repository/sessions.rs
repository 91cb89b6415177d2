use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::accounts::model::{Role, User};
use crate::db::schema::{refresh_tokens, sessions, users};
use crate::db::sql::KeepPreparedDsl;
use crate::error::Result;
use crate::ids::{AuthorId, SessionId, UserId};

/// The role and the profile of the user whose session this is, if both are still good at `now`.
pub async fn find_live(
    connection: &mut AsyncPgConnection,
    session: SessionId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Option<(Role, Option<AuthorId>)>> {
    Ok(sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(session).and(sessions::user_id.eq(user)))
        .filter(
            sessions::ended_at
                .is_null()
                .and(sessions::expires_at.gt(now)),
        )
        .filter(users::active)
        .select((users::role, users::author_id))
        .get_result(connection)
        .await
        .optional()?)
}

/// The user whose session this is, if both are still good at `now`.
pub async fn find_live_user(
    connection: &mut AsyncPgConnection,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<Option<User>> {
    Ok(sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(session))
        .filter(
            sessions::ended_at
                .is_null()
                .and(sessions::expires_at.gt(now)),
        )
        .filter(users::active)
        .select(User::as_select())
        .get_result(connection)
        .await
        .optional()?)
}

pub async fn insert(
    connection: &mut AsyncPgConnection,
    session: SessionId,
    user: UserId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(session),
            sessions::user_id.eq(user),
            sessions::created_at.eq(now),
            sessions::expires_at.eq(expires_at),
        ))
        .keep_prepared()
        .execute(connection)
        .await?;
    Ok(())
}

/// Lets a session live until then.
pub async fn prolong(
    connection: &mut AsyncPgConnection,
    session: SessionId,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    diesel::update(sessions::table.find(session))
        .set(sessions::expires_at.eq(expires_at))
        .keep_prepared()
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends a session; `false` if it had ended before.
pub async fn end(
    connection: &mut AsyncPgConnection,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let live = sessions::table
        .find(session)
        .filter(sessions::ended_at.is_null());
    let ended = diesel::update(live)
        .set(sessions::ended_at.eq(now))
        .execute(connection)
        .await?;
    Ok(ended > 0)
}

/// Ends a user's sessions but for one to keep. Returns how many.
pub async fn end_all(
    connection: &mut AsyncPgConnection,
    user: UserId,
    kept: Option<SessionId>,
    now: DateTime<Utc>,
) -> Result<usize> {
    let live = sessions::table.filter(sessions::user_id.eq(user).and(sessions::ended_at.is_null()));
    let set = sessions::ended_at.eq(now);
    Ok(match kept {
        Some(kept) => {
            let others = live.filter(sessions::id.ne(kept));
            diesel::update(others).set(set).execute(connection).await?
        }
        None => diesel::update(live).set(set).execute(connection).await?,
    })
}

/// Keeps a session from ending until the transaction does; `false` if it is over at `now`.
pub async fn hold(
    connection: &mut AsyncPgConnection,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let held: Option<SessionId> = sessions::table
        .find(session)
        .filter(
            sessions::ended_at
                .is_null()
                .and(sessions::expires_at.gt(now)),
        )
        .select(sessions::id)
        .for_share()
        .get_result(connection)
        .await
        .optional()?;
    Ok(held.is_some())
}

/// Forgets some sessions that are over, with what tokens they have left. Returns how many.
pub async fn delete_expired(
    connection: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<usize> {
    let over = sessions::table
        .filter(sessions::expires_at.le(now))
        .select(sessions::id)
        .limit(limit);
    let ids: Vec<SessionId> = over.load(connection).await?;
    let these = sessions::table.filter(sessions::id.eq_any(&ids));
    Ok(diesel::delete(these).execute(connection).await?)
}

/// Forgets some refresh tokens that are over. Returns how many.
pub async fn delete_expired_tokens(
    connection: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<usize> {
    let over = refresh_tokens::table
        .filter(refresh_tokens::expires_at.le(now))
        .select(refresh_tokens::digest)
        .limit(limit);
    let digests: Vec<Vec<u8>> = over.load(connection).await?;
    let these = refresh_tokens::table.filter(refresh_tokens::digest.eq_any(&digests));
    Ok(diesel::delete(these).execute(connection).await?)
}

pub async fn insert_token(
    connection: &mut AsyncPgConnection,
    digest: &[u8],
    session: SessionId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::digest.eq(digest),
            refresh_tokens::session_id.eq(session),
            refresh_tokens::created_at.eq(now),
            refresh_tokens::expires_at.eq(expires_at),
        ))
        .keep_prepared()
        .execute(connection)
        .await?;
    Ok(())
}

/// Spends a token. Of several that try at once, one succeeds.
pub async fn spend_token(
    connection: &mut AsyncPgConnection,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<SessionId>> {
    let unspent = refresh_tokens::table
        .find(digest)
        .filter(refresh_tokens::spent_at.is_null())
        .filter(refresh_tokens::expires_at.gt(now));
    Ok(diesel::update(unspent)
        .set(refresh_tokens::spent_at.eq(now))
        .returning(refresh_tokens::session_id)
        .get_result(connection)
        .await
        .optional()?)
}

/// The session of a token and when the token was spent, if it was.
pub async fn find_token(
    connection: &mut AsyncPgConnection,
    digest: &[u8],
) -> Result<Option<(SessionId, UserId, Option<DateTime<Utc>>)>> {
    Ok(refresh_tokens::table
        .inner_join(sessions::table)
        .filter(refresh_tokens::digest.eq(digest))
        .select((sessions::id, sessions::user_id, refresh_tokens::spent_at))
        .get_result(connection)
        .await
        .optional()?)
}
