use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::named::{HasOrHad, Name, has_or_had};
use super::related::{AuthorsOf, TagsOf};
use super::statuses::not_trashed;
use super::visible::{POSTS, visible};
use crate::blog::model::{Post, PostColumns};
use crate::blog::policy::Visibility;
use crate::db::schema::posts;
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
    posts::draft_version,
    posts::word_count,
    posts::locale,
    posts::meta_title,
    posts::meta_description,
    posts::canonical_url,
    Wanted<posts::excerpt>,
    Wanted<posts::content>,
    Wanted<posts::front_matter>,
    Wanted<posts::faq>,
    Wanted<AuthorsOf>,
    Wanted<TagsOf>,
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
        posts::draft_version,
        posts::word_count,
        posts::locale,
        posts::meta_title,
        posts::meta_description,
        posts::canonical_url,
        wanted(posts::excerpt, parts.excerpt),
        wanted(posts::content, parts.content),
        wanted(posts::front_matter, parts.front_matter),
        wanted(posts::faq, parts.faq),
        wanted(AuthorsOf, parts.authors),
        wanted(TagsOf, parts.tags),
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

/// The post with this slug. What is in the trash has none.
pub async fn find_by_slug(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    slug: &str,
    parts: PostColumns,
) -> Result<Option<Post>> {
    Ok(posts::table
        .filter(posts::slug.eq(slug))
        .filter(not_trashed(posts::status))
        .filter(visible(POSTS, visibility))
        .select(columns(parts))
        .get_result(connection)
        .await
        .optional()?)
}

/// The post that has this slug, or else the one that had it before.
pub async fn find_by_present_or_former_slug(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    slug: &str,
    parts: PostColumns,
) -> Result<Option<Post>> {
    let found = named(connection, visibility, has_or_had(Name::Slug, slug), parts);
    Ok(first_with(found.await?, |post| post.slug == slug))
}

async fn named(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    name: HasOrHad,
    parts: PostColumns,
) -> Result<Vec<Post>> {
    Ok(posts::table
        .filter(name)
        .filter(visible(POSTS, visibility))
        .select(columns(parts))
        .load(connection)
        .await?)
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
        .filter(not_trashed(posts::status))
        .filter(visible(POSTS, visibility))
        .select(columns(parts))
        .get_result(connection)
        .await
        .optional()?)
}

/// The post that lives at this path, or else the one that lived there before.
pub async fn find_by_present_or_former_path(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    path: &str,
    parts: PostColumns,
) -> Result<Option<Post>> {
    let found = named(connection, visibility, has_or_had(Name::Path, path), parts);
    Ok(first_with(found.await?, |post| post.path == path))
}

/// The item that has something, else any.
fn first_with<T>(mut items: Vec<T>, has: impl Fn(&T) -> bool) -> Option<T> {
    let index = items.iter().position(has).unwrap_or(0);
    (index < items.len()).then(|| items.swap_remove(index))
}
