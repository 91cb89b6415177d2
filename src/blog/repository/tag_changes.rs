use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::feeds::FURTHER_TAGS;
use crate::blog::model::Tag;
use crate::db::schema::{merged_tags, post_tags, tags};
use crate::db::violated_constraint;
use crate::error::{Error, Result};
use crate::ids::TagId;

/// A tag as it is made.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = tags)]
pub struct NewRow<'a> {
    pub id: TagId,
    pub slug: &'a str,
    pub name: &'a str,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What is changed of a tag; what is `None` stays.
#[derive(Clone, Debug, AsChangeset)]
#[diesel(table_name = tags)]
pub struct Changes<'a> {
    pub slug: Option<&'a str>,
    pub name: &'a str,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

pub async fn insert(connection: &mut AsyncPgConnection, row: &NewRow<'_>) -> Result<Tag> {
    diesel::insert_into(tags::table)
        .values(row)
        .returning(Tag::as_returning())
        .get_result(connection)
        .await
        .map_err(taken)
}

/// The tags with these ids, whoever may see them, locked until the end of the transaction.
pub async fn lock(connection: &mut AsyncPgConnection, ids: &[TagId]) -> Result<Vec<Tag>> {
    Ok(tags::table
        .filter(tags::id.eq_any(ids))
        // Always in one order, so that two who lock the same wait for each other and no more.
        .order_by(tags::id)
        .select(Tag::as_select())
        .for_update()
        .load(connection)
        .await?)
}

pub async fn update(
    connection: &mut AsyncPgConnection,
    tag: TagId,
    changes: &Changes<'_>,
) -> Result<Tag> {
    diesel::update(tags::table.find(tag))
        .set(changes)
        .returning(Tag::as_returning())
        .get_result(connection)
        .await
        .map_err(taken)
}

/// Takes a tag off every post, and away.
pub async fn delete(connection: &mut AsyncPgConnection, tag: TagId) -> Result<()> {
    diesel::delete(tags::table.find(tag))
        .execute(connection)
        .await?;
    Ok(())
}

/// Puts one tag in the place of another on every post, and lets the other one's id lead to it.
pub async fn merge(
    connection: &mut AsyncPgConnection,
    (from, into): (TagId, TagId),
    now: DateTime<Utc>,
) -> Result<()> {
    let with_into = FURTHER_TAGS
        .filter(FURTHER_TAGS.field(post_tags::tag_id).eq(into))
        .select(FURTHER_TAGS.field(post_tags::post_id));
    diesel::delete(post_tags::table)
        .filter(post_tags::tag_id.eq(from))
        .filter(post_tags::post_id.eq_any(with_into))
        .execute(connection)
        .await?;
    diesel::update(post_tags::table.filter(post_tags::tag_id.eq(from)))
        .set(post_tags::tag_id.eq(into))
        .execute(connection)
        .await?;
    diesel::update(merged_tags::table.filter(merged_tags::tag_id.eq(from)))
        .set(merged_tags::tag_id.eq(into))
        .execute(connection)
        .await?;
    delete(connection, from).await?;
    diesel::insert_into(merged_tags::table)
        .values((
            merged_tags::id.eq(from),
            merged_tags::tag_id.eq(into),
            merged_tags::created_at.eq(now),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

fn taken(error: diesel::result::Error) -> Error {
    match violated_constraint(&error) {
        Some("tags_slug_key") => Error::invalid_field("slug", "is the slug of another tag"),
        Some("tags_name_key_key") => Error::invalid_field("name", "is the name of another tag"),
        _ => error.into(),
    }
}
