use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};

use super::repository::api_keys::{self, KeyBy};
use super::repository::sessions;
use super::token::{TokenKind, Tokens, digest_of};
use super::viewer::{Account, Credential, Identity, Origin, Viewer};
use crate::clock::Clock;
use crate::db::Pool;
use crate::error::{Error, Result, with_causes};
use crate::ids::{SessionId, UserId};

/// How exactly the last use of an API key is known: a write for every request would cost more than
/// the request.
const USE_NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// What a request brings to prove who is asking.
#[derive(Debug)]
pub enum Credentials {
    /// An access token or an API key (RFC 6750).
    Bearer(SecretString),
}

/// Finds out who is asking. The only place that makes viewers of accounts.
#[derive(Clone, Debug)]
pub struct Authentication {
    pool: Pool,
    clock: Clock,
    tokens: Arc<Tokens>,
}

impl Authentication {
    pub(super) fn new(pool: Pool, clock: Clock, tokens: Arc<Tokens>) -> Self {
        Self {
            pool,
            clock,
            tokens,
        }
    }

    /// The viewer with these credentials. Asks the database each time, in one statement: whoever
    /// is kept out is so from the next request on, at every replica.
    ///
    /// Fails with [`Error::Unauthenticated`] if they are not, or no longer, valid.
    pub async fn viewer(&self, credentials: Credentials, origin: Origin) -> Result<Viewer> {
        let Credentials::Bearer(token) = credentials;
        let token = token.expose_secret();
        let account = match digest_of(TokenKind::ApiKey, token) {
            Some(digest) => self.owner_of(&digest).await?,
            None => self.person(token).await?,
        };
        Ok(Viewer {
            identity: Identity::Account(account),
            origin,
        })
    }

    /// How long an access token is still good for; `None` for what ends by no time of its own.
    #[must_use]
    pub fn rest_of(&self, token: &SecretString) -> Option<Duration> {
        let end = self.tokens.access.end_of(token.expose_secret())?;
        Some((end - self.clock.now()).to_std().unwrap_or_default())
    }

    async fn person(&self, token: &str) -> Result<Account> {
        let claims = self.tokens.access.verify(token)?;
        let connection = &mut self.pool.get().await?;
        let (session, user) = (SessionId(claims.session), UserId(claims.user));
        let live = sessions::find_live(connection, session, user, self.clock.now()).await?;
        // The role is the account's present one, whatever the token says.
        let (role, author) = live.ok_or(Error::Unauthenticated(
            "the session of this access token has ended; log in again",
        ))?;
        Ok(Account {
            user,
            role,
            author,
            credential: Credential::Session(session),
        })
    }

    async fn owner_of(&self, digest: &[u8]) -> Result<Account> {
        let connection = &mut self.pool.get().await?;
        let now = self.clock.now();
        let live = api_keys::find_live(connection, KeyBy::Digest(digest), now).await?;
        let (key, role, author) = live.ok_or(Error::Unauthenticated(
            "this API key is not valid, or no longer",
        ))?;
        if key
            .last_used_at
            .is_none_or(|last| now - last >= USE_NOTED_EVERY)
        {
            let last = now - USE_NOTED_EVERY;
            let noted = connection
                .change(async |connection| api_keys::note_use(connection, key.id, last, now).await)
                .await;
            if let Err(error) = noted {
                // Worth a line, and not the request.
                tracing::warn!(
                    cause = with_causes(&error),
                    "the use of an API key was not noted"
                );
            }
        }
        Ok(Account {
            user: key.user_id,
            role,
            author,
            credential: Credential::ApiKey {
                id: key.id,
                scopes: key.scopes,
            },
        })
    }
}
