//! The GraphQL facade: the table of contents of the API. Translates between GraphQL and the
//! services, and decides nothing. May import `app`, the public items of the domains and the leaf
//! modules.
//!
//! Start at [`Query`]; `accounts/` and `blog/` mirror the domains of those
//! names. [`siblings`] is how relations are
//! loaded: one statement for each relation of a selection, however many objects there are.

mod accounts;
mod blog;
mod changes;
mod completion;
mod connection;
mod context;
mod document;
mod error;
mod global_id;
mod health;
mod in_order;
mod list;
mod node;
mod operation;
mod persisted;
mod session_cookies;
mod siblings;
mod types;
mod user_error;

use async_graphql::{ID, MergedObject, MergedSubscription, SchemaBuilder};
use chrono::{DateTime, Utc};

use crate::config::GraphqlConfig;

pub use async_graphql::{Request, Response, ServerError, Variables};
pub use document::{Bound, Document, DocumentError, Documents, OperationType};
pub(crate) use document::{MAX_ERRORS, MAX_MESSAGE};
pub use error::ErrorCode;
pub use operation::{Changed, Executor, Operation};
pub use persisted::{DocumentSource, PersistedDocuments};
pub use session_cookies::{CookieChange, SessionCookies};

/// Reads of everything that the viewer may see.
///
/// Example: `{ posts(first: 3) { nodes { title path } } }`.
#[derive(MergedObject, Default)]
pub struct Query(
    node::NodeQuery,
    health::HealthQuery,
    blog::BlogQuery,
    accounts::AccountsQuery,
);

/// Changes, each with one input and one payload.
///
/// Example: `mutation { createTag(input: { name: "Travel" }) { tag { id } userErrors { message } }
/// }`.
#[derive(MergedObject, Default)]
pub struct Mutation(blog::BlogMutation, accounts::AccountsMutation);

/// What happens, as it happens.
///
/// Example: `subscription { postPublished { title path } }`.
#[derive(MergedSubscription, Default)]
pub struct Subscription(blog::BlogSubscription);

/// The executable schema.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// The schema without anything of a running server, for its text and for the server to complete.
#[must_use]
pub fn schema_builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(
        Query::default(),
        Mutation::default(),
        Subscription::default(),
    )
    .override_output_type_description::<ID>(
        r#"An opaque id: use it as it is, its text has no meaning. Example: `"UAGdQwOPQHGyg9Tl9gcYKTo"`."#,
    )
    .override_output_type_description::<DateTime<Utc>>(
        r#"A moment, as RFC 3339 writes it. In answers it is in UTC. Example: `"2026-03-31T08:30:00Z"`."#,
    )
    .override_output_type_description::<serde_json::Value>(
        r#"Any value that JSON has. Example: `["hello", 3, null]`."#,
    )
}

/// Checks the trusted documents of a configuration, or says what is wrong with the first that does not
/// fit the schema or its limits.
pub fn check_trusted_documents(config: &GraphqlConfig) -> Result<(), String> {
    let documents = Documents::new(&sdl(), config);
    PersistedDocuments::new(&config.trusted).check(&documents)
}

/// The schema in GraphQL's schema definition language: what `schema.graphql` holds.
#[must_use]
pub fn sdl() -> String {
    let options = async_graphql::SDLExportOptions::new()
        .sorted_enum_items()
        .include_specified_by();
    format!(
        "{}\n",
        schema_builder().finish().sdl_with_options(options).trim()
    )
}
