use async_graphql::{ID, Object};
use chrono::{DateTime, Utc};

use crate::blog;
use crate::graphql::global_id::GlobalId;

/// A preview link in GraphQL.
pub(in crate::graphql) struct PreviewLink(pub(super) blog::PreviewLink);

/// Lets whoever has its token see one post as it is being worked on, until it ends.
///
/// Example: `{ post(by: { slug: "hello-madrid" }) { previewLinks { id expiresAt } } }`.
#[Object(serial)]
impl PreviewLink {
    /// An opaque id, by which it can be revoked.
    async fn id(&self) -> ID {
        GlobalId::PreviewLink(self.0.id).into()
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it ends.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }

    /// When it was ended before that; null if it was not.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.0.revoked_at
    }
}
