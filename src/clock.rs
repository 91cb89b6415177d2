//! The time, passed in: production reads the system's clock, a test sets its own.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use uuid::{ContextV7, Timestamp, Uuid};

/// Where the time and time-ordered ids come from.
///
/// Everything that asks for the time takes a `Clock`; clippy refuses the global functions
/// elsewhere. Cloning is cheap, and clones of a test's clock move together.
#[derive(Clone)]
pub struct Clock {
    read: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// Keeps ids made within one millisecond in order.
    sequence: Arc<std::sync::Mutex<ContextV7>>,
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the system's clock"
        )]
        Self::from_fn(Utc::now)
    }

    /// A clock that answers with what `read` returns.
    pub fn from_fn(read: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self {
            read: Arc::new(read),
            sequence: Arc::default(),
        }
    }

    /// The time, in the precision that PostgreSQL keeps: microseconds.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        (self.read)().trunc_subsecs(6)
    }

    /// A new UUID version 7 (RFC 9562, section 5.7), later than every one before it.
    #[must_use]
    pub fn new_uuid(&self) -> Uuid {
        let now = self.now();
        let sequence = self
            .sequence
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Uuid::new_v7(Timestamp::from_unix(
            &*sequence,
            u64::try_from(now.timestamp()).unwrap_or_default(),
            now.timestamp_subsec_nanos(),
        ))
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clock").field("now", &self.now()).finish()
    }
}
