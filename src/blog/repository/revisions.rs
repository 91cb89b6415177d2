//! Revisions and their texts. Whoever reads them has asked the policy for the post.

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::db::schema::{post_authors, post_contents, post_revisions, posts};
use crate::db::sql::{CurrentKey, LimitDsl, PerKey, Together};
use crate::error::Result;
use crate::ids::{AuthorId, PostId, UserId};
use crate::page::PageRequest;

/// A revision as it is stored.
#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = post_revisions, treat_none_as_default_value = false)]
pub struct RevisionRow {
    pub post_id: PostId,
    pub number: i32,
    pub editor_id: Option<UserId>,
    pub created_at: DateTime<Utc>,
    pub note: Option<String>,
    pub snapshot: String,
    pub content_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

/// The revision of a post with this number, and its text.
pub async fn find(
    connection: &mut AsyncPgConnection,
    post: PostId,
    number: i32,
) -> Result<Option<(RevisionRow, String)>> {
    Ok(post_revisions::table
        .inner_join(post_contents::table.on(is_text_of_revision()))
        .filter(post_revisions::post_id.eq(post))
        .filter(post_revisions::number.eq(number))
        .select((RevisionRow::as_select(), post_contents::content))
        .get_result(connection)
        .await
        .optional()?)
}

/// The newest revision of a post, and its text.
pub async fn newest(
    mut connection: &AsyncPgConnection,
    post: PostId,
) -> Result<Option<(RevisionRow, String)>> {
    Ok(post_revisions::table
        .inner_join(post_contents::table.on(is_text_of_revision()))
        .filter(post_revisions::post_id.eq(post))
        .order_by(post_revisions::number.desc())
        .select((RevisionRow::as_select(), post_contents::content))
        .limit_at_least(1)
        .get_result(&mut connection)
        .await
        .optional()?)
}

type IsTextOfRevision = diesel::dsl::And<
    diesel::dsl::Eq<post_contents::post_id, post_revisions::post_id>,
    diesel::dsl::Eq<post_contents::hash, post_revisions::content_hash>,
>;

fn is_text_of_revision() -> IsTextOfRevision {
    let of_post = post_contents::post_id.eq(post_revisions::post_id);
    of_post.and(post_contents::hash.eq(post_revisions::content_hash))
}

/// The revisions with these numbers, each of its post, in no order.
pub async fn by_numbers(
    connection: &mut AsyncPgConnection,
    numbers: &[(PostId, i32)],
) -> Result<Vec<RevisionRow>> {
    let (posts, wanted): (Vec<PostId>, Vec<i32>) = numbers.iter().copied().unzip();
    let mut found: Vec<RevisionRow> = post_revisions::table
        .filter(post_revisions::post_id.eq_any(posts))
        .filter(post_revisions::number.eq_any(wanted))
        .select(RevisionRow::as_select())
        .load(connection)
        .await?;
    found.retain(|row| numbers.contains(&(row.post_id, row.number)));
    Ok(found)
}

/// The hash of the last revision before this number.
pub async fn hash_before(
    connection: &mut AsyncPgConnection,
    post: PostId,
    number: i32,
) -> Result<Option<Vec<u8>>> {
    Ok(post_revisions::table
        .filter(post_revisions::post_id.eq(post))
        .filter(post_revisions::number.lt(number))
        .order_by(post_revisions::number.desc())
        .select(post_revisions::hash)
        .first(connection)
        .await
        .optional()?)
}

/// A page of the revisions of each post, the newest first; only those with numbers between the two.
pub async fn list_by_posts(
    connection: &mut AsyncPgConnection,
    posts: &[PostId],
    page: &PageRequest,
    (below, above): (Option<i32>, Option<i32>),
) -> Result<Vec<(Uuid, RevisionRow)>> {
    let mut query = post_revisions::table
        .filter(post_revisions::post_id.eq(CurrentKey))
        .select(RevisionRow::as_select())
        .into_boxed();
    if let Some(below) = below {
        query = query.filter(post_revisions::number.lt(below));
    }
    if let Some(above) = above {
        query = query.filter(post_revisions::number.gt(above));
    }
    let query = if page.from_end {
        query.order_by(post_revisions::number.asc())
    } else {
        query.order_by(post_revisions::number.desc())
    };
    let keys = posts.iter().map(|id| id.0).collect();
    let query = query.limit_at_least(page.rows());
    Ok(PerKey::new(keys, query).load(connection).await?)
}

/// How many revisions each post has; those without any are left out.
pub async fn count_by_posts(
    connection: &mut AsyncPgConnection,
    posts: &[PostId],
) -> Result<Vec<(PostId, i64)>> {
    Ok(post_revisions::table
        .filter(post_revisions::post_id.eq_any(posts))
        .group_by(post_revisions::post_id)
        .select((post_revisions::post_id, count_star()))
        .load(connection)
        .await?)
}

/// The working drafts of those posts that have one.
pub async fn drafts(
    connection: &mut AsyncPgConnection,
    ids: &[PostId],
) -> Result<Vec<RevisionRow>> {
    let is_draft = post_revisions::post_id
        .eq(posts::id)
        .and(posts::draft_version.eq(post_revisions::number.nullable()));
    Ok(posts::table
        .inner_join(post_revisions::table.on(is_draft))
        .filter(posts::id.eq_any(ids))
        .select(RevisionRow::as_select())
        .load(connection)
        .await?)
}

/// The texts of revisions, each with its post and the revision's number.
pub async fn contents(
    connection: &mut AsyncPgConnection,
    revisions: &[(PostId, i32)],
) -> Result<Vec<((PostId, i32), String)>> {
    let (ids, numbers): (Vec<PostId>, Vec<i32>) = revisions.iter().copied().unzip();
    let mut found: Vec<((PostId, i32), String)> = post_revisions::table
        .inner_join(post_contents::table.on(is_text_of_revision()))
        .filter(post_revisions::post_id.eq_any(ids))
        .filter(post_revisions::number.eq_any(numbers))
        .select((
            (post_revisions::post_id, post_revisions::number),
            post_contents::content,
        ))
        .load(connection)
        .await?;
    found.retain(|(revision, _)| revisions.contains(revision));
    Ok(found)
}

/// Of these posts, those that have this author.
pub async fn by_author(
    connection: &mut AsyncPgConnection,
    posts: &[PostId],
    author: AuthorId,
) -> Result<Vec<PostId>> {
    Ok(post_authors::table
        .filter(post_authors::post_id.eq_any(posts))
        .filter(post_authors::author_id.eq(author))
        .select(post_authors::post_id)
        .load(connection)
        .await?)
}

/// Adds first revisions, each with its text.
pub async fn insert_all(
    connection: &mut AsyncPgConnection,
    rows: &[(RevisionRow, &str)],
) -> Result<()> {
    let contents = rows.iter().map(|(row, content)| {
        (
            post_contents::post_id.eq(row.post_id),
            post_contents::hash.eq(&row.content_hash),
            post_contents::content.eq(*content),
        )
    });
    diesel::insert_into(post_contents::table)
        .values(contents.collect::<Vec<_>>())
        .execute(connection)
        .await?;
    let revisions: Vec<_> = rows.iter().map(|(row, _)| row).collect();
    diesel::insert_into(post_revisions::table)
        .values(revisions)
        .execute(connection)
        .await?;
    Ok(())
}

/// Adds a revision, and its text unless the post has that already.
pub async fn insert(
    mut connection: &AsyncPgConnection,
    row: &RevisionRow,
    content: &str,
) -> Result<()> {
    Together::default()
        .and(new_content(row, content))
        .and(new_revision(row))
        .execute(&mut connection)
        .await?;
    Ok(())
}

/// Adds the text of a revision, unless the post has it already.
pub fn new_content<'q>(
    row: &'q RevisionRow,
    content: &'q str,
) -> impl QueryFragment<Pg> + Send + 'q {
    diesel::insert_into(post_contents::table)
        .values((
            post_contents::post_id.eq(row.post_id),
            post_contents::hash.eq(&row.content_hash),
            post_contents::content.eq(content),
        ))
        .on_conflict_do_nothing()
}

/// Adds a revision, in one statement with its text.
pub fn new_revision(row: &RevisionRow) -> impl QueryFragment<Pg> + Send {
    diesel::insert_into(post_revisions::table).values(row)
}

/// Whether the working draft of any post names this author.
pub async fn is_author_of_a_draft(
    connection: &mut AsyncPgConnection,
    author: Uuid,
) -> Result<bool> {
    let drafts: Vec<String> = posts::table
        .inner_join(
            post_revisions::table.on(post_revisions::post_id
                .eq(posts::id)
                .and(posts::draft_version.eq(post_revisions::number.nullable()))),
        )
        .filter(posts::draft_version.is_not_null())
        .filter(post_revisions::snapshot.like(format!("%{author}%")))
        .select(post_revisions::snapshot)
        .load(connection)
        .await?;
    Ok(!drafts.is_empty())
}
