//! The audit log: who did what, to what, when and from where. Rows are only ever added, in the
//! transaction of what they tell of.
//!
//! An event never holds a secret or a whole text: [`Event::details`] are a few short values.

use chrono::{DateTime, Utc};
use diesel::prelude::{Identifiable, Insertable, Queryable, Selectable};
use diesel_async::AsyncPgConnection;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::model::Role;
use super::policy::{AccountAction, AccountSubject, require};
use super::repository::audit_events;
use super::viewer::{Credential, Identity, Viewer};
use crate::clock::Clock;
use crate::db::Pool;
use crate::db::schema;
use crate::error::{Error, Result};
use crate::ids::{ApiKeyId, AuditEventId, UserId};
use crate::page::{OrderTag, Page, PageRequest, Position, SortKey, is_storable};

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Event {
    /// What, as `thing.verb`: `session.opened`, `post.imported`.
    pub action: &'static str,
    /// To what: the kind of thing and its id.
    pub subject: Option<(&'static str, Uuid)>,
    /// A few short values more, none of them a secret.
    pub details: Map<String, Value>,
}

impl Event {
    /// An event that is done to nothing in particular.
    #[must_use]
    pub fn new(action: &'static str) -> Self {
        Self {
            action,
            subject: None,
            details: Map::new(),
        }
    }

    /// To this.
    #[must_use]
    pub fn to(mut self, kind: &'static str, id: Uuid) -> Self {
        self.subject = Some((kind, id));
        self
    }

    /// To this account.
    #[must_use]
    pub fn to_user(self, user: UserId) -> Self {
        self.to("user", user.0)
    }

    /// With one value more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }
}

/// An entry of the audit log.
#[derive(Clone, Debug, Identifiable, Insertable, Queryable, Selectable)]
#[diesel(table_name = schema::audit_events, treat_none_as_default_value = false)]
pub struct AuditEvent {
    /// Its id.
    pub id: AuditEventId,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// What happened.
    pub action: String,
    /// What kind of viewer did it: `anonymous`, `user`, `api-key` or `system`.
    pub actor: String,
    /// Whose account did it.
    pub user_id: Option<UserId>,
    /// Which of that account's API keys.
    pub api_key_id: Option<ApiKeyId>,
    /// What kind of thing it was done to.
    pub subject_type: Option<String>,
    /// Which one.
    pub subject_id: Option<Uuid>,
    /// The client's address.
    pub address: Option<String>,
    /// The id of the request, which the log has too.
    pub request_id: Option<String>,
    /// A few short values more: a JSON object.
    pub details: Value,
}

/// Adds an event, as done by `viewer`. Can be sent together with what it tells of.
pub async fn append(
    connection: &AsyncPgConnection,
    clock: &Clock,
    viewer: &Viewer,
    event: Event,
) -> Result<()> {
    audit_events::insert(connection, &entry(clock, viewer, event)).await
}

/// Adds several events, in their order.
pub async fn append_all(
    connection: &mut AsyncPgConnection,
    clock: &Clock,
    viewer: &Viewer,
    events: impl IntoIterator<Item = Event>,
) -> Result<()> {
    let entries = events.into_iter().map(|event| entry(clock, viewer, event));
    audit_events::insert_all(connection, &entries.collect::<Vec<_>>()).await
}

fn entry(clock: &Clock, viewer: &Viewer, event: Event) -> AuditEvent {
    let (actor, user_id, api_key_id) = match &viewer.identity {
        Identity::Anonymous => ("anonymous", None, None),
        Identity::System => ("system", None, None),
        Identity::Account(account) => match account.credential {
            Credential::Session(_) => ("user", Some(account.user), None),
            Credential::ApiKey { id, .. } => ("api-key", Some(account.user), Some(id)),
        },
    };
    AuditEvent {
        id: AuditEventId(clock.new_uuid()),
        occurred_at: clock.now(),
        action: event.action.to_owned(),
        actor: actor.to_owned(),
        user_id,
        api_key_id,
        subject_type: event.subject.map(|(kind, _)| kind.to_owned()),
        subject_id: event.subject.map(|(_, id)| id),
        address: viewer.origin.address.map(|address| address.to_string()),
        request_id: viewer.origin.request_id.clone(),
        details: Value::Object(event.details),
    }
}

/// Which entries a list holds: those that meet every condition given.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// With this action.
    pub action: Option<String>,
    /// Done by this account.
    pub user: Option<UserId>,
    /// Done to the thing with this id.
    pub subject: Option<Uuid>,
    /// At this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Before this time.
    pub until: Option<DateTime<Utc>>,
}

/// Marks cursors of the audit log.
const BY_TIME: OrderTag = OrderTag(b't');

impl AuditEvent {
    /// The entry's place in the log.
    #[must_use]
    pub fn cursor(&self) -> String {
        let key = SortKey::Time(self.occurred_at);
        Position { key, id: self.id.0 }.to_cursor(BY_TIME)
    }

    /// Reads a cursor of the log.
    #[must_use]
    pub fn position(cursor: &str) -> Option<Position> {
        Position::time_from_cursor(cursor, BY_TIME)
    }
}

/// Reads the audit log.
#[derive(Clone, Debug)]
pub struct AuditLog {
    pool: Pool,
}

impl AuditLog {
    pub(super) fn new(pool: Pool) -> Self {
        Self { pool }
    }

    /// A page of the log, newest first.
    pub async fn list(
        &self,
        viewer: &Viewer,
        filter: &AuditFilter,
        page: &PageRequest,
    ) -> Result<Page<AuditEvent>> {
        check(viewer, filter)?;
        let connection = &mut self.pool.get().await?;
        let rows = audit_events::list(connection, filter, page).await?;
        Ok(Page::from_rows(rows, page))
    }

    /// How many entries the log holds.
    pub async fn count(&self, viewer: &Viewer, filter: &AuditFilter) -> Result<i64> {
        check(viewer, filter)?;
        let connection = &mut self.pool.get().await?;
        audit_events::count(connection, filter).await
    }
}

fn check(viewer: &Viewer, filter: &AuditFilter) -> Result<()> {
    let everyone = AccountSubject::other(Role::Admin);
    require(viewer, AccountAction::ReadAuditLog, &everyone)?;
    if filter.action.as_ref().is_some_and(|it| it.contains('\0')) {
        let message = "holds the character NUL, which no action does";
        return Err(Error::invalid("filter.action", message));
    }
    for (argument, time) in [("filter.from", filter.from), ("filter.until", filter.until)] {
        if time.is_some_and(|time| !is_storable(&time)) {
            return Err(Error::invalid(argument, "not within the years 1 and 9999"));
        }
    }
    Ok(())
}
