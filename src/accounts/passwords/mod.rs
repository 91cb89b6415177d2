mod change;
mod reset;

use std::sync::Arc;

use diesel_async::AsyncPgConnection;
use secrecy::SecretString;
use tokio::sync::Semaphore;

use super::attempts::{self, Attempts};
use super::audit::{self, Event};
use super::email;
use super::model::{Role, User};
use super::password::PasswordHasher;
use super::policy::{AccountAction, AccountSubject, require};
use super::repository::{password_resets, sessions, users};
use super::viewer::Viewer;
use crate::clock::Clock;
use crate::db::Pool;
use crate::error::{Error, FieldProblem, Result};
use crate::ids::{SessionId, UserId};
use crate::mail::Mailer;

const CHANGED_MEANWHILE: Error =
    Error::Unauthenticated("your password or your session has changed meanwhile; log in again");

/// Mails that may be on their way at once: a server may take 15 seconds for each.
const MAILS_AT_ONCE: usize = 64;

/// Changing passwords.
#[derive(Clone, Debug)]
pub struct Passwords {
    pool: Pool,
    clock: Clock,
    hasher: PasswordHasher,
    attempts: Attempts,
    mailer: Arc<dyn Mailer>,
    /// The site's page for it, with `{token}` in the token's place.
    reset_url: Option<String>,
    mails: Arc<Semaphore>,
}

impl Passwords {
    pub(super) fn new(
        pool: Pool,
        clock: Clock,
        hasher: PasswordHasher,
        attempts: Attempts,
        mailer: Arc<dyn Mailer>,
        reset_url: Option<String>,
    ) -> Self {
        Self {
            pool,
            clock,
            hasher,
            attempts,
            mailer,
            reset_url,
            mails: Arc::new(Semaphore::new(MAILS_AT_ONCE)),
        }
    }

    /// Sets the password of the account with this address: for whoever runs the program.
    pub async fn set(&self, viewer: &Viewer, email: &str, password: SecretString) -> Result<()> {
        let subject = AccountSubject::other(Role::Admin);
        require(viewer, AccountAction::ChangePassword, &subject)?;
        let found = {
            let connection = &mut self.pool.apart().await?;
            users::find_with_password(connection, &email::key(email)).await?
        };
        let (user, _) = found.filter(|(user, _)| user.active).ok_or_else(|| {
            Error::NotFound("no active account has this e-mail address".to_owned())
        })?;
        let mut problems = Vec::new();
        let hash = self
            .hashed(&user, "password", password, &mut problems)
            .await?
            .ok_or(Error::InvalidInput(problems))?;
        let change = Change {
            user: user.id,
            expected: None,
            hash: &hash,
            session: None,
            by: "command",
        };
        let connection = &mut self.pool.apart().await?;
        connection
            .transaction(async |connection| self.store(connection, viewer, &change).await)
            .await
            .map(drop)
    }

    /// The hash of a password that may be `user`'s; `None` if there are problems.
    async fn hashed(
        &self,
        user: &User,
        field: &str,
        password: SecretString,
        problems: &mut Vec<FieldProblem>,
    ) -> Result<Option<String>> {
        let personal = [user.email.clone(), user.name.clone()];
        match checked(&self.hasher, field, password, personal).await? {
            Ok(password) if problems.is_empty() => Ok(Some(self.hasher.hash(password).await?)),
            Ok(_) => Ok(None),
            Err(problem) => {
                problems.push(problem);
                Ok(None)
            }
        }
    }

    /// Stores a hash, and ends what was opened by the password before.
    async fn store(
        &self,
        connection: &mut AsyncPgConnection,
        viewer: &Viewer,
        change: &Change<'_>,
    ) -> Result<User> {
        let (user, now) = (change.user, self.clock.now());
        let stored =
            users::set_password_hash(connection, user, change.expected, change.hash, now).await?;
        let stored = stored.ok_or(CHANGED_MEANWHILE)?;
        if let Some(session) = change.session
            && !sessions::hold(connection, session, now).await?
        {
            return Err(CHANGED_MEANWHILE);
        }
        sessions::end_all(connection, user, change.session, now).await?;
        password_resets::delete_of(connection, user).await?;
        // Who has just set it need not wait for what others have guessed.
        let key = email::key(&stored.email);
        self.attempts
            .forget(connection, attempts::LOG_IN, &key)
            .await?;
        let event = Event::new("password.changed")
            .to_user(user)
            .with("by", change.by);
        audit::append(connection, &self.clock, viewer, event).await?;
        Ok(stored)
    }
}

/// A hash to store in the place of another.
struct Change<'a> {
    user: UserId,
    /// The hash that was looked at, if the password before had to be known.
    expected: Option<&'a str>,
    hash: &'a str,
    /// The session that stays.
    session: Option<SessionId>,
    /// How it came about, for the audit log.
    by: &'static str,
}

/// The password, or what is wrong with it. `personal` is what others know of its owner.
pub(super) async fn checked(
    hasher: &PasswordHasher,
    field: &str,
    password: SecretString,
    personal: [String; 2],
) -> Result<Result<SecretString, FieldProblem>> {
    let checked = hasher
        .check_rules(password.clone(), personal.to_vec())
        .await?;
    Ok(match checked {
        Ok(()) => Ok(password),
        Err(problem) => Err(FieldProblem::new(field, problem.to_string())),
    })
}
