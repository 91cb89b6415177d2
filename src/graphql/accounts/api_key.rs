use async_graphql::{Enum, ID, Object};
use chrono::{DateTime, Utc};

use crate::accounts::model;
use crate::graphql::connection::connection;
use crate::graphql::global_id::GlobalId;

/// What an API key may be used for, within what its owner may do.
///
/// Example: `CONTENT_READ`.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
#[expect(
    clippy::enum_variant_names,
    reason = "the scopes of other domains will begin otherwise"
)]
#[graphql(remote = "model::ApiKeyScope")]
pub(in crate::graphql) enum ApiKeyScope {
    /// `content:read`: read what is public.
    ContentRead,
    /// `content:read-drafts`: read what is not public, as far as the owner may.
    ContentReadDrafts,
    /// `content:write`: write content, as far as the owner may.
    ContentWrite,
}

/// An API key in GraphQL.
#[derive(Clone)]
pub(in crate::graphql) struct ApiKey(pub(in crate::graphql) model::ApiKey);

connection!(
    ApiKeyConnection,
    ApiKeyEdge,
    ApiKey,
    "API keys",
    ["{ apiKeys(first: 10)", "name scopes", " }"],
    (),
    |(): &(), node: &ApiKey| node.0.cursor()
);

/// A secret by which a program acts for a user: sent as `Authorization: Bearer imp_…`. The secret
/// itself is shown once, when the key is made.
///
/// Example: `{ apiKeys(first: 10) { nodes { name scopes lastUsedAt } } }`.
#[Object(serial)]
impl ApiKey {
    /// An opaque id, unique among all objects.
    pub(in crate::graphql) async fn id(&self) -> ID {
        GlobalId::ApiKey(self.0.id).into()
    }

    /// What its owner calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it may be used for.
    async fn scopes(&self) -> Vec<ApiKeyScope> {
        self.0.scopes.iter().map(Into::into).collect()
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it ends; null if never.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.0.expires_at
    }

    /// When it was last used, to the minute; null if it never was.
    async fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_used_at
    }

    /// When it was revoked; null if it was not.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.0.revoked_at
    }
}
