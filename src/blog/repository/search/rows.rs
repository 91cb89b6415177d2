//! Filling the rows of posts by hand: those of many at once, or one together with its post, where the
//! trigger would do each by itself.

use std::io::Write;

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Array, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::phrases;
use crate::blog::repository::links::Listing;
use crate::blog::search::{Row, Stem, Stems, hash};
use crate::db::schema::sql_types::{self, Tsvector};
use crate::error::Result;
use crate::ids::PostId;

diesel::define_sql_function! {
    /// Sets a parameter, until the end of the transaction if `is_local`.
    fn set_config(name: Text, value: Text, is_local: diesel::sql_types::Bool) -> Text;
}

diesel::define_sql_function! {
    fn gin_clean_pending_list(index: diesel::sql_types::Oid) -> diesel::sql_types::BigInt;
}

diesel::define_sql_function! {
    fn to_regclass(name: Text) -> diesel::sql_types::Oid;
}

/// Moves words to their places in the index, which else a vacuum does: until then each search reads
/// them one after the other. Only the index's owner may.
pub async fn settle(connection: &mut AsyncPgConnection) -> Result<()> {
    diesel::select(gin_clean_pending_list(to_regclass("post_search_by_words")))
        .execute(connection)
        .await?;
    Ok(())
}

/// What the trigger that fills the rows of posts asks for whether it is to.
const FILLS: &str = "imprenta.fills_search";

/// Keeps the trigger from filling the rows of posts, or lets it, until the end of the transaction.
pub async fn fill_by_hand(connection: &mut AsyncPgConnection, by_hand: bool) -> Result<()> {
    let value = if by_hand { "on" } else { "off" };
    diesel::select(set_config(FILLS, value, true))
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps the trigger from filling the row of one post: triggers run at the end of a statement, so this
/// may be part of the one that writes the post.
pub fn is_filled(post: PostId) -> impl QueryFragment<Pg> + Send {
    diesel::select(set_config(FILLS, post.0.to_string(), true))
}

/// What PostgreSQL makes of each of these words in a language, in their order.
pub async fn stems(
    connection: &mut AsyncPgConnection,
    language: &str,
    words: &[&str],
) -> Result<Vec<Stems>> {
    let rows: Vec<(Vec<String>, Vec<i32>, i32)> =
        OfWords { language, words }.load(connection).await?;
    let stems = rows.into_iter().map(|(stems, places, length)| {
        let stems = stems.into_iter().zip(places).map(|(text, place)| Stem {
            hash: hash(&text),
            place: place.unsigned_abs(),
            text,
        });
        Stems {
            stems: stems.collect(),
            places: length.unsigned_abs(),
        }
    });
    Ok(stems.collect())
}

/// Fills the rows of posts that have none, each with its language.
pub async fn insert(
    connection: &mut AsyncPgConnection,
    rows: &[(PostId, &str, Row)],
) -> Result<()> {
    Insert {
        posts: rows.iter().map(|(post, ..)| post.0).collect(),
        languages: rows.iter().map(|(_, language, _)| *language).collect(),
        titles: rows.iter().map(|(.., row)| Vector(&row.title)).collect(),
        words: rows.iter().map(|(.., row)| Vector(&row.words)).collect(),
    }
    .execute(connection)
    .await?;
    Ok(())
}

struct OfWords<'q> {
    language: &'q str,
    words: &'q [&'q str],
}

impl QueryFragment<Pg> for OfWords<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT stems, places, length FROM search_stems_of_words(");
        out.push_bind_param::<Text, _>(self.language)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(self.words)?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryId for OfWords<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for OfWords<'_> {
    type SqlType = (Array<Text>, Array<Integer>, Integer);
}

/// What a row repeats of its post is read from there.
struct Insert<'q> {
    posts: Vec<Uuid>,
    languages: Vec<&'q str>,
    titles: Vec<Vector<'q>>,
    words: Vec<Vector<'q>>,
}

impl QueryFragment<Pg> for Insert<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO post_search (post_id, status, listed_at, visible_until, language, title, words) \
             SELECT posts.id, posts.status, posts.listed_at, posts.visible_until, \
             filled.language, filled.title, filled.words FROM unnest(",
        );
        out.push_bind_param::<Array<SqlUuid>, _>(&self.posts)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.languages)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Tsvector>, _>(&self.titles)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Tsvector>, _>(&self.words)?;
        out.push_sql(
            ") AS filled (post_id, language, title, words) JOIN posts ON posts.id = filled.post_id",
        );
        Ok(())
    }
}

impl QueryId for Insert<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> diesel::query_dsl::RunQueryDsl<C> for Insert<'_> {}

/// A `tsvector` in PostgreSQL's binary form.
#[derive(Clone, Copy, Debug)]
struct Vector<'q>(&'q [u8]);

impl ToSql<Tsvector, Pg> for Vector<'_> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0)?;
        Ok(IsNull::No)
    }
}

/// Fills the row of one post, whether or not it has one.
pub struct Fill<'q> {
    /// What the row repeats of its post.
    post: Listing,
    language: &'static str,
    title: Vector<'q>,
    words: Vector<'q>,
    bigrams: &'q [i16],
}

impl<'q> Fill<'q> {
    /// With these words in a language.
    pub fn new(post: Listing, language: &'static str, row: &'q Row) -> Self {
        Self {
            post,
            language,
            title: Vector(&row.title),
            words: Vector(&row.words),
            bigrams: &row.bigrams,
        }
    }

    /// What belongs to it: the pairs of its words.
    pub fn bigrams(&self) -> impl QueryFragment<Pg> + Send + use<'q> {
        phrases::Fill::new(self.post.post, self.bigrams)
    }
}

impl QueryFragment<Pg> for Fill<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO post_search (post_id, status, listed_at, visible_until, language, title, words) \
             VALUES (",
        );
        out.push_bind_param::<SqlUuid, _>(&self.post.post)?;
        out.push_sql(", ");
        out.push_bind_param::<sql_types::PostStatus, _>(&self.post.status)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamptz, _>(&self.post.listed_at)?;
        out.push_sql(", coalesce(");
        out.push_bind_param::<Nullable<Timestamptz>, _>(&self.post.unpublish_at)?;
        out.push_sql(", 'infinity'), ");
        out.push_bind_param::<Text, _>(self.language)?;
        out.push_sql(", ");
        out.push_bind_param::<Tsvector, _>(&self.title)?;
        out.push_sql(", ");
        out.push_bind_param::<Tsvector, _>(&self.words)?;
        out.push_sql(
            ") ON CONFLICT ON CONSTRAINT post_search_pkey DO UPDATE \
             SET language = excluded.language, title = excluded.title, words = excluded.words",
        );
        Ok(())
    }
}
