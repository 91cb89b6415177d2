use chrono::{DateTime, Utc};
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Timestamptz, Uuid as SqlUuid};

use crate::blog::policy::Visibility;
use crate::db::schema::{post_authors, post_search, post_tags, posts};

/// The columns of a table that tell who may see the post of a row.
#[derive(Clone, Copy, Debug)]
pub(in crate::blog::repository) struct Columns<S, L, U, P> {
    status: S,
    listed_at: L,
    visible_until: U,
    post_id: P,
}

macro_rules! columns_of {
    ($(#[$doc:meta])* $name:ident, $table:ident, $post_id:ident) => {
        $(#[$doc])*
        pub(in crate::blog::repository) const $name: Columns<
            $table::status,
            $table::listed_at,
            $table::visible_until,
            $table::$post_id,
        > = Columns {
            status: $table::status,
            listed_at: $table::listed_at,
            visible_until: $table::visible_until,
            post_id: $table::$post_id,
        };
    };
}

columns_of!(
    /// Those of the posts themselves.
    POSTS, posts, id
);
columns_of!(
    /// Those that the links to authors repeat.
    POST_AUTHORS, post_authors, post_id
);
columns_of!(
    /// Those that the links to tags repeat.
    POST_TAGS, post_tags, post_id
);
columns_of!(
    /// Those that what is searched repeats.
    POST_SEARCH, post_search, post_id
);

/// The condition under which the post of a row may be seen.
///
/// The status is written into the text, so that PostgreSQL can use the partial indexes on
/// published rows under a plan that it keeps.
#[derive(Clone, Copy, Debug)]
pub(in crate::blog::repository) struct Visible<S, L, U, P> {
    columns: Columns<S, L, U, P>,
    visibility: Visibility,
}

/// Only rows whose posts `visibility` admits.
pub(in crate::blog::repository) fn visible<S, L, U, P>(
    columns: Columns<S, L, U, P>,
    visibility: Visibility,
) -> Visible<S, L, U, P> {
    Visible {
        columns,
        visibility,
    }
}

impl<S, L, U, P> Columns<S, L, U, P>
where
    S: QueryFragment<Pg>,
    L: QueryFragment<Pg>,
    U: QueryFragment<Pg>,
{
    /// Writes that the post is public at the time `now`.
    pub(in crate::blog::repository) fn walk_live<'b>(
        &'b self,
        now: &'b DateTime<Utc>,
        mut out: AstPass<'_, 'b, Pg>,
    ) -> QueryResult<()> {
        out.push_sql("(");
        self.status.walk_ast(out.reborrow())?;
        out.push_sql(" = 'published' AND ");
        self.listed_at.walk_ast(out.reborrow())?;
        out.push_sql(" <= ");
        out.push_bind_param::<Timestamptz, _>(now)?;
        out.push_sql(" AND ");
        self.visible_until.walk_ast(out.reborrow())?;
        out.push_sql(" > ");
        out.push_bind_param::<Timestamptz, _>(now)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<S, L, U, P> QueryFragment<Pg> for Visible<S, L, U, P>
where
    S: QueryFragment<Pg>,
    L: QueryFragment<Pg>,
    U: QueryFragment<Pg>,
    P: QueryFragment<Pg>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match &self.visibility {
            Visibility::All => out.push_sql("TRUE"),
            Visibility::Public(now) => self.columns.walk_live(now, out)?,
            Visibility::PublicAndOwn { now, author } => {
                out.push_sql("(");
                self.columns.walk_live(now, out.reborrow())?;
                out.push_sql(" OR EXISTS (SELECT FROM post_authors AS own WHERE own.post_id = ");
                self.columns.post_id.walk_ast(out.reborrow())?;
                out.push_sql(" AND own.author_id = ");
                out.push_bind_param::<SqlUuid, _>(author)?;
                out.push_sql("))");
            }
        }
        Ok(())
    }
}

impl<S, L, U, P> Expression for Visible<S, L, U, P> {
    type SqlType = Bool;
}

impl<S, L, U, P> QueryId for Visible<S, L, U, P> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S, L, U, P> ValidGrouping<()> for Visible<S, L, U, P> {
    type IsAggregate = is_aggregate::No;
}

impl<S, L, U, P, QS> AppearsOnTable<QS> for Visible<S, L, U, P>
where
    S: AppearsOnTable<QS>,
    L: AppearsOnTable<QS>,
    U: AppearsOnTable<QS>,
    P: AppearsOnTable<QS>,
{
}
