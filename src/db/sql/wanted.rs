use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromStaticSqlRow, Queryable};
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{IntoNullable, Nullable, SqlType};

/// A column that is read only where it is asked for, and `NULL` elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<C> {
    column: C,
    wanted: bool,
}

/// Selects `column` if it is `wanted`, else `NULL` in its place.
pub fn wanted<C>(column: C, wanted: bool) -> Wanted<C> {
    Wanted { column, wanted }
}

impl<C> Expression for Wanted<C>
where
    C: Expression,
    C::SqlType: IntoNullable,
    <C::SqlType as IntoNullable>::Nullable: SqlType + diesel::expression::TypedExpressionType,
{
    type SqlType = <C::SqlType as IntoNullable>::Nullable;
}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for Wanted<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if self.wanted {
            self.column.walk_ast(out)
        } else {
            out.push_sql("NULL");
            Ok(())
        }
    }
}

/// Its text depends on a value, so statements with it are cached by their text.
impl<C> QueryId for Wanted<C> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> ValidGrouping<()> for Wanted<C> {
    type IsAggregate = is_aggregate::No;
}

impl<C, QS> AppearsOnTable<QS> for Wanted<C>
where
    C: AppearsOnTable<QS>,
    Self: Expression,
{
}

impl<C, QS> SelectableExpression<QS> for Wanted<C>
where
    C: SelectableExpression<QS>,
    Self: AppearsOnTable<QS>,
{
}

/// What was read of a [`Wanted`] column that is never `NULL` itself: the empty value if it was not wanted.
#[derive(Clone, Copy, Debug)]
pub struct OrDefault<T>(pub T);

impl<T, ST> Queryable<Nullable<ST>, Pg> for OrDefault<T>
where
    ST: SqlType,
    T: Default,
    Option<T>: FromStaticSqlRow<Nullable<ST>, Pg>,
{
    type Row = Option<T>;

    fn build(row: Option<T>) -> deserialize::Result<Self> {
        Ok(Self(row.unwrap_or_default()))
    }
}

macro_rules! unwrapped {
    ($($value:ty),*) => {$(
        impl From<OrDefault<$value>> for $value {
            fn from(value: OrDefault<$value>) -> Self {
                value.0
            }
        }
    )*};
}
unwrapped!(String, i32, DateTime<Utc>);
