use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use uuid::Uuid;

/// Runs a query once for each key, in one statement: `(key, row)` for each row of each run, in the
/// order of the query within a key.
///
/// This is how a page of each of many lists is read: every run walks its index and stops at its
/// limit. The query refers to the key by [`CurrentKey`].
#[derive(Clone, Debug)]
pub struct PerKey<Q> {
    keys: Vec<Uuid>,
    query: Q,
}

impl<Q> PerKey<Q> {
    /// Runs `query` for each of `keys`.
    pub fn new(keys: Vec<Uuid>, query: Q) -> Self {
        Self { keys, query }
    }
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for PerKey<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT keys.key, found.* FROM unnest(");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.keys)?;
        out.push_sql(") AS keys(key) CROSS JOIN LATERAL (");
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(") AS found");
        Ok(())
    }
}

impl<Q> QueryId for PerKey<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for PerKey<Q> {
    type SqlType = (SqlUuid, Q::SqlType);
}

/// The key that a [`PerKey`] query is being run for.
#[derive(Clone, Copy, Debug, QueryId)]
pub struct CurrentKey;

impl Expression for CurrentKey {
    type SqlType = SqlUuid;
}

impl QueryFragment<Pg> for CurrentKey {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("keys.key");
        Ok(())
    }
}

impl ValidGrouping<()> for CurrentKey {
    type IsAggregate = is_aggregate::Never;
}

impl<QS> AppearsOnTable<QS> for CurrentKey {}

impl<QS> SelectableExpression<QS> for CurrentKey {}
