use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Float, Uuid as SqlUuid};

use super::filter::Filter;
use super::matching::{By, walk_asked, walk_query};
use super::page::order;
use crate::blog::search::{Asked, Tier};
use crate::db::sql::{Keyset, Side};
use crate::page::{PageRequest, Position, SortKey};

/// Where to look for the posts of a tier.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    /// In the index.
    Index,
    /// In so many posts, in the order of the list.
    Walk(u32),
    /// In the index, for posts beyond those.
    Beyond(u32),
}

/// The posts of one tier that may be on a page, each with its rank; best first, or last first.
pub(super) struct TierHits<'q> {
    tier: Tier,
    asked: &'q Asked,
    in_title: &'q [String],
    source: Source,
    filter: &'q Filter<'q>,
    page: &'q PageRequest,
    bounds: Vec<Keyset<Written, Written>>,
}

/// SQL as it stands.
#[derive(Clone, Copy, Debug)]
struct Written(&'static str);

impl QueryFragment<Pg> for Written {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

impl<'q> TierHits<'q> {
    pub(super) fn new(
        (tier, asked): &'q (Tier, Asked),
        in_title: &'q [String],
        source: Source,
        filter: &'q Filter<'q>,
        page: &'q PageRequest,
    ) -> Self {
        let bounds = [(&page.after, Side::Below), (&page.before, Side::Above)];
        let bounds = bounds.into_iter().filter_map(|(position, side)| {
            let (rank, id) = (Written("hits.rank"), Written("hits.post_id"));
            Some(Keyset::new(rank, id, side, position.clone()?))
        });
        Self {
            tier: *tier,
            asked,
            in_title,
            source,
            filter,
            page,
            bounds: bounds.collect(),
        }
    }

    /// The rank: the same words in the same post always give the same number, whatever else there
    /// is.
    fn walk_rank<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(");
        out.push_sql(&self.tier.rank().to_string());
        if self.tier == Tier::Title {
            out.push_sql(" + (0");
            for query in self.in_title.iter().filter(|query| !query.is_empty()) {
                out.push_sql(" + (post_search.title @@ ");
                walk_query(query, out.reborrow())?;
                out.push_sql(")::integer");
            }
            out.push_sql(")::real / ");
            out.push_sql(&self.in_title.len().to_string());
        }
        out.push_sql(")::real AS rank");
        Ok(())
    }

    /// The bounds of the page among posts that all have one rank.
    fn walk_bounds<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let bounds = [(&self.page.after, " < "), (&self.page.before, " > ")];
        for (position, operator) in bounds {
            if let Some(Position { key, id }) = position
                && *key == SortKey::Rank(self.tier.rank())
            {
                out.push_sql(" AND post_search.post_id");
                out.push_sql(operator);
                out.push_bind_param::<SqlUuid, _>(id)?;
            }
        }
        Ok(())
    }

    /// The posts to walk through, but for what is to be read of them.
    fn walk_posts<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(" FROM post_search WHERE TRUE");
        self.walk_bounds(out.reborrow())?;
        out.push_sql(self.by_id());
        Ok(())
    }

    fn by_id(&self) -> &'static str {
        if self.page.from_end {
            " ORDER BY post_search.post_id"
        } else {
            " ORDER BY post_search.post_id DESC"
        }
    }

    /// The hits, in no order.
    fn walk_hits<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT post_search.post_id, ");
        self.walk_rank(out.reborrow())?;
        if let Source::Walk(rows) = self.source {
            out.push_sql(" FROM (SELECT *");
            self.walk_posts(out.reborrow())?;
            out.push_sql(&format!(" LIMIT {rows}) AS post_search"));
        } else {
            out.push_sql(" FROM post_search");
        }
        out.push_sql(" WHERE ");
        let by = match self.source {
            Source::Walk(_) => By::Reading,
            Source::Index => By::Tier,
            Source::Beyond(_) => By::Index,
        };
        walk_asked(self.asked, by, out.reborrow())?;
        self.filter.walk_ast(out.reborrow())?;
        if let Source::Beyond(rows) = self.source {
            self.walk_bounds(out.reborrow())?;
            let operator = if self.page.from_end { ">" } else { "<" };
            out.push_sql(&format!(
                " AND post_search.post_id {operator} (SELECT post_id"
            ));
            self.walk_posts(out.reborrow())?;
            // Where there is no post beyond the walk, PostgreSQL sees that before it asks the index.
            out.push_sql(&format!(" OFFSET {} LIMIT 1) AND (SELECT TRUE", rows - 1));
            self.walk_posts(out.reborrow())?;
            out.push_sql(&format!(" OFFSET {rows} LIMIT 1)"));
        }
        Ok(())
    }
}

impl QueryFragment<Pg> for TierHits<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if let Source::Walk(_) = self.source {
            // In the order of the list, so that a limit ends the walk.
            self.walk_hits(out.reborrow())?;
            out.push_sql(self.by_id());
            return Ok(());
        }
        out.push_sql("SELECT hits.post_id, hits.rank FROM (");
        self.walk_hits(out.reborrow())?;
        // Ranks are made once for each hit.
        out.push_sql(" OFFSET 0) AS hits");
        for (index, bound) in self.bounds.iter().enumerate() {
            out.push_sql(if index == 0 { " WHERE " } else { " AND " });
            bound.walk_ast(out.reborrow())?;
        }
        out.push_sql(order(self.page.from_end));
        Ok(())
    }
}

impl QueryId for TierHits<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for TierHits<'_> {
    type SqlType = (SqlUuid, Float);
}
