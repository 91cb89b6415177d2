use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::accounts::model::{Role, User};
use crate::accounts::users::UserFilter;
use crate::db::schema::users;
use crate::db::violated_constraint;
use crate::error::{Error, Result};
use crate::ids::{AuthorId, UserId};
use crate::page::PageRequest;

/// The users with these ids, in no order.
pub async fn by_ids(connection: &mut AsyncPgConnection, ids: &[UserId]) -> Result<Vec<User>> {
    Ok(users::table
        .filter(users::id.eq_any(ids))
        .select(User::as_select())
        .load(connection)
        .await?)
}

/// The user with this address, in the form in which addresses are compared, and the stored hash of
/// the password.
pub async fn find_with_password(
    connection: &mut AsyncPgConnection,
    email_key: &str,
) -> Result<Option<(User, Option<String>)>> {
    Ok(users::table
        .filter(users::email_key.eq(email_key))
        .select((User::as_select(), users::password_hash))
        .get_result(connection)
        .await
        .optional()?)
}

/// The stored hash of a user's password.
pub async fn password_hash(
    connection: &mut AsyncPgConnection,
    user: UserId,
) -> Result<Option<String>> {
    Ok(users::table
        .find(user)
        .select(users::password_hash)
        .get_result(connection)
        .await
        .optional()?
        .flatten())
}

/// A page of users, the oldest account first.
pub async fn list(
    connection: &mut AsyncPgConnection,
    filter: &UserFilter,
    page: &PageRequest,
) -> Result<Vec<User>> {
    let query = filtered(*filter).select(User::as_select());
    let query = page_by_time!(query, page, users::created_at, users::id, ascending);
    Ok(query.load(connection).await?)
}

/// How many users there are.
pub async fn count(connection: &mut AsyncPgConnection, filter: &UserFilter) -> Result<i64> {
    Ok(filtered(*filter).count().get_result(connection).await?)
}

fn filtered(filter: UserFilter) -> users::BoxedQuery<'static, diesel::pg::Pg> {
    let mut query = users::table.into_boxed();
    if let Some(role) = filter.role {
        query = query.filter(users::role.eq(role));
    }
    if let Some(active) = filter.active {
        query = query.filter(users::active.eq(active));
    }
    query
}

/// The active admins, locked until the transaction ends: of two that would remove each other, one
/// waits and then sees what the other did.
pub async fn lock_active_admins(connection: &mut AsyncPgConnection) -> Result<Vec<UserId>> {
    Ok(users::table
        .filter(users::active.and(users::role.eq(Role::Admin)))
        .order_by(users::id)
        .select(users::id)
        .for_update()
        .load(connection)
        .await?)
}

/// Whether there is an active admin.
pub async fn any_active_admin(connection: &mut AsyncPgConnection) -> Result<bool> {
    let admins = users::table.filter(users::active.and(users::role.eq(Role::Admin)));
    let query = diesel::select(diesel::dsl::exists(admins));
    Ok(query.get_result(connection).await?)
}

/// A user to store.
#[derive(Debug, Insertable)]
#[diesel(table_name = users)]
pub struct NewRow<'a> {
    pub id: UserId,
    pub email: &'a str,
    pub name: &'a str,
    pub role: Role,
    pub password_hash: Option<&'a str>,
    pub author_id: Option<AuthorId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

pub async fn insert(connection: &mut AsyncPgConnection, row: &NewRow<'_>) -> Result<User> {
    diesel::insert_into(users::table)
        .values(row)
        .returning(User::as_returning())
        .get_result(connection)
        .await
        .map_err(field_problem)
}

/// What to change of a user; what is `None` stays.
#[derive(Debug, AsChangeset)]
#[diesel(table_name = users)]
pub struct Changes<'a> {
    pub email: Option<&'a str>,
    pub name: Option<&'a str>,
    pub role: Option<Role>,
    pub active: Option<bool>,
    #[expect(
        clippy::option_option,
        reason = "diesel's changesets: None leaves it, Some(None) sets NULL"
    )]
    pub author_id: Option<Option<AuthorId>>,
    pub updated_at: DateTime<Utc>,
}

/// The user with its changes; `None` if there is none with this id.
pub async fn update(
    connection: &mut AsyncPgConnection,
    user: UserId,
    changes: &Changes<'_>,
) -> Result<Option<User>> {
    diesel::update(users::table.find(user))
        .set(changes)
        .returning(User::as_returning())
        .get_result(connection)
        .await
        .optional()
        .map_err(field_problem)
}

/// Sets an active user's password hash; with `expected`, only in its place. `None` if the user is
/// not active any more, or the hash another one by now.
pub async fn set_password_hash(
    connection: &mut AsyncPgConnection,
    user: UserId,
    expected: Option<&str>,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<User>> {
    let mut these = diesel::update(users::table)
        .filter(users::id.eq(user))
        .filter(users::active)
        .into_boxed();
    if let Some(expected) = expected {
        these = these.filter(users::password_hash.eq(expected));
    }
    Ok(these
        .set((users::password_hash.eq(hash), users::updated_at.eq(now)))
        .returning(User::as_returning())
        .get_result(connection)
        .await
        .optional()?)
}

/// Locks a user until the transaction ends. Who changes a user and what belongs to them takes this
/// first, so that two at once wait for each other in one order.
pub async fn lock(connection: &mut AsyncPgConnection, user: UserId) -> Result<()> {
    users::table
        .find(user)
        .select(users::id)
        .for_update()
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes a log-in of an active user by a password whose stored hash was `hash`, and puts another
/// hash of it in its place. `None` if the user or the password has changed meanwhile.
pub async fn note_log_in(
    connection: &mut AsyncPgConnection,
    user: UserId,
    hash: &str,
    next_hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<User>> {
    let unchanged = users::table
        .find(user)
        .filter(users::active.and(users::password_hash.eq(hash)));
    Ok(diesel::update(unchanged)
        .set((
            users::last_log_in_at.eq(now),
            users::password_hash.eq(next_hash),
        ))
        .returning(User::as_returning())
        .get_result(connection)
        .await
        .optional()?)
}

/// The fifth and sixth letters of the hashes that an older system made, the last in their order: the
/// highest cost of bcrypt's (`$2b$12$…`), if they are. `None` if there are no such hashes.
pub async fn dearest_older_hash(connection: &mut AsyncPgConnection) -> Result<Option<String>> {
    // Written out, so that PostgreSQL can use the partial index under a plan that it keeps.
    let is_older =
        sql::<Nullable<Bool>>("users.password_hash NOT LIKE '$argon2id$v=19$m=19456,t=2,p=1$%'");
    let dearest = sql::<Nullable<Text>>("max(substr(users.password_hash, 5, 2))");
    Ok(users::table
        .filter(is_older)
        .select(dearest)
        .get_result(connection)
        .await?)
}

/// Says which field of an input a broken constraint is about.
fn field_problem(error: DieselError) -> Error {
    let (field, message) = match violated_constraint(&error) {
        Some("users_email_key") => ("email", "another account has this address"),
        Some("users_author_id_key") => ("author", "another account writes under this profile"),
        Some("users_author_id_fkey") => ("author", "there is no such author"),
        _ => return error.into(),
    };
    Error::invalid_field(field, message)
}
