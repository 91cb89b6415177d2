use std::sync::Arc;

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};

use super::{Change, Passwords};
use crate::accounts::attempts;
use crate::accounts::audit::{self, Event};
use crate::accounts::email;
use crate::accounts::model::User;
use crate::accounts::repository::{password_resets, users};
use crate::accounts::token::{OpaqueToken, TokenKind, digest_of};
use crate::accounts::viewer::Viewer;
use crate::error::{Error, Result, with_causes};
use crate::mail::Mail;

/// How long a mailed token can be used.
const RESET_LIFETIME: TimeDelta = TimeDelta::minutes(30);

const UNKNOWN_TOKEN: Error = Error::InvalidCredentials(
    "this token is not valid, or no longer; request a password reset again",
);

impl Passwords {
    /// Mails a token by which to set a new password, if there is an active account with this
    /// address. Whoever asks is not told whether there is, by the answer or by its time.
    pub async fn request_reset(&self, viewer: &Viewer, email: &str) -> Result<()> {
        let key = email::check("email", email)
            .map(|it| email::key(&it))
            .map_err(|problem| Error::InvalidInput(vec![problem]))?;
        let kind = attempts::PASSWORD_RESET;
        self.attempts.begin(viewer, kind, &key).await?;
        let Ok(place) = Arc::clone(&self.mails).try_acquire_owned() else {
            return Err(Error::Overloaded(
                "too many mails are on their way; try again in a minute",
            ));
        };
        let (service, viewer) = (self.clone(), viewer.clone());
        tokio::spawn(async move {
            service.mail_reset(&viewer, &key).await;
            drop(place);
        });
        Ok(())
    }

    async fn mail_reset(&self, viewer: &Viewer, key: &str) {
        let (user, token) = match self.new_reset(viewer, key).await {
            Ok(Some(made)) => made,
            Ok(None) => return,
            Err(error) => {
                let cause = with_causes(&error);
                tracing::error!(cause, "a password reset was not made");
                return;
            }
        };
        let mail = reset_mail(&user, token.text.expose_secret(), self.reset_url.as_deref());
        if let Err(error) = self.mailer.send(mail).await {
            let cause = with_causes(&error);
            tracing::error!(cause, "a password reset was not mailed");
        }
    }

    /// A token for the active account with this address, in place of those that it had.
    async fn new_reset(&self, viewer: &Viewer, key: &str) -> Result<Option<(User, OpaqueToken)>> {
        let token = OpaqueToken::generate(TokenKind::PasswordReset)?;
        let connection = &mut self.pool.apart().await?;
        connection
            .transaction(async |connection| {
                let found = password_resets::lock_recipient(connection, key).await?;
                let Some(user) = found else { return Ok(None) };
                let now = self.clock.now();
                let (digest, end) = (token.digest(), now + RESET_LIFETIME);
                password_resets::replace(connection, &digest, user.id, now, end).await?;
                let event = Event::new("password.reset-requested").to_user(user.id);
                audit::append(connection, &self.clock, viewer, event).await?;
                Ok(Some((user, token)))
            })
            .await
    }

    /// Sets a new password by a mailed token, which can be used once, and ends all sessions.
    pub async fn reset(
        &self,
        viewer: &Viewer,
        token: &SecretString,
        new: SecretString,
    ) -> Result<User> {
        let digest =
            digest_of(TokenKind::PasswordReset, token.expose_secret()).ok_or(UNKNOWN_TOKEN)?;
        let found = {
            let connection = &mut self.pool.apart().await?;
            password_resets::find_user(connection, &digest, self.clock.now()).await?
        };
        let user = found.ok_or(UNKNOWN_TOKEN)?;
        let mut problems = Vec::new();
        let hash = self
            .hashed(&user, "newPassword", new, &mut problems)
            .await?
            .ok_or(Error::InvalidInput(problems))?;
        let change = Change {
            user: user.id,
            expected: None,
            hash: &hash,
            session: None,
            by: "reset",
        };
        let connection = &mut self.pool.apart().await?;
        connection
            .transaction(async |connection| {
                users::lock(connection, user.id).await?;
                if !password_resets::take(connection, &digest).await? {
                    return Err(UNKNOWN_TOKEN);
                }
                self.store(connection, viewer, &change).await
            })
            .await
    }
}

fn reset_mail(user: &User, token: &str, url: Option<&str>) -> Mail {
    let way = match url {
        Some(url) => format!(
            "Open this page to set a new one:\n\n{}",
            url.replace("{token}", token)
        ),
        None => format!("This token sets a new one, with the mutation resetPassword:\n\n{token}"),
    };
    Mail {
        to: user.email.clone(),
        subject: "Set a new password".to_owned(),
        text: format!(
            "Hello {},\n\nsomeone, probably you, asked to set a new password for this address. {way}\n\nIt works once, within 30 minutes. If it was not you, nothing has to be done: your password stays as it is.\n",
            user.name
        ),
    }
}
