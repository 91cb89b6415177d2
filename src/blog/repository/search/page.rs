use diesel::expression::Expression;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Array, Float, Nullable, Text};

use super::phrases;
use crate::blog::repository::posts::Columns;
use crate::blog::search::{MAX_TEXT, Required};

/// The hits of several queries. Under a limit, the later ones do not run if those before them give
/// enough.
pub(super) struct OneAfterTheOther<Q>(pub(super) Vec<Q>);

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

pub(super) fn order(from_end: bool) -> &'static str {
    if from_end {
        " ORDER BY hits.rank, hits.post_id"
    } else {
        " ORDER BY hits.rank DESC, hits.post_id DESC"
    }
}

/// The posts of a page, and the words in their texts that were found, which are read for the page
/// alone.
pub(super) struct Hits<'q, Q> {
    /// What phrases require.
    pub(super) phrases: Option<&'q Required>,
    pub(super) columns: Columns,
    /// What to look for in the texts.
    pub(super) any: Option<&'q str>,
    pub(super) page: Q,
    pub(super) from_end: bool,
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Hits<'_, Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        phrases::walk_with(self.phrases, out.reborrow())?;
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
