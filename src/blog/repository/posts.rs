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
    Wanted<posts::slug>,
    Wanted<posts::path>,
    Wanted<posts::title>,
    Wanted<posts::status>,
    Wanted<posts::published_at>,
    Wanted<posts::created_at>,
    Wanted<posts::updated_at>,
    posts::listed_at,
    Wanted<posts::unpublish_at>,
    Wanted<posts::version>,
    Wanted<posts::draft_version>,
    Wanted<posts::word_count>,
    Wanted<posts::locale>,
    Wanted<posts::meta_title>,
    Wanted<posts::meta_description>,
    Wanted<posts::canonical_url>,
    Wanted<posts::excerpt>,
    Wanted<posts::content>,
    Wanted<posts::front_matter>,
    Wanted<posts::faq>,
    Wanted<AuthorsOf>,
    Wanted<TagsOf>,
);

/// Selects a post, with what is wanted of it.
pub(super) fn columns(parts: PostColumns) -> Columns {
    let authors = AuthorsOf {
        whole: parts.contains(PostColumns::PROFILES),
    };
    (
        posts::id,
        wanted(posts::slug, parts.contains(PostColumns::SLUG)),
        wanted(posts::path, parts.contains(PostColumns::PATH)),
        wanted(posts::title, parts.contains(PostColumns::TITLE)),
        wanted(posts::status, parts.contains(PostColumns::STATUS)),
        wanted(
            posts::published_at,
            parts.contains(PostColumns::PUBLISHED_AT),
        ),
        wanted(posts::created_at, parts.contains(PostColumns::CREATED_AT)),
        wanted(posts::updated_at, parts.contains(PostColumns::UPDATED_AT)),
        posts::listed_at,
        wanted(
            posts::unpublish_at,
            parts.contains(PostColumns::UNPUBLISH_AT),
        ),
        wanted(posts::version, parts.contains(PostColumns::VERSION)),
        wanted(
            posts::draft_version,
            parts.contains(PostColumns::DRAFT_VERSION),
        ),
        wanted(posts::word_count, parts.contains(PostColumns::WORD_COUNT)),
        wanted(posts::locale, parts.contains(PostColumns::LOCALE)),
        wanted(posts::meta_title, parts.contains(PostColumns::META_TITLE)),
        wanted(
            posts::meta_description,
            parts.contains(PostColumns::META_DESCRIPTION),
        ),
        wanted(
            posts::canonical_url,
            parts.contains(PostColumns::CANONICAL_URL),
        ),
        wanted(posts::excerpt, parts.contains(PostColumns::EXCERPT)),
        wanted(posts::content, parts.contains(PostColumns::CONTENT)),
        wanted(
            posts::front_matter,
            parts.contains(PostColumns::FRONT_MATTER),
        ),
        wanted(posts::faq, parts.contains(PostColumns::FAQ)),
        wanted(authors, parts.contains(PostColumns::AUTHORS)),
        wanted(TagsOf, parts.contains(PostColumns::TAGS)),
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
    let parts = parts | PostColumns::SLUG;
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

/// The post that lives at this path, or else the one that lived there before; with its path in any case.
pub async fn find_by_present_or_former_path(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    path: &str,
    parts: PostColumns,
) -> Result<Option<Post>> {
    let parts = parts | PostColumns::PATH;
    let found = named(connection, visibility, has_or_had(Name::Path, path), parts);
    Ok(first_with(found.await?, |post| post.path == path))
}

/// The item that has something, else any.
fn first_with<T>(mut items: Vec<T>, has: impl Fn(&T) -> bool) -> Option<T> {
    let index = items.iter().position(has).unwrap_or(0);
    (index < items.len()).then(|| items.swap_remove(index))
}
