use crate::config::{DatabaseConfig, Pooler};

/// How transactions begin on the connections of a pool.
///
/// A connection of one's own keeps its settings. Behind a pooler that gives out connections by the
/// transaction, each begins with them, and no statement stands outside of one: what is prepared is prepared
/// within, on the connection that executes it.
#[derive(Debug)]
pub(super) struct Begins {
    /// Whether no statement may stand outside of a transaction.
    pub(super) by_transaction: bool,
    /// Reads that need not see one state of the database.
    pub(super) reads: String,
    /// Reads of one state.
    pub(super) snapshot: String,
    /// Changes. They end by [`commit`](super::transaction::commit).
    pub(super) change: String,
    /// Changes, where a transaction for reads ends before.
    pub(super) change_after_reads: String,
    /// The settings of a connection that keeps them.
    pub(super) settings: String,
}

/// Has the large texts that are stored from here on compressed by LZ4, if the server can: until the end of
/// the connection, or of the transaction. PostgreSQL's own way takes ten times as long.
#[must_use]
pub fn compression(until_end_of_transaction: bool) -> String {
    format!(
        "SELECT set_config(name, 'lz4', {until_end_of_transaction}) FROM pg_settings \
         WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)"
    )
}

impl Begins {
    pub(super) fn new(config: &DatabaseConfig) -> Self {
        let by_transaction = matches!(config.pooler, Pooler::Transaction { .. });
        let scope = if by_transaction { "LOCAL" } else { "SESSION" };
        let timeout = config.statement_timeout.as_millis();
        // PostgreSQL's default price of a random page is that of a spinning disk. It makes the
        // planner read whole tables where a few steps through an index would do.
        // Compiling a statement takes longer than running one that is limited in time. And planning it takes
        // longer than running it: all are written so that one plan is right for whatever is bound.
        let settings = format!(
            "SET {scope} TIME ZONE 'UTC'; SET {scope} statement_timeout = {timeout}; \
             SET {scope} random_page_cost = 1.1; SET {scope} jit = off; \
             SET {scope} plan_cache_mode = force_generic_plan"
        );
        let with = |begin: &str, others: &str| {
            if by_transaction {
                format!("{begin}; {settings}{others}")
            } else {
                begin.to_owned()
            }
        };
        let change = with(
            "BEGIN; SET LOCAL imprenta.tells = 'after its commit'",
            &format!("; {}", compression(true)),
        );
        Self {
            by_transaction,
            reads: with("BEGIN READ ONLY", ""),
            snapshot: with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ""),
            change_after_reads: format!("ROLLBACK; {change}"),
            change,
            settings: format!("{}; {settings}", compression(false)),
        }
    }
}
