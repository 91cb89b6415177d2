use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::visible::{POSTS, visible};
use crate::blog::model::{Post, PostColumns};
use crate::blog::policy::Visibility;
use crate::db::schema::{former_slugs, posts};
use crate::db::sql::{Wanted, wanted};
use crate::error::Result;
use crate::ids::PostId;

/// The columns of [`Post`], in its order.
pub(super) type Columns = (
    posts::id,
    posts::slug,
    posts::path,
    posts::title,
    posts::status,
    posts::published_at,
    posts::created_at,
    posts::updated_at,
    posts::listed_at,
    posts::unpublish_at,
    posts::version,
    posts::word_count,
    Wanted<posts::excerpt>,
    Wanted<posts::content>,
    Wanted<posts::front_matter>,
);

/// Selects a post, with those of its larger parts that are wanted.
pub(super) fn columns(parts: PostColumns) -> Columns {
    (
        posts::id,
        posts::slug,
        posts::path,
        posts::title,
        posts::status,
        posts::published_at,
        posts::created_at,
        posts::updated_at,
        posts::listed_at,
        posts::unpublish_at,
        posts::version,
        posts::word_count,
        wanted(posts::excerpt, parts.excerpt),
        wanted(posts::content, parts.content),
        wanted(posts::front_matter, parts.front_matter),
    )
}

/// Whether there is any post.
pub async fn any(connection: &mut AsyncPgConnection, visibility: Visibility) -> Result<bool> {
    let posts = posts::table.filter(visible(POSTS, visibility));
    let query = diesel::select(diesel::dsl::exists(posts));
    Ok(query.get_result(connection).await?)
}

/// The posts with these ids, in no order.
pub async fn by_ids(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    ids: &[PostId],
    parts: PostColumns,
) -> Result<Vec<Post>> {
    Ok(posts::table
        .filter(posts::id.eq_any(ids))
        .filter(visible(POSTS, visibility))
        .select(columns(parts))
        .load(connection)
        .await?)
}

/// The post with this slug.
pub async fn find_by_slug(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    slug: &str,
    parts: PostColumns,
) -> Result<Option<Post>> {
    Ok(posts::table
        .filter(posts::slug.eq(slug))
        .filter(visible(POSTS, visibility))
        .select(columns(parts))
        .get_result(connection)
        .await
        .optional()?)
}

/// The post that had this slug before.
pub async fn find_by_former_slug(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    slug: &str,
    parts: PostColumns,
) -> Result<Option<Post>> {
    Ok(posts::table
        .inner_join(former_slugs::table)
        .filter(former_slugs::slug.eq(slug))
        .filter(visible(POSTS, visibility))
        .select(columns(parts))
        .get_result(connection)
        .await
        .optional()?)
}

/// The post that lives at this path.
pub async fn find_by_path(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    path: &str,
    parts: PostColumns,
) -> Result<Option<Post>> {
    Ok(posts::table
        .filter(posts::path.eq(path))
        .filter(visible(POSTS, visibility))
        .select(columns(parts))
        .get_result(connection)
        .await
        .optional()?)
}
