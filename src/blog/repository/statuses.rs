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

/// The condition that a post is not in the trash, written into the text, so that PostgreSQL can use
/// the indexes that leave the trash out.
#[derive(Clone, Copy, Debug, QueryId)]
pub(super) struct NotTrashed<S> {
    status: S,
}

/// Only rows that are not in the trash.
pub(super) fn not_trashed<S>(status: S) -> NotTrashed<S> {
    NotTrashed { status }
}

impl<S: QueryFragment<Pg>> QueryFragment<Pg> for NotTrashed<S> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.status.walk_ast(out.reborrow())?;
        out.push_sql(" <> 'trashed'");
        Ok(())
    }
}

impl<S> Expression for NotTrashed<S> {
    type SqlType = Bool;
}

impl<S> ValidGrouping<()> for NotTrashed<S> {
    type IsAggregate = is_aggregate::No;
}

impl<S: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for NotTrashed<S> {}

/// The condition that a post has one status, written into the text, so that PostgreSQL can use the
/// indexes of that status alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct HasStatus<S> {
    column: S,
    status: PostStatus,
}

/// Only rows in this status.
pub(super) fn has_status<S>(column: S, status: PostStatus) -> HasStatus<S> {
    HasStatus { column, status }
}

impl<S: QueryFragment<Pg>> QueryFragment<Pg> for HasStatus<S> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = '");
        out.push_sql(self.status.as_str());
        out.push_sql("'");
        Ok(())
    }
}

impl<S> Expression for HasStatus<S> {
    type SqlType = Bool;
}

impl<S> QueryId for HasStatus<S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S> ValidGrouping<()> for HasStatus<S> {
    type IsAggregate = is_aggregate::No;
}

impl<S: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for HasStatus<S> {}
