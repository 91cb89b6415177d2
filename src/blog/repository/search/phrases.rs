//! The pairs of neighbouring words of posts, by which phrases are found.
//!
//! They are written with the words, and if there are many put into their index later, a part at a time: that
//! takes as long as all else of a post, and nobody is to wait for it. Until then, who searches looks through them.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, Bool, Integer, SmallInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use uuid::Uuid;

use crate::blog::search::{Required, Row};
use crate::db::schema::post_bigrams;
use crate::error::{Error, Result};
use crate::ids::PostId;

/// Writes, in front of a query, which posts have what its phrases require: that tells most of those apart
/// that have all of the words. It is asked once, however many parts of the query want to know.
pub(super) fn walk_with<'b>(
    required: Option<&'b Required>,
    mut out: AstPass<'_, 'b, Pg>,
) -> QueryResult<()> {
    let Some(required) = required else {
        return Ok(());
    };
    out.push_sql("WITH phrases AS MATERIALIZED (SELECT post_id FROM post_bigrams WHERE is_indexed");
    walk_bigrams(required, out.reborrow())?;
    // And those that are to come into the index.
    out.push_sql(" UNION ALL SELECT post_id FROM post_bigrams WHERE NOT is_indexed");
    walk_bigrams(required, out.reborrow())?;
    out.push_sql(") ");
    Ok(())
}

/// From subselects, so that PostgreSQL does not guess how many have one.
fn walk_bigrams<'b>(required: &'b Required, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
    for set in required {
        out.push_sql(" AND bigrams && (SELECT ");
        out.push_bind_param::<Array<SmallInt>, _>(set)?;
        out.push_sql(")");
    }
    Ok(())
}

/// How many pairs wait in front of the index to be sorted into it in memory, as long as a transaction lasts: each
/// step down the index is for several of them. Searches read those that wait, so the last part leaves few.
const FOR_MANY_PAIRS: &str =
    "SET LOCAL gin_pending_list_limit = '16MB'; SET LOCAL work_mem = '64MB'";
const FOR_THE_LAST: &str = "SET LOCAL gin_pending_list_limit = '64kB'; SET LOCAL work_mem = '64MB'";

/// Puts up to `part` posts into the index that are not in it, in a transaction, and gives how many. Those that
/// another replica is at are passed over.
pub async fn index(connection: &mut AsyncPgConnection, part: u32) -> Result<usize> {
    let posts: Vec<Uuid> = post_bigrams::table
        .filter(diesel::dsl::not(post_bigrams::is_indexed))
        .limit(part.into())
        .select(post_bigrams::post_id)
        .for_update()
        .skip_locked()
        .load(connection)
        .await?;
    if posts.is_empty() {
        return Ok(0);
    }
    let is_last = posts.len() < part as usize;
    let settings = if is_last {
        FOR_THE_LAST
    } else {
        FOR_MANY_PAIRS
    };
    connection.batch_execute(settings).await?;
    let rows = post_bigrams::table.filter(post_bigrams::post_id.eq_any(posts));
    let indexed = diesel::update(rows).set(post_bigrams::is_indexed.eq(true));
    Ok(indexed.execute(connection).await?)
}

/// Stores the pairs of posts that have none.
pub async fn insert(
    connection: &mut AsyncPgConnection,
    rows: &[(PostId, &str, Row)],
) -> Result<()> {
    let mut insert = Insert {
        posts: rows.iter().map(|(post, ..)| post.0).collect(),
        bigrams: Vec::with_capacity(rows.iter().map(|(.., row)| row.bigrams.len()).sum()),
        firsts: Vec::with_capacity(rows.len()),
        lasts: Vec::with_capacity(rows.len()),
    };
    let place = |count: usize| i32::try_from(count).map_err(Error::internal);
    for (.., row) in rows {
        insert.firsts.push(place(insert.bigrams.len() + 1)?);
        insert.bigrams.extend_from_slice(&row.bigrams);
        insert.lasts.push(place(insert.bigrams.len())?);
    }
    insert.execute(connection).await?;
    Ok(())
}

struct Insert {
    posts: Vec<Uuid>,
    /// Those of all posts, one after the other.
    bigrams: Vec<i16>,
    /// Which of them are a post's, counted from 1.
    firsts: Vec<i32>,
    lasts: Vec<i32>,
}

impl QueryFragment<Pg> for Insert {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("INSERT INTO post_bigrams (post_id, bigrams) SELECT post_id, (");
        out.push_bind_param::<Array<SmallInt>, _>(&self.bigrams)?;
        out.push_sql(")[first:last] FROM unnest(");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.posts)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Integer>, _>(&self.firsts)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Integer>, _>(&self.lasts)?;
        out.push_sql(") AS filled (post_id, first, last)");
        Ok(())
    }
}

impl QueryId for Insert {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> diesel::query_dsl::RunQueryDsl<C> for Insert {}

/// Of so many pairs a post is put into the index when it is written: to come back to it costs more.
const FEW: usize = 100;

/// Stores the pairs of one post, whether or not it has some.
pub(super) struct Fill<'q> {
    post: PostId,
    bigrams: &'q [i16],
    is_indexed: bool,
}

impl<'q> Fill<'q> {
    pub(super) fn new(post: PostId, bigrams: &'q [i16]) -> Self {
        let is_indexed = bigrams.len() <= FEW;
        Self {
            post,
            bigrams,
            is_indexed,
        }
    }
}

impl QueryFragment<Pg> for Fill<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("INSERT INTO post_bigrams (post_id, bigrams, is_indexed) VALUES (");
        out.push_bind_param::<SqlUuid, _>(&self.post)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<SmallInt>, _>(&self.bigrams)?;
        out.push_sql(", ");
        out.push_bind_param::<Bool, _>(&self.is_indexed)?;
        out.push_sql(
            ") ON CONFLICT ON CONSTRAINT post_bigrams_pkey \
             DO UPDATE SET bigrams = excluded.bigrams, is_indexed = excluded.is_indexed",
        );
        Ok(())
    }
}
