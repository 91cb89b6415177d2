mod log_in;
mod log_out;
mod refresh;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use secrecy::SecretString;

use super::attempts::Attempts;
use super::lane::Lane;
use super::model::User;
use super::password::PasswordHasher;
use super::repository::sessions;
use super::token::{AccessClaims, OpaqueToken, TokenKind, Tokens};
use crate::clock::Clock;
use crate::db::Pool;
use crate::error::Result;
use crate::ids::SessionId;

pub use log_in::LogIn;

/// Logging in and out.
///
/// A session is one log-in and all that is renewed from it. Every request looks at it in the
/// database, so what ends it takes effect at once, on every replica.
#[derive(Clone, Debug)]
pub struct Sessions {
    pool: Pool,
    /// For logging in.
    lane: Lane,
    clock: Clock,
    hasher: PasswordHasher,
    attempts: Attempts,
    tokens: Arc<Tokens>,
    /// How long a refresh token can be used.
    refresh_lifetime: Duration,
}

/// A session that was opened or renewed, with its tokens: they are nowhere else.
#[derive(Debug)]
pub struct OpenedSession {
    /// Whose.
    pub user: User,
    /// Which.
    pub session: SessionId,
    /// Proves who is asking, for a short time.
    pub access_token: SecretString,
    /// How long.
    pub expires_in: Duration,
    /// Renews the session, once.
    pub refresh_token: SecretString,
    /// How long it can.
    pub refresh_expires_in: Duration,
    /// What a browser that logs in by cookies sends to prove that the site's own page is asking.
    pub csrf_token: String,
}

impl Sessions {
    pub(super) fn new(
        pool: Pool,
        lane: Lane,
        clock: Clock,
        hasher: PasswordHasher,
        attempts: Attempts,
        tokens: Arc<Tokens>,
        refresh_lifetime: Duration,
    ) -> Self {
        Self {
            pool,
            lane,
            clock,
            hasher,
            attempts,
            tokens,
            refresh_lifetime,
        }
    }

    /// Makes the tokens of a session.
    async fn issue(
        &self,
        connection: &mut AsyncPgConnection,
        user: User,
        session: SessionId,
    ) -> Result<OpenedSession> {
        let refresh = OpaqueToken::generate(TokenKind::Refresh)?;
        let now = self.clock.now();
        let expires_at = self.refresh_end(now);
        sessions::insert_token(connection, &refresh.digest(), session, now, expires_at).await?;
        let access_token = self.tokens.access.issue(&AccessClaims {
            user: user.id.0,
            role: user.role.as_str().to_owned(),
            session: session.0,
        })?;
        Ok(OpenedSession {
            user,
            session,
            access_token,
            expires_in: self.tokens.access.lifetime(),
            refresh_token: refresh.text,
            refresh_expires_in: self.refresh_lifetime,
            csrf_token: self.csrf_token(session),
        })
    }

    fn refresh_end(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + self.refresh_lifetime
    }

    /// What a browser that is logged in by cookies has to send with a mutation.
    #[must_use]
    pub fn csrf_token(&self, session: SessionId) -> String {
        self.tokens.csrf.token(session.0)
    }

    /// Whether `token` is that of the session.
    #[must_use]
    pub fn is_csrf_token(&self, session: SessionId, token: &str) -> bool {
        self.tokens.csrf.is_token(session.0, token)
    }
}
