use async_graphql::{Context, Object, SimpleObject};

use super::context::ContextExt;

#[derive(Default)]
pub(super) struct HealthQuery;

/// Whether the server can do its work, in the words of its health routes.
///
/// Example: `{ health { status databaseConnection version } }`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct Health {
    /// `ok`, or `error` if something that the server needs does not answer.
    status: &'static str,
    /// `ok`, or `failed` if PostgreSQL does not answer within a second.
    database_connection: &'static str,
    /// The server's version.
    version: &'static str,
}

#[Object]
impl HealthQuery {
    /// Whether the server can do its work.
    async fn health(&self, ctx: &Context<'_>) -> Health {
        let (status, database_connection) = if ctx.app().is_ready().await {
            ("ok", "ok")
        } else {
            ("error", "failed")
        };
        Health {
            status,
            database_connection,
            version: crate::app::VERSION,
        }
    }
}
