//! How often something may be tried within a window of time, by an account and from an address.
//! Counted in the database, so that replicas count together.

use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use tokio::sync::{Mutex, MutexGuard, Semaphore, SemaphorePermit};

use super::audit::{self, Event};
use super::lane::Lane;
use super::repository::attempts;
use super::token::digest_text;
use super::viewer::Viewer;
use crate::clock::Clock;
use crate::db::Connection;
use crate::error::{Error, Result};

/// Something that may be tried only so often.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    name: &'static str,
    /// For one account, whether it exists or not.
    per_account: i32,
    /// From one address: a whole office may share one.
    per_address: i32,
    window: Duration,
}

/// Guessing a password. One that is right is not counted.
pub(super) const LOG_IN: Kind = Kind {
    name: "log-in",
    per_account: 10,
    per_address: 100,
    window: Duration::from_mins(15),
};

/// Asking for a mail by which to set a new password.
pub(super) const PASSWORD_RESET: Kind = Kind {
    name: "password-reset",
    per_account: 3,
    per_address: 20,
    window: Duration::from_hours(1),
};

/// Places to wait at, so that the attempts on one account come one after the other.
const QUEUES: usize = 64;

/// Attempts that are made or waited for at once, at most: some seconds' work for a small machine.
const AT_ONCE: usize = 256;

/// How long an attempt waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

const BUSY: Error = Error::Overloaded("too many people are logging in; try again in a few seconds");

/// Counts attempts.
#[derive(Clone, Debug)]
pub(super) struct Attempts {
    lane: Lane,
    clock: Clock,
    queues: Arc<[Mutex<()>; QUEUES]>,
    places: Arc<Semaphore>,
    /// Keyed anew in each process, so that nobody can tell who shares a queue with whom.
    hasher: RandomState,
}

/// One attempt, counted already. Whoever is dropped with it, because a client went away, has tried.
pub(super) struct Attempt<'a> {
    account: Count,
    address: Option<Count>,
    _turn: MutexGuard<'a, ()>,
    _place: SemaphorePermit<'a>,
}

/// An attempt within a window of something that is counted.
struct Count {
    subject: String,
    window_ends_at: DateTime<Utc>,
}

impl Attempts {
    pub(super) fn new(lane: Lane, clock: Clock) -> Self {
        Self {
            lane,
            clock,
            queues: Arc::new(std::array::from_fn(|_| Mutex::new(()))),
            places: Arc::new(Semaphore::new(AT_ONCE)),
            hasher: RandomState::new(),
        }
    }

    /// Counts an attempt on `account` before it is made, or refuses it.
    ///
    /// Attempts on one account take turns within this process: many good log-ins at once are not
    /// taken for guesses, and many guesses at once are not more than the limit.
    pub(super) async fn begin(
        &self,
        viewer: &Viewer,
        kind: Kind,
        account: &str,
    ) -> Result<Attempt<'_>> {
        // Said at once to those who would have to wait for long.
        let place = self.places.try_acquire().map_err(|_| BUSY)?;
        // Before the turn, so that one address cannot fill the queue of someone else's account.
        let address = match viewer.origin.address {
            Some(address) => {
                let subject = address_subject(kind, address);
                Some(self.count(viewer, kind, subject, kind.per_address).await?)
            }
            None => None,
        };
        let turn = tokio::time::timeout(PATIENCE, self.queue(account).lock());
        let turn = turn.await.map_err(|_| BUSY)?;
        let subject = account_subject(kind, account);
        Ok(Attempt {
            account: self.count(viewer, kind, subject, kind.per_account).await?,
            address,
            _turn: turn,
            _place: place,
        })
    }

    async fn count(
        &self,
        viewer: &Viewer,
        kind: Kind,
        subject: String,
        limit: i32,
    ) -> Result<Count> {
        let now = self.clock.now();
        let connection = &mut self.lane.get().await?;
        let counted = connection
            .change(async |connection| {
                attempts::add(connection, &subject, now, now + kind.window).await
            })
            .await?;
        let window_ends_at = counted.window_ends_at;
        if counted.count <= limit {
            return Ok(Count {
                subject,
                window_ends_at,
            });
        }
        // The first one says it all; the others would only fill the log.
        if counted.count == limit + 1 {
            let by = if limit == kind.per_account {
                "account"
            } else {
                "address"
            };
            tracing::warn!(kind = kind.name, by, "too many attempts");
            let event = Event::new("attempts.limited")
                .with("kind", kind.name)
                .with("by", by);
            connection
                .change(async |connection| {
                    audit::append(connection, &self.clock, viewer, event).await
                })
                .await?;
        }
        Err(Error::RateLimited {
            retry_after: (window_ends_at - now).to_std().unwrap_or_default(),
        })
    }

    /// Forgets the attempts on an account of which one was right, and takes that one back from the
    /// address.
    pub(super) async fn succeeded(
        &self,
        connection: &mut Connection,
        attempt: &Attempt<'_>,
    ) -> Result<()> {
        connection
            .change(async |connection| {
                attempts::delete(connection, &attempt.account.subject).await?;
                self.subtract(connection, attempt.address.as_ref()).await
            })
            .await
    }

    /// Forgets the attempts on an account, whose owner has shown who they are in another way.
    pub(super) async fn forget(
        &self,
        connection: &mut AsyncPgConnection,
        kind: Kind,
        account: &str,
    ) -> Result<()> {
        attempts::delete(connection, &account_subject(kind, account)).await
    }

    /// Takes back an attempt that could not be looked at, through no fault of who made it.
    pub(super) async fn unmade(&self, attempt: &Attempt<'_>) -> Result<()> {
        let connection = &mut self.lane.get().await?;
        connection
            .change(async |connection| {
                self.subtract(connection, Some(&attempt.account)).await?;
                self.subtract(connection, attempt.address.as_ref()).await
            })
            .await
    }

    async fn subtract(
        &self,
        connection: &mut AsyncPgConnection,
        count: Option<&Count>,
    ) -> Result<()> {
        let Some(count) = count else { return Ok(()) };
        attempts::subtract(connection, &count.subject, count.window_ends_at).await
    }

    fn queue(&self, account: &str) -> &Mutex<()> {
        let hash = self.hasher.hash_one(account);
        let place = usize::try_from(hash % QUEUES as u64).unwrap_or_default();
        &self.queues[place]
    }
}

/// A digest stands for the account: what people type for an address may be anything, of any length.
fn account_subject(kind: Kind, account: &str) -> String {
    let digest = digest_text(account);
    format!("{}-account:{digest}", kind.name)
}

/// The address, or the network of 64 bits that one subscriber has in IPv6 (RFC 6177).
fn address_subject(kind: Kind, address: IpAddr) -> String {
    let address = match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
        v4 @ IpAddr::V4(_) => v4,
    };
    format!("{}-address:{address}", kind.name)
}
