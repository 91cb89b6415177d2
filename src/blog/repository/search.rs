//! Posts that a search finds.

use diesel::dsl::count_star;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, Bool, Float, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::feeds::Conditions;
use super::posts::{Columns, columns};
use super::statuses::{in_statuses, not_trashed};
use super::visible::{POST_SEARCH, visible};
use crate::blog::model::{Post, PostColumns};
use crate::blog::policy::Visibility;
use crate::blog::search::{MAX_TEXT, Search};
use crate::db::schema::post_search;
use crate::db::sql::{Keyset, LimitDsl, Side};
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
    let position = |position: &Option<Position>| match position.as_ref().map(|it| &it.key) {
        Some(SortKey::Rank(rank)) => Some(*rank),
        _ => None,
    };
    // What a page after one without a rank has to look at, and one before one with a rank.
    let wanted = [
        (
            Part::Ranked,
            position(&page.after).is_none_or(|rank| rank > 0.0),
        ),
        (
            Part::Rest,
            position(&page.before).is_none_or(|rank| rank <= 0.0),
        ),
    ];
    let mut parts_of_list: Vec<_> = wanted
        .into_iter()
        .filter(|(_, is_wanted)| *is_wanted)
        .map(|(part, _)| {
            let rank = Rank((part == Part::Ranked).then_some(&*search.any));
            let hits = found(visibility, search, part, conditions);
            let hits = Best::of(hits.select((post_search::post_id, rank)), page);
            hits.limit_at_least(page.size + 1)
        })
        .collect();
    if page.from_end {
        parts_of_list.reverse();
    }
    if parts_of_list.is_empty() {
        return Ok(Vec::new());
    }
    let query = Hits {
        columns: columns(parts),
        any: matches.then_some(&*search.any),
        page: OneAfterTheOther(parts_of_list).limit_at_least(page.size + 1),
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
    let query = found(visibility, search, Part::All, conditions).select(count_star());
    Ok(query.get_result(connection).await?)
}

/// A part of what a search finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Everything.
    All,
    /// Posts with one of the words in what they are ranked by: few, where the words are frequent.
    Ranked,
    /// The others, which all have the rank 0.
    Rest,
}

/// What a search finds.
fn found<'q>(
    visibility: Visibility,
    search: &'q Search,
    part: Part,
    conditions: &Conditions,
) -> post_search::BoxedQuery<'q, Pg> {
    let mut query = post_search::table
        .filter(Condition::Matches(search, part))
        .filter(visible(POST_SEARCH, visibility))
        .into_boxed();
    if let Some(statuses) = conditions.status.clone() {
        query = query.filter(in_statuses(post_search::status, statuses));
    } else if !matches!(visibility, Visibility::Public(_)) {
        query = query.filter(not_trashed(post_search::status));
    }
    if let Some(author) = conditions.author {
        query = query.filter(Condition::HasAuthor(author.0));
    }
    if let Some(tag) = conditions.tag {
        query = query.filter(Condition::HasTag(tag.0));
    }
    if let Some(from) = conditions.listed_from {
        query = query.filter(post_search::listed_at.ge(from));
    }
    if let Some(until) = conditions.listed_until {
        query = query.filter(post_search::listed_at.lt(until));
    }
    query
}

/// A condition on a row of `post_search`.
#[derive(Clone, Copy, Debug)]
enum Condition<'q> {
    /// The query is made by a subselect. So PostgreSQL does not guess how often its words occur, and
    /// takes the index: for a frequent word it would read every row, and with it the words, at a
    /// price that it does not know.
    Matches(&'q Search, Part),
    /// `IS TRUE` makes a set of this, which each hit is looked up in: as a join, PostgreSQL might
    /// look for a link of each of many thousand hits.
    HasAuthor(Uuid),
    /// The same.
    HasTag(Uuid),
}

impl QueryFragment<Pg> for Condition<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match self {
            Self::Matches(search, part) => {
                out.push_sql("post_search.words @@ (SELECT search_query(");
                out.push_bind_param::<Text, _>(&search.matching)?;
                out.push_sql(", ");
                out.push_bind_param::<Text, _>(&search.any)?;
                out.push_sql(match part {
                    Part::All => ", NULL))",
                    Part::Ranked => ", TRUE))",
                    Part::Rest => ", FALSE))",
                });
            }
            Self::HasAuthor(author) => {
                out.push_sql(
                    "(post_search.post_id IN (SELECT post_id FROM post_authors WHERE author_id = ",
                );
                out.push_bind_param::<SqlUuid, _>(author)?;
                out.push_sql(")) IS TRUE");
            }
            Self::HasTag(tag) => {
                out.push_sql(
                    "(post_search.post_id IN (SELECT post_id FROM post_tags WHERE tag_id = ",
                );
                out.push_bind_param::<SqlUuid, _>(tag)?;
                out.push_sql(")) IS TRUE");
            }
        }
        Ok(())
    }
}

impl Expression for Condition<'_> {
    type SqlType = Bool;
}

impl QueryId for Condition<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl ValidGrouping<()> for Condition<'_> {
    type IsAggregate = is_aggregate::No;
}

impl AppearsOnTable<post_search::table> for Condition<'_> {}

/// How well a post matches any of some words, by title, excerpt and headings: of the text, only
/// that it matches counts. The same words in the same post always give the same number, whatever
/// else there is.
#[derive(Clone, Copy, Debug)]
struct Rank<'q>(Option<&'q str>);

impl QueryFragment<Pg> for Rank<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if let Some(any) = &self.0 {
            out.push_sql("ts_rank(post_search.summary, (SELECT search_rank_query(");
            out.push_bind_param::<Text, _>(any)?;
            out.push_sql(")))");
        } else {
            out.push_sql("0::real");
        }
        Ok(())
    }
}

impl Expression for Rank<'_> {
    type SqlType = Float;
}

impl QueryId for Rank<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl ValidGrouping<()> for Rank<'_> {
    type IsAggregate = is_aggregate::No;
}

impl AppearsOnTable<post_search::table> for Rank<'_> {}

impl SelectableExpression<post_search::table> for Rank<'_> {}

/// SQL as it stands.
#[derive(Clone, Copy, Debug)]
struct Written(&'static str);

impl QueryFragment<Pg> for Written {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

/// The best of some hits, each an id with its rank. Ranks are made once for each hit.
struct Best<Q> {
    hits: Q,
    bounds: Vec<Keyset<Written, Written>>,
    from_end: bool,
}

impl<Q> Best<Q> {
    fn of(hits: Q, page: &PageRequest) -> Self {
        let bounds = [(&page.after, Side::Below), (&page.before, Side::Above)];
        let bounds = bounds.into_iter().filter_map(|(position, side)| {
            let (rank, id) = (Written("hits.rank"), Written("hits.post_id"));
            Some(Keyset::new(rank, id, side, position.clone()?))
        });
        Self {
            hits,
            bounds: bounds.collect(),
            from_end: page.from_end,
        }
    }
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Best<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT hits.post_id, hits.rank FROM (");
        self.hits.walk_ast(out.reborrow())?;
        out.push_sql(" OFFSET 0) AS hits (post_id, rank)");
        for (index, bound) in self.bounds.iter().enumerate() {
            out.push_sql(if index == 0 { " WHERE " } else { " AND " });
            bound.walk_ast(out.reborrow())?;
        }
        out.push_sql(order(self.from_end));
        Ok(())
    }
}

impl<Q> QueryId for Best<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Best<Q> {
    type SqlType = (SqlUuid, Float);
}

/// The hits of several queries. Under a limit, the later ones do not run if those before them give
/// enough.
struct OneAfterTheOther<Q>(Vec<Q>);

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for OneAfterTheOther<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for (index, query) in self.0.iter().enumerate() {
            out.push_sql(if index == 0 { "" } else { " UNION ALL " });
            out.push_sql("SELECT hits.post_id, hits.rank FROM (");
            query.walk_ast(out.reborrow())?;
            out.push_sql(") AS hits");
        }
        Ok(())
    }
}

impl<Q> QueryId for OneAfterTheOther<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for OneAfterTheOther<Q> {
    type SqlType = Q::SqlType;
}

fn order(from_end: bool) -> &'static str {
    if from_end {
        " ORDER BY hits.rank, hits.post_id"
    } else {
        " ORDER BY hits.rank DESC, hits.post_id DESC"
    }
}

/// The posts of a page, and the words in their texts that were found, which are read for the page
/// alone.
struct Hits<'q, Q> {
    columns: Columns,
    /// What to look for in the texts.
    any: Option<&'q str>,
    page: Q,
    from_end: bool,
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Hits<'_, Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        self.columns.walk_ast(out.reborrow())?;
        out.push_sql(", hits.rank, ");
        if let Some(any) = &self.any {
            out.push_sql("search_matches(search_language(posts.locale), left(posts.content, ");
            out.push_sql(&MAX_TEXT.to_string());
            out.push_sql("), ");
            out.push_bind_param::<Text, _>(any)?;
            out.push_sql(")");
        } else {
            out.push_sql("NULL");
        }
        out.push_sql(" FROM (");
        self.page.walk_ast(out.reborrow())?;
        out.push_sql(") AS hits JOIN posts ON posts.id = hits.post_id");
        out.push_sql(order(self.from_end));
        Ok(())
    }
}

impl<Q> QueryId for Hits<'_, Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Hits<'_, Q> {
    type SqlType = (
        <Columns as Expression>::SqlType,
        Float,
        Nullable<Array<Text>>,
    );
}
