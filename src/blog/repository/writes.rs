//! What imports look up and store, and editing with them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::posts::columns;
use super::statuses::not_trashed;
use crate::blog::model::{Author, Post, PostColumns, PostStatus, Tag};
use crate::db::schema::{authors, former_slugs, post_authors, post_tags, posts, redirects, tags};
use crate::db::sql::KeepPreparedDsl;
use crate::db::violated_constraint;
use crate::error::{Error, Result};
use crate::ids::{AuthorId, PostId, TagId};

/// A post as it is stored.
#[derive(Clone, Debug, Insertable, AsChangeset)]
#[diesel(table_name = posts, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct StoredPost {
    pub id: PostId,
    pub slug: String,
    pub path: String,
    pub title: String,
    pub content: String,
    pub excerpt: String,
    pub word_count: i32,
    pub status: PostStatus,
    pub published_at: Option<DateTime<Utc>>,
    pub unpublish_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i32,
    pub front_matter: serde_json::Value,
    pub draft_version: Option<i32>,
    #[diesel(embed)]
    pub described: Described,
}

impl From<StoredPost> for Post {
    fn from(stored: StoredPost) -> Self {
        let described = stored.described;
        Self {
            id: stored.id,
            slug: stored.slug,
            path: stored.path,
            title: stored.title,
            status: stored.status,
            published_at: stored.published_at,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            listed_at: stored.published_at.unwrap_or(stored.created_at),
            unpublish_at: stored.unpublish_at,
            version: stored.version,
            draft_version: stored.draft_version,
            word_count: stored.word_count,
            locale: described.locale,
            meta_title: described.meta_title,
            meta_description: described.meta_description,
            canonical_url: described.canonical_url,
            excerpt: Some(stored.excerpt),
            content: Some(stored.content),
            front_matter: Some(stored.front_matter),
            faq: Some(described.faq),
            authors: None,
            tags: None,
        }
    }
}

/// What search engines and other sites are told of a post.
#[derive(Clone, Debug, PartialEq, Insertable, AsChangeset)]
#[diesel(table_name = posts, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Described {
    pub locale: Option<String>,
    pub meta_title: Option<String>,
    pub meta_description: Option<String>,
    pub canonical_url: Option<String>,
    /// A list, empty if there are no questions.
    pub faq: serde_json::Value,
}

impl Default for Described {
    fn default() -> Self {
        Self {
            locale: None,
            meta_title: None,
            meta_description: None,
            canonical_url: None,
            faq: serde_json::Value::Array(Vec::new()),
        }
    }
}

/// A table whose rows have slugs.
#[derive(Clone, Copy, Debug)]
pub enum Slugs {
    Posts,
    Authors,
    Tags,
}

/// The slugs in use from `from` to before `until`, in byte order, with their owners' ids.
pub async fn slugs_between(
    mut connection: &AsyncPgConnection,
    slugs: Slugs,
    (from, until): (&str, &str),
) -> Result<Vec<(String, Uuid)>> {
    macro_rules! between {
        ($table:ident $(, $condition:expr)?) => {
            $table::table
                .filter($table::slug.ge(from).and($table::slug.lt(until)))
                $(.filter($condition))?
                .select(($table::slug, $table::id))
                .load(&mut connection)
                .await?
        };
    }
    Ok(match slugs {
        Slugs::Posts => between!(posts, not_trashed(posts::status)),
        Slugs::Authors => between!(authors),
        Slugs::Tags => between!(tags),
    })
}

/// The posts that have this slug or live at this path, whoever may see them: which, and whether it is
/// the slug and the path that they have.
pub async fn owners(
    mut connection: &AsyncPgConnection,
    slug: &str,
    path: &str,
) -> Result<Vec<(PostId, bool, bool)>> {
    Ok(posts::table
        .filter(posts::slug.eq(slug).or(posts::path.eq(path)))
        .filter(not_trashed(posts::status))
        .select((posts::id, posts::slug.eq(slug), posts::path.eq(path)))
        .load(&mut connection)
        .await?)
}

/// The post that lives at this path, whoever may see it.
pub async fn path_owner(mut connection: &AsyncPgConnection, path: &str) -> Result<Option<PostId>> {
    Ok(posts::table
        .filter(posts::path.eq(path))
        .filter(not_trashed(posts::status))
        .select(posts::id)
        .get_result(&mut connection)
        .await
        .optional()?)
}

diesel::define_sql_function! {
    /// Waits for the lock of a key, and holds it until the end of the transaction.
    fn pg_advisory_xact_lock(namespace: Integer, key: Integer);
}

diesel::define_sql_function! {
    fn hashtext(text: Text) -> Integer;
}

/// The lock of whoever makes or renames tags.
pub const TAG_NAMES: &str = "names of tags";

/// Begins the keys of the locks of names. Arbitrary, and the same everywhere.
const NAMES: i32 = 0x1a9e;

/// Keeps others from taking a name, or one that begins with it, until the end of the transaction, if
/// they ask for this lock, too.
pub async fn lock_name(mut connection: &AsyncPgConnection, name: &str) -> Result<()> {
    diesel::select(pg_advisory_xact_lock(NAMES, hashtext(name)))
        .execute(&mut connection)
        .await?;
    Ok(())
}

/// The post at this path, whoever may see it.
pub async fn find_post(connection: &mut AsyncPgConnection, path: &str) -> Result<Option<Post>> {
    Ok(posts::table
        .filter(posts::path.eq(path))
        .filter(not_trashed(posts::status))
        .select(columns(PostColumns::ALL))
        .get_result(connection)
        .await
        .optional()?)
}

/// Of these slugs, those that a post has.
pub async fn slugs_in_use(
    connection: &mut AsyncPgConnection,
    slugs: &[String],
) -> Result<Vec<String>> {
    Ok(posts::table
        .filter(posts::slug.eq_any(slugs))
        .filter(not_trashed(posts::status))
        .select(posts::slug)
        .load(connection)
        .await?)
}

/// Of these paths, those at which a post lives.
pub async fn occupied(connection: &mut AsyncPgConnection, paths: &[String]) -> Result<Vec<String>> {
    Ok(posts::table
        .filter(posts::path.eq_any(paths))
        .filter(not_trashed(posts::status))
        .select(posts::path)
        .load(connection)
        .await?)
}

/// Of these paths, those that lead to a post, with that post.
pub async fn redirected(
    connection: &mut AsyncPgConnection,
    paths: &[String],
) -> Result<Vec<(String, PostId)>> {
    Ok(redirects::table
        .filter(redirects::path.eq_any(paths))
        .select((redirects::path, redirects::post_id))
        .load(connection)
        .await?)
}

pub async fn insert_post(connection: &mut AsyncPgConnection, post: &StoredPost) -> Result<()> {
    diesel::insert_into(posts::table)
        .values(post)
        .execute(connection)
        .await
        .map_err(taken)?;
    Ok(())
}

/// Stores new posts.
pub async fn insert_posts(connection: &mut AsyncPgConnection, rows: &[StoredPost]) -> Result<()> {
    diesel::insert_into(posts::table)
        .values(rows)
        .execute(connection)
        .await
        .map_err(taken)?;
    Ok(())
}

/// Says which of a post's names another one took a moment before.
pub(super) fn taken(error: diesel::result::Error) -> Error {
    match violated_constraint(&error) {
        Some("posts_slug_key") => Error::invalid_field("slug", "is the slug of another post"),
        Some("posts_path_key") => Error::invalid_field("path", "another post lives there"),
        Some("post_authors_author_id_fkey") => Error::invalid_field(
            "authors",
            "an author was deleted a moment before; name others",
        ),
        Some("post_tags_tag_id_fkey") => Error::invalid_field(
            "tags",
            "a tag was deleted or merged a moment before; read them again",
        ),
        _ => error.into(),
    }
}

pub async fn update_post(connection: &mut AsyncPgConnection, post: &StoredPost) -> Result<()> {
    diesel::update(posts::table.find(post.id))
        .set(post)
        .keep_prepared()
        .execute(connection)
        .await?;
    Ok(())
}

/// Lets a slug that a post had before lead to it.
pub async fn keep_slug(
    connection: &mut AsyncPgConnection,
    post: PostId,
    slug: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let owner = (
        former_slugs::post_id.eq(post),
        former_slugs::created_at.eq(now),
    );
    diesel::insert_into(former_slugs::table)
        .values((former_slugs::slug.eq(slug), owner))
        .on_conflict(former_slugs::slug)
        .do_update()
        .set(owner)
        .keep_prepared()
        .execute(connection)
        .await?;
    Ok(())
}

/// How many rows a statement may bring: it has at most 65,535 parameters.
const ROWS: usize = 5000;

/// Lets these paths, which must lead nowhere yet, each lead to a post.
pub async fn insert_redirects(
    connection: &mut AsyncPgConnection,
    paths: &[(&str, PostId)],
    now: DateTime<Utc>,
) -> Result<()> {
    let rows = paths.iter().map(|(path, post)| {
        (
            redirects::path.eq(*path),
            redirects::post_id.eq(*post),
            redirects::created_at.eq(now),
        )
    });
    for rows in rows.collect::<Vec<_>>().chunks(ROWS) {
        diesel::insert_into(redirects::table)
            .values(rows)
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// The authors with these names, the oldest of each name first.
pub async fn authors_by_names(
    connection: &mut AsyncPgConnection,
    names: &[String],
) -> Result<Vec<Author>> {
    Ok(authors::table
        .filter(authors::name.eq_any(names))
        .order_by((authors::created_at, authors::id))
        .select(Author::as_select())
        .load(connection)
        .await?)
}

pub async fn insert_author(
    connection: &mut AsyncPgConnection,
    id: AuthorId,
    (slug, name): (&str, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(authors::table)
        .values((
            authors::id.eq(id),
            authors::slug.eq(slug),
            authors::name.eq(name),
            authors::created_at.eq(now),
            authors::updated_at.eq(now),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// The tags with these names, without regard to case.
pub async fn tags_by_names(
    connection: &mut AsyncPgConnection,
    names: &[String],
) -> Result<Vec<Tag>> {
    let keys: Vec<_> = names.iter().map(|name| name.to_lowercase()).collect();
    // By the name as well: a PostgreSQL that knows no Unicode keys "É" by itself.
    Ok(tags::table
        .filter(tags::name_key.eq_any(keys).or(tags::name.eq_any(names)))
        .select(Tag::as_select())
        .load(connection)
        .await?)
}

pub async fn insert_tag(
    connection: &mut AsyncPgConnection,
    id: TagId,
    (slug, name): (&str, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(tags::table)
        .values((
            tags::id.eq(id),
            tags::slug.eq(slug),
            tags::name.eq(name),
            tags::created_at.eq(now),
            tags::updated_at.eq(now),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes the posts whose front matter has the key `mark` and that nobody has changed since,
/// with the authors and tags that nothing else has. Returns how many posts there were.
pub async fn delete_sample(connection: &mut AsyncPgConnection, mark: &str) -> Result<usize> {
    let is_sample = posts::front_matter
        .contains(serde_json::json!({ mark: true }))
        .and(posts::version.eq(1));
    let ids: Vec<PostId> = posts::table
        .filter(is_sample)
        .select(posts::id)
        .load(connection)
        .await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let its_authors: Vec<AuthorId> = post_authors::table
        .filter(post_authors::post_id.eq_any(&ids))
        .select(post_authors::author_id)
        .load(connection)
        .await?;
    let its_tags: Vec<TagId> = post_tags::table
        .filter(post_tags::post_id.eq_any(&ids))
        .select(post_tags::tag_id)
        .load(connection)
        .await?;
    diesel::delete(posts::table.filter(posts::id.eq_any(&ids)))
        .execute(connection)
        .await?;
    let still_written = post_authors::table.select(post_authors::author_id);
    diesel::delete(authors::table)
        .filter(
            authors::id
                .eq_any(its_authors)
                .and(authors::id.ne_all(still_written)),
        )
        .execute(connection)
        .await?;
    let still_used = post_tags::table.select(post_tags::tag_id);
    diesel::delete(tags::table)
        .filter(tags::id.eq_any(its_tags).and(tags::id.ne_all(still_used)))
        .execute(connection)
        .await?;
    Ok(ids.len())
}
