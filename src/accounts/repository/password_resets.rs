use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::accounts::model::User;
use crate::db::schema::{password_resets, users};
use crate::error::Result;
use crate::ids::UserId;

/// The active user with this address, in the form in which addresses are compared, locked until the
/// transaction ends: an address that is being changed gets no token any more.
pub async fn lock_recipient(
    connection: &mut AsyncPgConnection,
    email_key: &str,
) -> Result<Option<User>> {
    Ok(users::table
        .filter(users::email_key.eq(email_key).and(users::active))
        .select(User::as_select())
        .for_update()
        .get_result(connection)
        .await
        .optional()?)
}

/// Stores a token, in place of those the user had.
pub async fn replace(
    connection: &mut AsyncPgConnection,
    digest: &[u8],
    user: UserId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    delete_of(connection, user).await?;
    diesel::insert_into(password_resets::table)
        .values((
            password_resets::digest.eq(digest),
            password_resets::user_id.eq(user),
            password_resets::created_at.eq(now),
            password_resets::expires_at.eq(expires_at),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// The active user whom a token lets in, if it has not expired.
pub async fn find_user(
    connection: &mut AsyncPgConnection,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<User>> {
    Ok(password_resets::table
        .inner_join(users::table)
        .filter(password_resets::digest.eq(digest))
        .filter(password_resets::expires_at.gt(now).and(users::active))
        .select(User::as_select())
        .get_result(connection)
        .await
        .optional()?)
}

/// Uses a token up. Of several that try at once, one succeeds.
pub async fn take(connection: &mut AsyncPgConnection, digest: &[u8]) -> Result<bool> {
    let taken = diesel::delete(password_resets::table.find(digest))
        .execute(connection)
        .await?;
    Ok(taken > 0)
}

/// Forgets a user's tokens.
pub async fn delete_of(connection: &mut AsyncPgConnection, user: UserId) -> Result<()> {
    diesel::delete(password_resets::table.filter(password_resets::user_id.eq(user)))
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets the tokens that are over.
pub async fn delete_expired(connection: &mut AsyncPgConnection, now: DateTime<Utc>) -> Result<()> {
    diesel::delete(password_resets::table.filter(password_resets::expires_at.le(now)))
        .execute(connection)
        .await?;
    Ok(())
}
