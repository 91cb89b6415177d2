use chrono::{DateTime, Utc};
use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::db::schema::attempts;
use crate::error::Result;

/// How often something was tried within a window that ends at a time.
#[derive(Clone, Debug, Queryable)]
pub struct Counted {
    pub count: i32,
    pub window_ends_at: DateTime<Utc>,
}

/// Counts one attempt more, beginning a window that ends at `window_end` if none is open.
pub async fn add(
    connection: &mut AsyncPgConnection,
    subject: &str,
    now: DateTime<Utc>,
    window_end: DateTime<Utc>,
) -> Result<Counted> {
    let is_over = attempts::window_ends_at.le(now);
    Ok(diesel::insert_into(attempts::table)
        .values((
            attempts::subject.eq(subject),
            attempts::count.eq(1),
            attempts::window_ends_at.eq(window_end),
        ))
        .on_conflict(attempts::subject)
        .do_update()
        .set((
            attempts::count.eq(
                case_when(is_over, 1_i32.into_sql::<diesel::sql_types::Integer>())
                    .otherwise(attempts::count + 1),
            ),
            attempts::window_ends_at.eq(case_when(
                is_over,
                window_end.into_sql::<diesel::sql_types::Timestamptz>(),
            )
            .otherwise(attempts::window_ends_at)),
        ))
        .returning((attempts::count, attempts::window_ends_at))
        .get_result(connection)
        .await?)
}

/// Takes one attempt back, if it was in the window that ends then.
pub async fn subtract(
    connection: &mut AsyncPgConnection,
    subject: &str,
    window_end: DateTime<Utc>,
) -> Result<()> {
    let counted = attempts::table
        .find(subject)
        .filter(attempts::window_ends_at.eq(window_end))
        .filter(attempts::count.gt(0));
    diesel::update(counted)
        .set(attempts::count.eq(attempts::count - 1))
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets all attempts.
pub async fn delete(connection: &mut AsyncPgConnection, subject: &str) -> Result<()> {
    diesel::delete(attempts::table.find(subject))
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets what is over.
pub async fn delete_expired(connection: &mut AsyncPgConnection, now: DateTime<Utc>) -> Result<()> {
    diesel::delete(attempts::table.filter(attempts::window_ends_at.le(now)))
        .execute(connection)
        .await?;
    Ok(())
}
