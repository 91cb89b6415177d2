//! How many posts lists hold.

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::feeds::{Conditions, narrowed};
use super::statuses::{in_statuses, not_trashed};
use super::visible::{POST_AUTHORS, POST_TAGS, POSTS, visible};
use crate::blog::policy::Visibility;
use crate::db::schema::{post_authors, post_tags, posts};
use crate::error::Result;
use crate::ids::{AuthorId, TagId};

/// Applies the conditions that the columns of one table can decide.
macro_rules! counted {
    ($query:expr, $visibility:expr, $conditions:expr, $status:expr, $listed_at:expr) => {{
        let mut query = $query;
        if let Some(statuses) = $conditions.status.clone() {
            query = query.filter(in_statuses($status, statuses));
        } else if !matches!($visibility, Visibility::Public(_)) {
            query = query.filter(not_trashed($status));
        }
        if let Some(from) = $conditions.listed_from {
            query = query.filter($listed_at.ge(from));
        }
        if let Some(until) = $conditions.listed_until {
            query = query.filter($listed_at.lt(until));
        }
        query
    }};
}

/// How many posts there are. The author and tag are not looked at.
pub async fn all(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    conditions: &Conditions,
) -> Result<i64> {
    let query = posts::table
        .filter(visible(POSTS, visibility))
        .select(count_star())
        .into_boxed();
    let query = counted!(
        query,
        visibility,
        conditions,
        posts::status,
        posts::listed_at
    );
    Ok(query.get_result(connection).await?)
}

/// How many posts each author has; those without any are left out.
pub async fn by_authors(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    authors: &[AuthorId],
    conditions: &Conditions,
) -> Result<Vec<(AuthorId, i64)>> {
    let query = post_authors::table
        .filter(post_authors::author_id.eq_any(authors))
        .filter(visible(POST_AUTHORS, visibility))
        .group_by(post_authors::author_id)
        .select((post_authors::author_id, count_star()))
        .into_boxed();
    let mut query = counted!(
        query,
        visibility,
        conditions,
        post_authors::status,
        post_authors::listed_at
    );
    narrowed!(query, conditions, post_authors::post_id);
    Ok(query.load(connection).await?)
}

/// How many posts each tag has; those without any are left out.
pub async fn by_tags(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    tags: &[TagId],
    conditions: &Conditions,
) -> Result<Vec<(TagId, i64)>> {
    let query = post_tags::table
        .filter(post_tags::tag_id.eq_any(tags))
        .filter(visible(POST_TAGS, visibility))
        .group_by(post_tags::tag_id)
        .select((post_tags::tag_id, count_star()))
        .into_boxed();
    let mut query = counted!(
        query,
        visibility,
        conditions,
        post_tags::status,
        post_tags::listed_at
    );
    narrowed!(query, conditions, post_tags::post_id);
    Ok(query.load(connection).await?)
}
