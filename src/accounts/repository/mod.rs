//! The accounts' SQL. Functions take a connection and decide nothing.

/// A page of a boxed query in the order of a time and an id, `ascending` or `descending`.
macro_rules! page_by_time {
    ($query:expr, $page:expr, $time:expr, $id:expr, $direction:ident) => {{
        use $crate::db::sql::{Keyset, LimitDsl, Side};
        let descending = stringify!($direction) == "descending";
        let (after, before) = if descending {
            (Side::Below, Side::Above)
        } else {
            (Side::Above, Side::Below)
        };
        let mut query = $query;
        if let Some(position) = $page.after.clone() {
            query = query.filter(Keyset::new($time, $id, after, position));
        }
        if let Some(position) = $page.before.clone() {
            query = query.filter(Keyset::new($time, $id, before, position));
        }
        let query = if descending == $page.from_end {
            query.order_by(($time.asc(), $id.asc()))
        } else {
            query.order_by(($time.desc(), $id.desc()))
        };
        query.limit_at_least($page.rows())
    }};
}

pub mod api_keys;
pub mod attempts;
pub mod audit_events;
pub mod idempotency_keys;
pub mod password_resets;
pub mod sessions;
pub mod users;
