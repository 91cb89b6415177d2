use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

/// Several changes in one statement: `WITH c0 AS (INSERT …), c1 AS (…) INSERT …`.
///
/// They are made in no order that one may count on, and none sees what the others have done. Foreign keys
/// and triggers are looked at when all are done, so what refers to each other may be added together. What is not a
/// change can only be the last of them: a `SELECT` within `WITH` that nobody reads is not run.
#[derive(Default)]
pub struct Together<'q>(Vec<Box<dyn QueryFragment<Pg> + Send + 'q>>);

impl<'q> Together<'q> {
    /// And this one.
    #[must_use]
    pub fn and(mut self, change: impl QueryFragment<Pg> + Send + 'q) -> Self {
        self.0.push(Box::new(change));
        self
    }
}

impl QueryFragment<Pg> for Together<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let Some((last, others)) = self.0.split_last() else {
            return Ok(());
        };
        for (number, change) in others.iter().enumerate() {
            out.push_sql(if number == 0 { "WITH c" } else { ", c" });
            out.push_sql(&number.to_string());
            out.push_sql(" AS (");
            change.walk_ast(out.reborrow())?;
            out.push_sql(")");
        }
        out.push_sql(" ");
        last.walk_ast(out)
    }

    /// As [`KeptPrepared`](super::KeptPrepared): each of them has one of a few texts.
    fn is_safe_to_cache_prepared(&self, _: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}

/// Cached by its text, which says what it is made of.
impl QueryId for Together<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> diesel::query_dsl::RunQueryDsl<C> for Together<'_> {}
