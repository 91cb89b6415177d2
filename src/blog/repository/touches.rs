//! What those who keep answers have to know of changes. Reads the log of changes, and of what stands in
//! it the rows as they are.

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, min};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Array, Bool, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::statuses::has_status;
use super::visible::{POST_AUTHORS, POST_TAGS, POSTS, visible};
use crate::blog::change_log::Number;
use crate::blog::model::PostStatus;
use crate::blog::policy::Visibility;
use crate::db::schema::{authors, content_changes, post_authors, post_tags, posts, tags};
use crate::error::Result;

/// A time, if there is one.
type Time = Option<DateTime<Utc>>;

/// A change, with what cannot be seen of it any more.
#[expect(
    clippy::struct_excessive_bools,
    reason = "the columns of a row, each a question of its own"
)]
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = content_changes)]
pub struct LoggedChange {
    pub subject_type: String,
    pub subject_id: Uuid,
    pub is_new: bool,
    pub is_gone: bool,
    pub was_published: bool,
    pub is_published: bool,
    pub is_live: bool,
    pub left_owners: Vec<Option<Uuid>>,
    pub is_relinked: bool,
    pub is_redated: bool,
    pub is_renamed: bool,
}

/// A post as it is.
#[derive(Clone, Debug, Queryable)]
pub struct PostState {
    pub id: Uuid,
    pub is_public: bool,
    pub listed_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub authors: Vec<Uuid>,
    pub tags: Vec<Uuid>,
    /// Those that lead to it.
    pub slugs: Vec<String>,
    /// Those that lead to it.
    pub paths: Vec<String>,
}

/// An author or a tag as it is.
#[derive(Clone, Debug, Queryable)]
pub struct OwnerState {
    pub id: Uuid,
    pub slug: String,
    /// Whether it has a public post that is not among those that were changed.
    pub has_others: bool,
}

/// Up to `most` changes after one.
pub async fn changes_after(
    connection: &mut AsyncPgConnection,
    after: Number,
    most: i64,
) -> Result<Vec<LoggedChange>> {
    Ok(content_changes::table
        .filter(content_changes::number.gt(after))
        .order_by(content_changes::number)
        .limit(most)
        .select(LoggedChange::as_select())
        .load(connection)
        .await?)
}

/// The posts that became public, or stopped to be, because it was their time: after `from`, up to
/// `until`.
pub async fn changed_by_time(
    connection: &mut AsyncPgConnection,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<Uuid>> {
    let is_published = || has_status(posts::status, PostStatus::Published);
    let begun = posts::table
        .filter(is_published())
        .filter(posts::listed_at.gt(from))
        .filter(posts::listed_at.le(until));
    let ended = posts::table
        .filter(is_published())
        .filter(posts::unpublish_at.gt(from))
        .filter(posts::unpublish_at.le(until));
    let ids = begun.select(posts::id).union(ended.select(posts::id));
    Ok(ids.load(connection).await?)
}

/// When the next post becomes public after `now` with nobody doing anything, and when the next one that is
/// published stops to be.
pub async fn next_by_time(
    connection: &mut AsyncPgConnection,
    now: DateTime<Utc>,
) -> Result<(Time, Time)> {
    let is_published = || has_status(posts::status, PostStatus::Published);
    let begins = posts::table
        .filter(is_published())
        .filter(posts::listed_at.gt(now))
        .select(min(posts::listed_at));
    let ends = posts::table
        .filter(is_published())
        .filter(posts::unpublish_at.gt(now))
        .select(min(posts::unpublish_at));
    let times = (begins.single_value(), ends.single_value());
    Ok(diesel::select(times).get_result(connection).await?)
}

/// The posts with these ids.
pub async fn posts(
    connection: &mut AsyncPgConnection,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<Vec<PostState>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(PostStates { ids, now }.load(connection).await?)
}

/// The authors with these ids, of whose public posts `changed` were changed.
pub async fn authors(
    connection: &mut AsyncPgConnection,
    ids: &[Uuid],
    changed: &[Uuid],
    now: DateTime<Utc>,
) -> Result<Vec<OwnerState>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let others = post_authors::table
        .filter(post_authors::author_id.eq(authors::id))
        .filter(visible(POST_AUTHORS, Visibility::Public(now)))
        .filter(post_authors::post_id.ne_all(changed));
    Ok(authors::table
        .filter(authors::id.eq_any(ids))
        .select((authors::id, authors::slug, exists(others)))
        .load(connection)
        .await?)
}

/// The tags with these ids, of whose public posts `changed` were changed.
pub async fn tags(
    connection: &mut AsyncPgConnection,
    ids: &[Uuid],
    changed: &[Uuid],
    now: DateTime<Utc>,
) -> Result<Vec<OwnerState>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let others = post_tags::table
        .filter(post_tags::tag_id.eq(tags::id))
        .filter(visible(POST_TAGS, Visibility::Public(now)))
        .filter(post_tags::post_id.ne_all(changed));
    Ok(tags::table
        .filter(tags::id.eq_any(ids))
        .select((tags::id, tags::slug, exists(others)))
        .load(connection)
        .await?)
}

/// Posts with what they belong to and are called by, in one statement.
struct PostStates<'a> {
    ids: &'a [Uuid],
    now: DateTime<Utc>,
}

impl QueryFragment<Pg> for PostStates<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT id, ");
        POSTS.walk_live(&self.now, out.reborrow())?;
        out.push_sql(
            ", listed_at, created_at, updated_at, \
             ARRAY(SELECT author_id FROM post_authors WHERE post_id = id), \
             ARRAY(SELECT tag_id FROM post_tags WHERE post_id = id), \
             ARRAY(SELECT former_slugs.slug FROM former_slugs WHERE post_id = id) || posts.slug, \
             ARRAY(SELECT redirects.path FROM redirects WHERE post_id = id) || posts.path \
             FROM posts WHERE id = ANY(",
        );
        out.push_bind_param::<Array<SqlUuid>, _>(self.ids)?;
        out.push_sql(")");
        Ok(())
    }
}

impl Query for PostStates<'_> {
    type SqlType = (
        SqlUuid,
        Bool,
        Timestamptz,
        Timestamptz,
        Timestamptz,
        Array<SqlUuid>,
        Array<SqlUuid>,
        Array<Text>,
        Array<Text>,
    );
}

impl QueryId for PostStates<'_> {
    type QueryId = PostStates<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}
