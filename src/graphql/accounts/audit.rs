use async_graphql::{Enum, ID, InputObject, Object};
use chrono::{DateTime, Utc};

use super::User;
use crate::accounts::audit;
use crate::error::Result;
use crate::graphql::connection::connection;
use crate::graphql::global_id::{GlobalId, TypedId};
use crate::ids::UserId;

/// What kind of viewer did something.
///
/// Example: `USER`.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
enum AuditActor {
    /// A visitor.
    Anonymous,
    /// Someone who had logged in.
    User,
    /// A program, by an API key.
    ApiKey,
    /// The server itself, or a command on its machine.
    System,
}

/// Which entries of the audit log a list holds: those that meet every condition given.
///
/// Example: `{ action: "session.opened", from: "2026-03-01T00:00:00Z" }`.
#[derive(InputObject, Default)]
pub(in crate::graphql) struct AuditFilter {
    /// With this action, for example `session.opened`.
    /// Example: `"session.opened"`.
    action: Option<String>,
    /// Done by the user with this id.
    /// Example: `"VQGdQwOPQHlPoLbB1zhaa5A"`.
    user: Option<ID>,
    /// Done to the object with this id.
    /// Example: `"UAGdQwOPQHGyg9Tl9gcYKTo"`.
    subject: Option<ID>,
    /// At this time or later.
    /// Example: `"2026-03-01T00:00:00Z"`.
    from: Option<DateTime<Utc>>,
    /// Before this time.
    /// Example: `"2026-04-01T00:00:00Z"`.
    until: Option<DateTime<Utc>>,
}

impl AuditFilter {
    pub(super) fn into_domain(self) -> Result<audit::AuditFilter> {
        let user = self.user.map(|id| UserId::decode("filter.user", &id));
        let subject = self
            .subject
            .map(|id| GlobalId::decode("filter.subject", &id));
        Ok(audit::AuditFilter {
            action: self.action,
            user: user.transpose()?,
            subject: subject.transpose()?.map(GlobalId::uuid),
            from: self.from,
            until: self.until,
        })
    }
}

/// An entry of the audit log in GraphQL.
#[derive(Clone)]
pub(in crate::graphql) struct AuditEvent {
    pub(super) event: audit::AuditEvent,
    /// Read only where it is selected.
    pub(super) user: Option<User>,
}

connection!(
    AuditEventConnection,
    AuditEventEdge,
    AuditEvent,
    "entries of the audit log",
    ["{ auditLog(first: 10)", "occurredAt action", " }"],
    (),
    |(): &(), node: &AuditEvent| node.event.cursor()
);

/// Something that happened. Entries are only ever added.
///
/// Example: `{ auditLog(first: 10) { nodes { occurredAt action user { name } } } }`.
#[Object(serial)]
impl AuditEvent {
    /// When it happened.
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.event.occurred_at
    }

    /// What happened, as `thing.verb`: `session.opened`, `user.created`, `post.imported`.
    async fn action(&self) -> &str {
        &self.event.action
    }

    /// What kind of viewer did it.
    async fn actor(&self) -> AuditActor {
        match self.event.actor.as_str() {
            "user" => AuditActor::User,
            "api-key" => AuditActor::ApiKey,
            "system" => AuditActor::System,
            _ => AuditActor::Anonymous,
        }
    }

    /// Who did it; null if that was nobody with an account.
    async fn user(&self) -> Option<&User> {
        self.user.as_ref()
    }

    /// The API key that it was done by; null if it was not.
    async fn api_key_id(&self) -> Option<ID> {
        self.event.api_key_id.map(|id| GlobalId::ApiKey(id).into())
    }

    /// What kind of thing it was done to, for example `user`; null if to nothing in particular.
    async fn subject_type(&self) -> Option<&str> {
        self.event.subject_type.as_deref()
    }

    /// The id of the object that it was done to; null if that is none. The object may be gone.
    async fn subject_id(&self) -> Option<ID> {
        let kind = self.event.subject_type.as_deref()?;
        GlobalId::of_kind(kind, self.event.subject_id?).map(Into::into)
    }

    /// The client's address; null if it is not known.
    async fn address(&self) -> Option<&str> {
        self.event.address.as_deref()
    }

    /// The id of the request, which the server's log has too.
    async fn request_id(&self) -> Option<&str> {
        self.event.request_id.as_deref()
    }

    /// A few short values more: an object.
    async fn details(&self) -> &serde_json::Value {
        &self.event.details
    }
}
