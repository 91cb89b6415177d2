//! Whether what was let in may stay: for connections that last longer than a request.
//!
//! PostgreSQL tells, from the transaction that ends a session, revokes a key or changes a user, at
//! every replica. Whoever holds something open also asks before each thing that they hand out, so
//! that nothing depends on being told.

use tokio::sync::broadcast::{self, Receiver, error::RecvError};

use super::repository::api_keys::{self, KeyBy};
use super::repository::sessions;
use super::viewer::{Account, Credential, Identity, Viewer};
use crate::clock::Clock;
use crate::db::Pool;
use crate::error::{Result, with_causes};
use crate::ids::UserId;

/// Where PostgreSQL tells whose access is another one.
pub const ACCESS_CHANNEL: &str = "imprenta_access";

/// Users in memory for a watcher that is busy; beyond that it looks for itself.
const USERS_IN_MEMORY: usize = 256;

/// Tells whose access has ended or become another one.
#[derive(Clone, Debug)]
pub struct AccessWatch {
    pool: Pool,
    clock: Clock,
    /// `None`: it may be anyone's.
    sender: broadcast::Sender<Option<UserId>>,
}

/// An access that is watched.
#[derive(Debug)]
pub struct WatchedAccess {
    watch: AccessWatch,
    viewer: Viewer,
    receiver: Receiver<Option<UserId>>,
}

impl AccessWatch {
    pub(super) fn new(pool: Pool, clock: Clock) -> Self {
        let (sender, _) = broadcast::channel(USERS_IN_MEMORY);
        Self {
            pool,
            clock,
            sender,
        }
    }

    /// Hands on what PostgreSQL has told: the id of a user.
    pub fn tell(&self, user: &str) {
        // If nobody watches, there is nobody to tell.
        let _ = self.sender.send(user.parse().ok().map(UserId));
    }

    /// Has every access looked at: nobody was heard for a while.
    pub fn tell_everyone(&self) {
        let _ = self.sender.send(None);
    }

    /// Watches the access of `viewer`.
    #[must_use]
    pub fn watch(&self, viewer: &Viewer) -> WatchedAccess {
        WatchedAccess {
            watch: self.clone(),
            viewer: viewer.clone(),
            receiver: self.sender.subscribe(),
        }
    }

    /// Whether what let the viewer in still does, and to the same.
    pub async fn holds(&self, viewer: &Viewer) -> Result<bool> {
        let Identity::Account(account) = &viewer.identity else {
            return Ok(true);
        };
        let connection = &mut self.pool.get().await?;
        let now = self.clock.now();
        let same = |role, author| role == account.role && author == account.author;
        Ok(match &account.credential {
            Credential::Session(session) => {
                let live = sessions::find_live(connection, *session, account.user, now).await?;
                live.is_some_and(|(role, author)| same(role, author))
            }
            Credential::ApiKey { id, scopes } => {
                let live = api_keys::find_live(connection, KeyBy::Id(*id), now).await?;
                live.is_some_and(|(key, role, author)| same(role, author) && key.scopes == *scopes)
            }
        })
    }
}

impl WatchedAccess {
    /// Waits until it has ended or become another one: for ever, if there is none that could.
    pub async fn lost(&mut self) {
        let Some(Account { user, .. }) = self.viewer.account() else {
            return std::future::pending().await;
        };
        loop {
            match self.receiver.recv().await {
                Ok(Some(told)) if told != *user => continue,
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
            match self.watch.holds(&self.viewer).await {
                Ok(true) => {}
                Ok(false) => return,
                // It is asked again before anything is handed out.
                Err(error) => tracing::warn!(
                    cause = with_causes(&error),
                    "could not look whether an access holds"
                ),
            }
        }
    }
}
