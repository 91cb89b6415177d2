use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

/// A query with its limit written into the text.
///
/// Diesel binds a limit as a parameter. PostgreSQL then takes the generic plan for a dear one and
/// plans the statement anew at every execution, which costs more than running it.
#[derive(Clone, Debug)]
pub struct Limited<Q> {
    query: Q,
    limit: u32,
}

/// Adds a written-out limit to a query.
pub trait LimitDsl: Sized {
    /// At most `rows` rows, or a few more: limits are rounded up to a few sizes, so that the
    /// statement cache of a connection holds a few texts of each statement. Cut the rest off.
    fn limit_at_least(self, rows: u32) -> Limited<Self> {
        const SIZES: [u32; 14] = [1, 2, 5, 6, 10, 11, 20, 21, 30, 31, 50, 51, 100, 101];
        let limit = SIZES.into_iter().find(|size| *size >= rows).unwrap_or(rows);
        Limited { query: self, limit }
    }
}

impl<Q: Query> LimitDsl for Q {}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Limited<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_sql(&self.limit.to_string());
        Ok(())
    }
}

impl<Q> QueryId for Limited<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Limited<Q> {
    type SqlType = Q::SqlType;
}
