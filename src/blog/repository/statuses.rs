use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Array, Bool};

use crate::blog::model::PostStatus;
use crate::db::schema::sql_types;

/// The condition that a status is one of several.
///
/// Whether that is what is published or what is not is written into the text, so that PostgreSQL
/// can use the partial indexes on either: a few drafts are not looked for among all posts.
#[derive(Clone, Debug)]
pub(super) struct InStatuses<S> {
    status: S,
    statuses: Vec<PostStatus>,
}

/// Only rows in one of `statuses`.
pub(super) fn in_statuses<S>(status: S, statuses: Vec<PostStatus>) -> InStatuses<S> {
    InStatuses { status, statuses }
}

impl<S: QueryFragment<Pg>> QueryFragment<Pg> for InStatuses<S> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let published = |status: &PostStatus| *status == PostStatus::Published;
        out.push_sql("(");
        if !self.statuses.iter().any(published) {
            self.status.walk_ast(out.reborrow())?;
            out.push_sql(" <> 'published' AND ");
        } else if self.statuses.iter().all(published) {
            self.status.walk_ast(out.reborrow())?;
            out.push_sql(" = 'published' AND ");
        }
        self.status.walk_ast(out.reborrow())?;
        out.push_sql(" = ANY(");
        out.push_bind_param::<Array<sql_types::PostStatus>, _>(&self.statuses)?;
        out.push_sql("))");
        Ok(())
    }
}

impl<S> Expression for InStatuses<S> {
    type SqlType = Bool;
}

impl<S> QueryId for InStatuses<S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S> ValidGrouping<()> for InStatuses<S> {
    type IsAggregate = is_aggregate::No;
}

impl<S: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for InStatuses<S> {}
