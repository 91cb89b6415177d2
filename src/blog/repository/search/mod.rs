//! Posts that a search finds.
//!
//! Start at [`list`]. `tier.rs` reads the hits of one tier, `matching.rs` asks for what a hit has, `filter.rs`
//! says which posts it may be, `page.rs` joins the posts of a page.
//! `rows.rs` fills the index with many posts at once, `phrases.rs` with the pairs of their words.

mod filter;
mod matching;
mod page;
pub mod phrases;
pub mod rows;
mod tier;

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use self::filter::Filter;
use self::matching::{By, walk_asked};
use self::page::{Hits, OneAfterTheOther};
use self::tier::{Source, TierHits};
use super::feeds::Conditions;
use super::posts::columns;
use crate::blog::model::{Post, PostColumns};
use crate::blog::policy::Visibility;
use crate::blog::search::{InLanguage, Queries, Search, Tier};
use crate::db::sql::LimitDsl;
use crate::error::Result;
use crate::page::{PageRequest, Position, SortKey};

/// A post that was found, how well it matches and, if that was asked for, the words in it that do.
pub type Hit = (Post, f32, Option<Vec<String>>);

/// A page of what a search finds, the best first; with the words that were found in the texts
/// if `matches` says so.
pub async fn list(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    search: &Search,
    conditions: &Conditions,
    page: &PageRequest,
    (parts, matches): (PostColumns, bool),
) -> Result<Vec<Hit>> {
    let queries = queries(connection, search).await?;
    let filter = Filter::new(visibility, conditions);
    let mut tiers = Vec::new();
    let mut wanted: Vec<_> = queries.tiers.iter().collect();
    wanted.retain(|(tier, _)| is_wanted(*tier, page));
    if page.from_end {
        wanted.reverse();
    }
    let is_by_words = queries.bigrams.is_none() && !queries.has_places();
    for (index, wanted) in wanted.into_iter().enumerate() {
        let hits = |source| TierHits::new(wanted, &queries.in_title, source, &filter, page);
        // A frequent word fills a page within a few posts, however many more have it.
        let is_frequent = index == 0 && wanted.0 != Tier::Title && is_by_words;
        if wanted.0 == Tier::Text || is_frequent {
            let rows = walked(page, &queries);
            tiers.extend([hits(Source::Walk(rows)), hits(Source::Beyond(rows))]);
        } else {
            tiers.push(hits(Source::Index));
        }
    }
    if tiers.is_empty() {
        return Ok(Vec::new());
    }
    let tiers = tiers.into_iter();
    let tiers = tiers.map(|hits| hits.limit_at_least(page.rows()));
    let query = Hits {
        phrases: queries.bigrams.as_ref(),
        columns: columns(parts),
        any: matches.then_some(&*search.any),
        page: OneAfterTheOther(tiers.collect()).limit_at_least(page.rows()),
        from_end: page.from_end,
    };
    Ok(query.load(connection).await?)
}

/// How many posts a search finds.
pub async fn count(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    search: &Search,
    conditions: &Conditions,
) -> Result<i64> {
    let queries = queries(connection, search).await?;
    if queries.all.is_empty() {
        return Ok(0);
    }
    let filter = Filter::new(visibility, conditions);
    let count = Count { queries, filter };
    Ok(count.get_result(connection).await?)
}

/// What to ask the index.
async fn queries(connection: &mut AsyncPgConnection, search: &Search) -> Result<Queries> {
    let rows: Vec<(String, String, Vec<String>)> = InLanguages(search).load(connection).await?;
    let languages = rows
        .into_iter()
        .map(|(language, matching, terms)| InLanguage {
            language,
            matching,
            terms,
        });
    Ok(Queries::new(&languages.collect::<Vec<_>>()))
}

/// Whether a page may hold posts of a tier.
fn is_wanted(tier: Tier, page: &PageRequest) -> bool {
    let rank = |position: &Option<Position>| match position.as_ref().map(|it| &it.key) {
        Some(SortKey::Rank(rank)) => Some(*rank),
        _ => None,
    };
    rank(&page.after).is_none_or(|rank| tier.rank() <= rank)
        && rank(&page.before).is_none_or(|rank| tier.highest() >= rank)
}

/// How many posts to look at, one after the other, before the indexes are asked for all that match. A
/// look at one costs a few microseconds. The index answers in less than 50 ms where these are not
/// enough; but of phrases, those that it finds are looked at each, and without bigrams every post with
/// their words.
fn walked(page: &PageRequest, queries: &Queries) -> u32 {
    const EACH: u32 = 10;
    const FOR_PHRASES: u32 = 1000;
    const WITHOUT_BIGRAMS: u32 = 4000;
    if queries.has_places() {
        WITHOUT_BIGRAMS
    } else if queries.all.words.is_empty() {
        FOR_PHRASES
    } else {
        // In few sizes, as limits have.
        page.rows().next_multiple_of(25) * EACH
    }
}

/// A search in the words of each language that there are posts in.
struct InLanguages<'q>(&'q Search);

impl QueryFragment<Pg> for InLanguages<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT language, matching, term_queries FROM search_queries(");
        out.push_bind_param::<Text, _>(&self.0.matching)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.0.terms)?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryId for InLanguages<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for InLanguages<'_> {
    type SqlType = (Text, Text, Array<Text>);
}

/// The number of what is found.
struct Count<'q> {
    queries: Queries,
    filter: Filter<'q>,
}

impl QueryFragment<Pg> for Count<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        phrases::walk_with(self.queries.bigrams.as_ref(), out.reborrow())?;
        out.push_sql("SELECT count(*) FROM post_search WHERE ");
        walk_asked(&self.queries.all, By::Index, out.reborrow())?;
        self.filter.walk_ast(out.reborrow())
    }
}

impl QueryId for Count<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Count<'_> {
    type SqlType = BigInt;
}
