use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::blog::model::Author;
use crate::db::schema::{authors, post_authors};
use crate::db::violated_constraint;
use crate::error::{Error, Result};
use crate::ids::AuthorId;

/// A profile as it is made.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = authors)]
pub struct NewRow<'a> {
    pub id: AuthorId,
    pub slug: &'a str,
    pub name: &'a str,
    pub bio: &'a str,
    pub avatar_url: Option<&'a str>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What is changed of a profile; what is `None` stays.
#[derive(Clone, Debug, AsChangeset)]
#[diesel(table_name = authors)]
#[expect(
    clippy::option_option,
    reason = "diesel's way to tell what stays from what becomes NULL"
)]
pub struct Changes<'a> {
    pub slug: Option<&'a str>,
    pub name: Option<&'a str>,
    pub bio: Option<&'a str>,
    pub avatar_url: Option<Option<String>>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

pub async fn insert(connection: &mut AsyncPgConnection, row: &NewRow<'_>) -> Result<Author> {
    diesel::insert_into(authors::table)
        .values(row)
        .returning(Author::as_returning())
        .get_result(connection)
        .await
        .map_err(taken)
}

/// The profile with this id, whoever may see it, locked until the end of the transaction.
pub async fn lock(connection: &mut AsyncPgConnection, author: AuthorId) -> Result<Option<Author>> {
    Ok(authors::table
        .find(author)
        .select(Author::as_select())
        .for_update()
        .get_result(connection)
        .await
        .optional()?)
}

pub async fn update(
    connection: &mut AsyncPgConnection,
    author: AuthorId,
    changes: &Changes<'_>,
) -> Result<Author> {
    diesel::update(authors::table.find(author))
        .set(changes)
        .returning(Author::as_returning())
        .get_result(connection)
        .await
        .map_err(taken)
}

pub async fn delete(connection: &mut AsyncPgConnection, author: AuthorId) -> Result<()> {
    diesel::delete(authors::table.find(author))
        .execute(connection)
        .await?;
    Ok(())
}

/// How many posts an author has, in whatever state.
pub async fn count_posts(connection: &mut AsyncPgConnection, author: AuthorId) -> Result<i64> {
    Ok(post_authors::table
        .filter(post_authors::author_id.eq(author))
        .count()
        .get_result(connection)
        .await?)
}

fn taken(error: diesel::result::Error) -> Error {
    match violated_constraint(&error) {
        Some("authors_slug_key") => Error::invalid_field("slug", "is the slug of another author"),
        _ => error.into(),
    }
}
