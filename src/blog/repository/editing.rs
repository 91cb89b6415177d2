//! What is written when posts are edited.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::TryFutureExt;

use super::posts::columns;
use super::revisions::{self, RevisionRow};
use super::search::rows::{self, Fill};
use super::writes::{Described, taken};
use crate::blog::model::{Post, PostColumns, PostStatus};
use crate::db::both;
use crate::db::schema::{former_slugs, post_authors, post_tags, posts, redirects};
use crate::db::sql::{KeepPreparedDsl, Together};
use crate::error::{Error, Result};
use crate::ids::{AuthorId, PostId, TagId};

/// What readers see of a post, and which version that is.
#[derive(Clone, Debug, AsChangeset)]
#[diesel(table_name = posts, treat_none_as_null = true)]
pub struct LiveCopy {
    pub slug: String,
    pub path: String,
    pub title: String,
    pub content: String,
    pub excerpt: String,
    pub word_count: i32,
    pub front_matter: serde_json::Value,
    #[diesel(embed)]
    pub described: Described,
    pub version: i32,
    pub draft_version: Option<i32>,
    pub updated_at: DateTime<Utc>,
}

impl LiveCopy {
    /// Whether searches find it by other words than the post.
    pub fn has_other_words(&self, post: &Post) -> bool {
        self.title != post.title
            || self.described.locale != post.locale
            || post.excerpt.as_ref() != Some(&self.excerpt)
            || post.content.as_ref() != Some(&self.content)
    }

    /// The post with it.
    pub fn of(self, post: &Post) -> Post {
        let described = self.described;
        Post {
            slug: self.slug,
            path: self.path,
            title: self.title,
            updated_at: self.updated_at,
            version: self.version,
            draft_version: self.draft_version,
            word_count: self.word_count,
            locale: described.locale,
            meta_title: described.meta_title,
            meta_description: described.meta_description,
            canonical_url: described.canonical_url,
            excerpt: Some(self.excerpt),
            content: Some(self.content),
            front_matter: Some(self.front_matter),
            faq: Some(described.faq),
            authors: None,
            tags: None,
            ..*post
        }
    }
}

/// Where a post stands in its life.
#[derive(Clone, Copy, Debug, AsChangeset)]
#[diesel(table_name = posts, treat_none_as_null = true)]
pub struct Standing {
    pub status: PostStatus,
    pub published_at: Option<DateTime<Utc>>,
    /// Since when it was public before another time was planned.
    pub former_published_at: Option<DateTime<Utc>>,
    pub unpublish_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
}

/// The post with this id, whoever may see it, locked until the end of the transaction; and since when it was
/// public before another time was planned.
pub async fn lock(
    mut connection: &AsyncPgConnection,
    post: PostId,
) -> Result<Option<(Post, Option<DateTime<Utc>>)>> {
    Ok(posts::table
        .find(post)
        .select((columns(PostColumns::ALL), posts::former_published_at))
        .for_update()
        .get_result(&mut connection)
        .await
        .optional()?)
}

/// Locks posts until the end of the transaction, in the order of their ids.
pub async fn lock_all(connection: &mut AsyncPgConnection, ids: &[PostId]) -> Result<()> {
    posts::table
        .filter(posts::id.eq_any(ids))
        .order_by(posts::id)
        .select(posts::id)
        .for_update()
        .load::<PostId>(connection)
        .await?;
    Ok(())
}

/// The ids of a post's authors and tags, in their orders.
pub async fn links(
    connection: &AsyncPgConnection,
    post: PostId,
) -> Result<(Vec<AuthorId>, Vec<TagId>)> {
    let (mut first, mut second) = (connection, connection);
    let authors = post_authors::table
        .filter(post_authors::post_id.eq(post))
        .order_by(post_authors::position)
        .select(post_authors::author_id)
        .load(&mut first)
        .map_err(Error::from);
    let tags = post_tags::table
        .filter(post_tags::post_id.eq(post))
        .order_by(post_tags::position)
        .select(post_tags::tag_id)
        .load(&mut second)
        .map_err(Error::from);
    both(authors, tags).await
}

/// Adds a revision that readers do not see yet.
pub async fn save_draft(
    mut connection: &AsyncPgConnection,
    (revision, content): (&RevisionRow, &str),
) -> Result<()> {
    let draft_version = posts::draft_version.eq(revision.number);
    Together::default()
        .and(revisions::new_content(revision, content))
        .and(revisions::new_revision(revision))
        .and(diesel::update(posts::table.find(revision.post_id)).set(draft_version))
        .execute(&mut connection)
        .await?;
    Ok(())
}

/// Changes what readers see; adds the revision that they see with it if it is new, and fills the row by
/// which searches find it if its words are others.
pub async fn set_live_copy(
    mut connection: &AsyncPgConnection,
    post: PostId,
    copy: &LiveCopy,
    revision: Option<&RevisionRow>,
    words: Option<Fill<'_>>,
) -> Result<()> {
    let mut all = Together::default();
    if let Some(revision) = revision {
        all = all
            .and(revisions::new_content(revision, &copy.content))
            .and(revisions::new_revision(revision));
    }
    all = all.and(diesel::update(posts::table.find(post)).set(copy));
    if let Some(words) = words {
        all = all.and(words.bigrams()).and(words);
        all = all.and(rows::is_filled(post));
    }
    all.execute(&mut connection).await.map_err(taken)?;
    Ok(())
}

/// Changes which revision is being worked on.
pub async fn set_draft_version(
    connection: &mut AsyncPgConnection,
    post: PostId,
    number: Option<i32>,
) -> Result<()> {
    diesel::update(posts::table.find(post))
        .set(posts::draft_version.eq(number))
        .keep_prepared()
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives the live copy, which stays as it is, another number, and ends the working draft.
pub async fn set_version(
    connection: &mut AsyncPgConnection,
    post: PostId,
    number: i32,
) -> Result<()> {
    diesel::update(posts::table.find(post))
        .set((
            posts::version.eq(number),
            posts::draft_version.eq(None::<i32>),
        ))
        .keep_prepared()
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives a post other names.
pub async fn set_names(
    connection: &mut AsyncPgConnection,
    post: PostId,
    (slug, path): (&str, &str),
) -> Result<()> {
    diesel::update(posts::table.find(post))
        .set((posts::slug.eq(slug), posts::path.eq(path)))
        .keep_prepared()
        .execute(connection)
        .await
        .map_err(taken)?;
    Ok(())
}

/// Changes where a post stands in its life.
pub async fn set_standing(
    connection: &mut AsyncPgConnection,
    post: PostId,
    standing: &Standing,
) -> Result<()> {
    diesel::update(posts::table.find(post))
        .set(standing)
        .keep_prepared()
        .execute(connection)
        .await
        .map_err(taken)?;
    Ok(())
}

/// Removes a post and all that belongs to it.
pub async fn delete(connection: &mut AsyncPgConnection, post: PostId) -> Result<()> {
    diesel::delete(posts::table.find(post))
        .execute(connection)
        .await?;
    Ok(())
}

/// Lets a path that a post had before lead to it.
pub async fn keep_path(
    connection: &mut AsyncPgConnection,
    post: PostId,
    path: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let owner = (redirects::post_id.eq(post), redirects::created_at.eq(now));
    diesel::insert_into(redirects::table)
        .values((redirects::path.eq(path), owner))
        .on_conflict(redirects::path)
        .do_update()
        .set(owner)
        .keep_prepared()
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets that a post had this slug and this path before: it has them again.
pub async fn forget_former(
    connection: &mut AsyncPgConnection,
    post: PostId,
    (slug, path): (&str, &str),
) -> Result<()> {
    diesel::delete(former_slugs::table.find(slug))
        .filter(former_slugs::post_id.eq(post))
        .execute(connection)
        .await?;
    diesel::delete(redirects::table.find(path))
        .filter(redirects::post_id.eq(post))
        .execute(connection)
        .await?;
    Ok(())
}
