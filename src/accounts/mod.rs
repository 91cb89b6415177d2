//! Accounts: who is asking, what they may do, and what they did. May import the leaf modules, `db`
//! and `mail`, and no other domain.
//!
//! Start at [`Accounts`], the services. [`Authentication`] makes a [`Viewer`] of what a request
//! brings; every service of every domain takes that first. `policy` decides who may do what to
//! accounts, `repository` holds the SQL and is private.

mod access_watch;
mod api_keys;
mod attempts;
pub mod audit;
mod authentication;
mod email;
mod idempotency;
mod lane;
pub mod model;
mod password;
mod passwords;
pub mod policy;
mod present;
mod repository;
mod sessions;
mod token;
mod users;
mod viewer;

use std::sync::Arc;

use crate::clock::Clock;
use crate::config::Config;
use crate::db::Pool;
use crate::error::Result;
use crate::mail::Mailer;

pub use access_watch::{ACCESS_CHANNEL, AccessWatch, WatchedAccess};
pub use api_keys::{ApiKeys, NewApiKey};
pub use audit::AuditLog;
pub use authentication::{Authentication, Credentials};
pub use idempotency::{Claim, Idempotency, OnceOnly};
pub use model::{ApiKey, ApiKeyScope, Role, Scopes, User};
pub use passwords::Passwords;
pub use sessions::{LogIn, OpenedSession, Sessions};
pub use token::Tokens;
pub use users::{NewUser, UserChanges, UserFilter, Users};
pub use viewer::{Account, Credential, Identity, Origin, Viewer};

use attempts::Attempts;
use lane::Lane;
use password::PasswordHasher;
use policy::{AccountAction, AccountSubject, require};

/// Rows that are deleted at once, of those that can be many.
const PART: i64 = 1000;

/// The accounts' services.
#[derive(Clone, Debug)]
pub struct Accounts {
    /// People.
    pub users: Users,
    /// Logging in and out.
    pub sessions: Sessions,
    /// Changing passwords.
    pub passwords: Passwords,
    /// Programs' keys.
    pub api_keys: ApiKeys,
    /// Finding out who is asking.
    pub authentication: Authentication,
    /// Whether what was let in may stay.
    pub access: AccessWatch,
    /// What was done.
    pub audit_log: AuditLog,
    /// Requests that have one effect however often they are sent.
    pub idempotency: Idempotency,
    /// The keys that tokens are signed with.
    pub tokens: Arc<Tokens>,
    pool: Pool,
    clock: Clock,
}

impl Accounts {
    /// The services on one database.
    pub fn new(
        config: &Config,
        pool: &Pool,
        clock: &Clock,
        mailer: Arc<dyn Mailer>,
    ) -> Result<Self> {
        let tokens = Arc::new(Tokens::new(config, clock)?);
        let hasher = PasswordHasher::of_this_machine()?;
        let lane = Lane::new(pool.clone(), config.database.pool_size);
        let attempts = Attempts::new(lane.clone(), clock.clone());
        let (settings, reset_url) = (&config.accounts, config.mail.password_reset_url.clone());
        Ok(Self {
            users: Users::new(pool.clone(), clock.clone(), hasher.clone()),
            sessions: Sessions::new(
                pool.clone(),
                lane,
                clock.clone(),
                hasher.clone(),
                attempts.clone(),
                Arc::clone(&tokens),
                settings.refresh_token_lifetime,
            ),
            passwords: Passwords::new(
                pool.clone(),
                clock.clone(),
                hasher,
                attempts,
                mailer,
                reset_url,
            ),
            api_keys: ApiKeys::new(pool.clone(), clock.clone()),
            authentication: Authentication::new(pool.clone(), clock.clone(), Arc::clone(&tokens)),
            access: AccessWatch::new(pool.clone(), clock.clone()),
            audit_log: AuditLog::new(pool.clone()),
            idempotency: Idempotency::new(pool.clone(), clock.clone(), Arc::clone(&tokens)),
            tokens,
            pool: pool.clone(),
            clock: clock.clone(),
        })
    }

    /// Forgets sessions, tokens and counts that are over. To be called now and then.
    pub async fn forget_expired(&self, viewer: &Viewer) -> Result<()> {
        use repository::{attempts, password_resets, sessions};
        let everyone = AccountSubject::other(Role::Admin);
        require(viewer, AccountAction::ForgetExpired, &everyone)?;
        self.idempotency.forget_expired().await?;
        let connection = &mut self.pool.get().await?;
        let now = self.clock.now();
        connection
            .change(async |connection| {
                attempts::delete_expired(connection, now).await?;
                password_resets::delete_expired(connection, now).await?;
                // In parts, for each statement has to end in time. A session's last token ends with it.
                while sessions::delete_expired_tokens(connection, now, PART).await? > 0 {}
                while sessions::delete_expired(connection, now, PART).await? > 0 {}
                Ok(())
            })
            .await
    }
}
