use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::accounts::audit::{AuditEvent, AuditFilter};
use crate::db::schema::audit_events;
use crate::db::sql::KeepPreparedDsl;
use crate::error::Result;
use crate::page::PageRequest;

pub async fn insert(mut connection: &AsyncPgConnection, event: &AuditEvent) -> Result<()> {
    diesel::insert_into(audit_events::table)
        .values(event)
        .keep_prepared()
        .execute(&mut connection)
        .await?;
    Ok(())
}

pub async fn insert_all(connection: &mut AsyncPgConnection, events: &[AuditEvent]) -> Result<()> {
    diesel::insert_into(audit_events::table)
        .values(events)
        .execute(connection)
        .await?;
    Ok(())
}

/// A page of the log, newest first.
pub async fn list(
    connection: &mut AsyncPgConnection,
    filter: &AuditFilter,
    page: &PageRequest,
) -> Result<Vec<AuditEvent>> {
    let query = filtered(filter).select(AuditEvent::as_select());
    let (time, id) = (audit_events::occurred_at, audit_events::id);
    let query = page_by_time!(query, page, time, id, descending);
    Ok(query.load(connection).await?)
}

/// How many entries there are.
pub async fn count(connection: &mut AsyncPgConnection, filter: &AuditFilter) -> Result<i64> {
    Ok(filtered(filter).count().get_result(connection).await?)
}

fn filtered(filter: &AuditFilter) -> audit_events::BoxedQuery<'static, diesel::pg::Pg> {
    let mut query = audit_events::table.into_boxed();
    if let Some(action) = filter.action.clone() {
        query = query.filter(audit_events::action.eq(action));
    }
    if let Some(user) = filter.user {
        query = query.filter(audit_events::user_id.eq(user));
    }
    if let Some(subject) = filter.subject {
        query = query.filter(audit_events::subject_id.eq(subject));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_events::occurred_at.ge(from));
    }
    if let Some(until) = filter.until {
        query = query.filter(audit_events::occurred_at.lt(until));
    }
    query
}
