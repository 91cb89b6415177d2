use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use super::{OpenedSession, Sessions};
use crate::accounts::attempts::{self, Attempt};
use crate::accounts::audit::{self, Event};
use crate::accounts::email;
use crate::accounts::password::MAX_BYTES;
use crate::accounts::repository::{sessions, users};
use crate::accounts::viewer::Viewer;
use crate::error::{Error, Result, with_causes};
use crate::ids::{SessionId, UserId};

const WRONG: Error = Error::InvalidCredentials("the e-mail address or the password is wrong");

/// Who wants to log in.
#[derive(Debug)]
pub struct LogIn {
    /// The account's address, in any case.
    pub email: String,
    /// Its password.
    pub password: SecretString,
}

impl Sessions {
    /// Opens a session. An address that has no account and a wrong password give the same answer,
    /// after the same work.
    pub async fn log_in(&self, viewer: &Viewer, log_in: LogIn) -> Result<OpenedSession> {
        let started = Instant::now();
        let key = email::key(&log_in.email);
        let attempt = self.attempts.begin(viewer, attempts::LOG_IN, &key).await?;
        let found = {
            // Given back while the password is looked at, which takes long.
            let connection = &mut self.lane.get().await?;
            users::find_with_password(connection, &key_to_look_up(key)).await?
        };
        let (user, hash) = found.unzip();
        let hash = hash.flatten();
        let may_try = user.as_ref().is_some_and(|user| user.active);
        let (password, expected) = bounded(log_in.password, hash.clone().filter(|_| may_try));
        let verdict = match self.hasher.verify(password, expected).await {
            Ok(verdict) => verdict,
            Err(failure) => {
                self.attempts.unmade(&attempt).await?;
                return Err(failure.into());
            }
        };
        if let (Some(user), Some(hash), true) = (&user, &hash, verdict.matches) {
            let next_hash = verdict.rehashed.as_ref().unwrap_or(hash);
            let opened = self
                .open(viewer, &attempt, user.id, (hash, next_hash))
                .await?;
            if let Some(opened) = opened {
                return Ok(opened);
            }
        }
        // Whoever is next need not wait for what is only a pause.
        drop(attempt);
        self.refuse_log_in(viewer, user.map(|user| user.id), started)
            .await
    }

    async fn refuse_log_in(
        &self,
        viewer: &Viewer,
        user: Option<UserId>,
        started: Instant,
    ) -> Result<OpenedSession> {
        let dearest = {
            let connection = &mut self.lane.get().await?;
            let event = Event::new("session.refused");
            let event = match user {
                Some(user) => event.to_user(user),
                None => event,
            };
            connection
                .change(async |connection| {
                    audit::append(connection, &self.clock, viewer, event).await?;
                    users::dearest_older_hash(connection).await
                })
                .await?
        };
        if let Some(dearest) = dearest {
            tokio::time::sleep_until(started + time_of(&dearest)).await;
        }
        Err(WRONG)
    }

    /// Opens a session, unless the password that was looked at is not the user's any more.
    async fn open(
        &self,
        viewer: &Viewer,
        attempt: &Attempt<'_>,
        user: UserId,
        (hash, next_hash): (&str, &str),
    ) -> Result<Option<OpenedSession>> {
        let connection = &mut self.lane.get().await?;
        let opened = connection
            .transaction(async |connection| -> Result<_> {
                let now = self.clock.now();
                let noted = users::note_log_in(connection, user, hash, next_hash, now).await?;
                let Some(user) = noted else {
                    return Ok(None);
                };
                let session = SessionId(self.clock.new_uuid());
                let expires_at = self.refresh_end(now);
                sessions::insert(connection, session, user.id, now, expires_at).await?;
                let event = Event::new("session.opened")
                    .to_user(user.id)
                    .with("session", session.0.to_string());
                audit::append(connection, &self.clock, viewer, event).await?;
                Ok(Some(self.issue(connection, user, session).await?))
            })
            .await?;
        // Afterwards: within the transaction, a whole office would wait for each other's commits at
        // the count of its one address.
        if opened.is_some()
            && let Err(error) = self.attempts.succeeded(connection, attempt).await
        {
            tracing::warn!(cause = with_causes(&error), "a good log-in stays counted");
        }
        Ok(opened)
    }
}

/// An address that no account can have is not looked for as it is: PostgreSQL refuses NUL.
fn key_to_look_up(key: String) -> String {
    if key.len() <= 255 && !key.contains('\0') {
        key
    } else {
        String::new()
    }
}

/// A password that is too long for any account is verified in its absence.
fn bounded(password: SecretString, hash: Option<String>) -> (SecretString, Option<String>) {
    if password.expose_secret().len() <= MAX_BYTES {
        (password, hash)
    } else {
        (SecretString::default(), None)
    }
}

/// How long a refused log-in takes while there are passwords that an older system hashed: those take
/// longer to check than ours, and an address without an account must not be told by that. `cost` is
/// the highest of bcrypt's there is; each doubles the time, and 10 takes some 60 ms.
fn time_of(cost: &str) -> Duration {
    match cost.parse::<u32>() {
        Ok(cost) => Duration::from_millis(150 << cost.saturating_sub(10).min(6)),
        // Our own algorithm, at another cost.
        Err(_) => Duration::from_secs(1),
    }
}
