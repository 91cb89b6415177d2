use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Timestamptz};

use crate::blog::policy::Visibility;

/// The condition under which a row may be seen, on a table's columns `status` and `listed_at`.
///
/// The status is written into the text, so that PostgreSQL can use the partial indexes on
/// published rows under a plan that it keeps.
#[derive(Clone, Debug)]
pub(super) struct Visible<S, L> {
    status: S,
    listed_at: L,
    visibility: Visibility,
}

/// Only rows that `visibility` admits.
pub(super) fn visible<S, L>(status: S, listed_at: L, visibility: Visibility) -> Visible<S, L> {
    Visible {
        status,
        listed_at,
        visibility,
    }
}

impl<S: QueryFragment<Pg>, L: QueryFragment<Pg>> QueryFragment<Pg> for Visible<S, L> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match &self.visibility {
            Visibility::All => out.push_sql("TRUE"),
            Visibility::Public(now) => {
                out.push_sql("(");
                self.status.walk_ast(out.reborrow())?;
                out.push_sql(" = 'published' AND ");
                self.listed_at.walk_ast(out.reborrow())?;
                out.push_sql(" <= ");
                out.push_bind_param::<Timestamptz, _>(now)?;
                out.push_sql(")");
            }
        }
        Ok(())
    }
}

impl<S, L> Expression for Visible<S, L> {
    type SqlType = Bool;
}

impl<S, L> QueryId for Visible<S, L> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S, L> ValidGrouping<()> for Visible<S, L> {
    type IsAggregate = is_aggregate::No;
}

impl<S: AppearsOnTable<QS>, L: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for Visible<S, L> {}
