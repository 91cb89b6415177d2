use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

/// A change that a connection keeps prepared.
///
/// Diesel prepares changes anew each time, unless no value of theirs is optional, for their texts may
/// differ without end: a message more, and PostgreSQL reads and plans them, which takes about as long as
/// making the change.
#[derive(Clone, Copy, Debug)]
pub struct KeptPrepared<Q>(Q);

/// Keeps changes prepared.
pub trait KeepPreparedDsl: Sized {
    /// Has every connection keep this change prepared, by its text. For changes whose text is one of a
    /// few: no lists of rows, no changes of whichever columns.
    fn keep_prepared(self) -> KeptPrepared<Self> {
        KeptPrepared(self)
    }
}

impl<Q: QueryFragment<Pg>> KeepPreparedDsl for Q {}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for KeptPrepared<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Q> QueryId for KeptPrepared<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C, Q> diesel::query_dsl::RunQueryDsl<C> for KeptPrepared<Q> {}
