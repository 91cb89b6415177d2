use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Float, Text, Timestamptz, Uuid as SqlUuid};

use crate::page::{Position, SortKey};

/// Which side of a position rows lie on, in the order of the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Less than the position.
    Below,
    /// Greater than the position.
    Above,
}

/// `(key, id) < (…, …)` as one comparison of rows, which PostgreSQL answers with one range of an
/// index on both columns.
#[derive(Clone, Debug)]
pub struct Keyset<K, I> {
    key: K,
    id: I,
    side: Side,
    position: Position,
}

impl<K, I> Keyset<K, I> {
    /// The rows on one `side` of `position`, where `key` and `id` are the columns that order them.
    pub fn new(key: K, id: I, side: Side, position: Position) -> Self {
        Self {
            key,
            id,
            side,
            position,
        }
    }
}

impl<K: QueryFragment<Pg>, I: QueryFragment<Pg>> QueryFragment<Pg> for Keyset<K, I> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(");
        self.key.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        self.id.walk_ast(out.reborrow())?;
        out.push_sql(match self.side {
            Side::Below => ") < (",
            Side::Above => ") > (",
        });
        match &self.position.key {
            SortKey::Time(time) => out.push_bind_param::<Timestamptz, _>(time)?,
            SortKey::Text(text) => out.push_bind_param::<Text, _>(text)?,
            SortKey::Rank(rank) => out.push_bind_param::<Float, _>(rank)?,
        }
        out.push_sql(", ");
        out.push_bind_param::<SqlUuid, _>(&self.position.id)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<K, I> Expression for Keyset<K, I> {
    type SqlType = Bool;
}

impl<K, I> QueryId for Keyset<K, I> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<K, I> ValidGrouping<()> for Keyset<K, I> {
    type IsAggregate = is_aggregate::No;
}

impl<K: AppearsOnTable<QS>, I: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for Keyset<K, I> {}
