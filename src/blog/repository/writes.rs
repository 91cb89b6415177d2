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
use crate::db::violated_constraint;
use crate::error::{Error, Result};
use crate::ids::{AuthorId, PostId, TagId};

/// A post as it is stored.
#[derive(Clone, Debug, Insertable, AsChangeset)]
#[diesel(table_name = posts, treat_none_as_null = true)]
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

/// What search engines and other sites are told of a post.
#[derive(Clone, Debug, PartialEq, Insertable, AsChangeset)]
#[diesel(table_name = posts, treat_none_as_null = true)]
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

/// What the links of a post repeat of it.
#[derive(Clone, Copy, Debug)]
pub struct Listing {
    pub post: PostId,
    pub status: PostStatus,
    pub listed_at: DateTime<Utc>,
    pub unpublish_at: Option<DateTime<Utc>>,
}

impl From<&StoredPost> for Listing {
    fn from(post: &StoredPost) -> Self {
        Self {
            post: post.id,
            status: post.status,
            listed_at: post.published_at.unwrap_or(post.created_at),
            unpublish_at: post.unpublish_at,
        }
    }
}

impl From<&Post> for Listing {
    fn from(post: &Post) -> Self {
        Self {
            post: post.id,
            status: post.status,
            listed_at: post.listed_at,
            unpublish_at: post.unpublish_at,
        }
    }
}

/// A post with those it is to be linked to, in order.
#[derive(Clone, Debug)]
pub struct LinkedPost {
    pub listing: Listing,
    pub authors: Vec<AuthorId>,
    pub tags: Vec<TagId>,
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
    connection: &mut AsyncPgConnection,
    slugs: Slugs,
    (from, until): (&str, &str),
) -> Result<Vec<(String, Uuid)>> {
    macro_rules! between {
        ($table:ident $(, $condition:expr)?) => {
            $table::table
                .filter($table::slug.ge(from).and($table::slug.lt(until)))
                $(.filter($condition))?
                .select(($table::slug, $table::id))
                .load(connection)
                .await?
        };
    }
    Ok(match slugs {
        Slugs::Posts => between!(posts, not_trashed(posts::status)),
        Slugs::Authors => between!(authors),
        Slugs::Tags => between!(tags),
    })
}

/// The post with this slug, whoever may see it.
pub async fn slug_owner(connection: &mut AsyncPgConnection, slug: &str) -> Result<Option<PostId>> {
    Ok(posts::table
        .filter(posts::slug.eq(slug))
        .filter(not_trashed(posts::status))
        .select(posts::id)
        .get_result(connection)
        .await
        .optional()?)
}

/// The post that lives at this path, whoever may see it.
pub async fn path_owner(connection: &mut AsyncPgConnection, path: &str) -> Result<Option<PostId>> {
    Ok(posts::table
        .filter(posts::path.eq(path))
        .filter(not_trashed(posts::status))
        .select(posts::id)
        .get_result(connection)
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
pub async fn lock_name(connection: &mut AsyncPgConnection, name: &str) -> Result<()> {
    diesel::select(pg_advisory_xact_lock(NAMES, hashtext(name)))
        .execute(connection)
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
        _ => error.into(),
    }
}

pub async fn update_post(connection: &mut AsyncPgConnection, post: &StoredPost) -> Result<()> {
    diesel::update(posts::table.find(post.id))
        .set(post)
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
        .execute(connection)
        .await?;
    Ok(())
}

/// Makes these the post's authors, in this order.
pub async fn set_authors(
    connection: &mut AsyncPgConnection,
    post: Listing,
    authors: &[AuthorId],
) -> Result<()> {
    diesel::delete(post_authors::table.filter(post_authors::post_id.eq(post.post)))
        .execute(connection)
        .await?;
    insert_authors(connection, &[(post, authors)]).await
}

/// Makes these the post's tags, in this order.
pub async fn set_tags(
    connection: &mut AsyncPgConnection,
    post: Listing,
    tags: &[TagId],
) -> Result<()> {
    diesel::delete(post_tags::table.filter(post_tags::post_id.eq(post.post)))
        .execute(connection)
        .await?;
    insert_tags(connection, &[(post, tags)]).await
}

/// Links posts that have no links yet.
pub async fn link_new(connection: &mut AsyncPgConnection, posts: &[LinkedPost]) -> Result<()> {
    let authors = posts.iter().map(|it| (it.listing, it.authors.as_slice()));
    insert_authors(connection, &authors.collect::<Vec<_>>()).await?;
    let tags = posts.iter().map(|it| (it.listing, it.tags.as_slice()));
    insert_tags(connection, &tags.collect::<Vec<_>>()).await
}

/// How many rows a statement may bring: it has at most 65,535 parameters.
const ROWS: usize = 5000;

async fn insert_authors(
    connection: &mut AsyncPgConnection,
    posts: &[(Listing, &[AuthorId])],
) -> Result<()> {
    let rows = posts.iter().flat_map(|(post, authors)| {
        (0..).zip(*authors).map(|(position, author): (i32, _)| {
            (
                post_authors::post_id.eq(post.post),
                post_authors::author_id.eq(author),
                post_authors::position.eq(position),
                post_authors::status.eq(post.status),
                post_authors::listed_at.eq(post.listed_at),
                // Without a time: the column's default, `infinity`, which chrono cannot say.
                post.unpublish_at
                    .map(|end| post_authors::visible_until.eq(end)),
            )
        })
    });
    for rows in rows.collect::<Vec<_>>().chunks(ROWS) {
        diesel::insert_into(post_authors::table)
            .values(rows)
            .execute(connection)
            .await?;
    }
    Ok(())
}

async fn insert_tags(
    connection: &mut AsyncPgConnection,
    posts: &[(Listing, &[TagId])],
) -> Result<()> {
    let rows = posts.iter().flat_map(|(post, tags)| {
        (0..).zip(*tags).map(|(position, tag): (i32, _)| {
            (
                post_tags::post_id.eq(post.post),
                post_tags::tag_id.eq(tag),
                post_tags::position.eq(position),
                post_tags::status.eq(post.status),
                post_tags::listed_at.eq(post.listed_at),
                post.unpublish_at
                    .map(|end| post_tags::visible_until.eq(end)),
            )
        })
    });
    for rows in rows.collect::<Vec<_>>().chunks(ROWS) {
        diesel::insert_into(post_tags::table)
            .values(rows)
            .execute(connection)
            .await?;
    }
    Ok(())
}

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
