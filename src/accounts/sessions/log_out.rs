use diesel_async::AsyncPgConnection;
use secrecy::{ExposeSecret, SecretString};

use super::Sessions;
use crate::accounts::audit::{self, Event};
use crate::accounts::model::Role;
use crate::accounts::policy::{AccountAction, AccountSubject, require};
use crate::accounts::repository::{sessions, users};
use crate::accounts::token::{TokenKind, digest_of};
use crate::accounts::viewer::Viewer;
use crate::error::{Error, Result};
use crate::ids::{SessionId, UserId};

impl Sessions {
    /// Ends the viewer's session, or the one of a refresh token where the access token is gone:
    /// whoever has that may end it. One that has ended already is no error.
    pub async fn log_out(&self, viewer: &Viewer, token: Option<&SecretString>) -> Result<()> {
        if token.is_none() {
            require(viewer, AccountAction::EndSessions, &own(viewer))?;
        }
        let connection = &mut self.pool.apart().await?;
        let mut ending = Vec::new();
        if let Some((account, session)) = viewer.person() {
            ending.push((session, account.user));
        }
        let digest = token.and_then(|it| digest_of(TokenKind::Refresh, it.expose_secret()));
        if let Some(digest) = digest
            && let Some((session, user, _)) = sessions::find_token(connection, &digest).await?
        {
            ending.push((session, user));
        }
        connection
            .transaction(async |connection| {
                for (session, user) in ending {
                    self.end(connection, viewer, session, user).await?;
                }
                Ok(())
            })
            .await
    }

    async fn end(
        &self,
        connection: &mut AsyncPgConnection,
        viewer: &Viewer,
        session: SessionId,
        user: UserId,
    ) -> Result<()> {
        if !sessions::end(connection, session, self.clock.now()).await? {
            return Ok(());
        }
        let event = Event::new("session.closed")
            .to_user(user)
            .with("session", session.0.to_string());
        audit::append(connection, &self.clock, viewer, event).await
    }

    /// Ends all sessions of a user: the viewer's own unless another is named. Returns how many.
    pub async fn log_out_everywhere(&self, viewer: &Viewer, user: Option<UserId>) -> Result<usize> {
        let account = viewer.account().map(|account| account.user);
        let subject = match user {
            Some(user) => AccountSubject::of(viewer, user, Role::Reader),
            None => own(viewer),
        };
        require(viewer, AccountAction::EndSessions, &subject)?;
        let Some(user) = user.or(account) else {
            return Err(Error::invalid_field("user", "the program has to name one"));
        };
        let connection = &mut self.pool.apart().await?;
        if users::by_ids(connection, &[user]).await?.is_empty() {
            return Err(Error::NotFound("there is no such user".to_owned()));
        }
        connection
            .transaction(async |connection| {
                let ended = sessions::end_all(connection, user, None, self.clock.now()).await?;
                let event = Event::new("sessions.closed")
                    .to_user(user)
                    .with("sessions", ended);
                audit::append(connection, &self.clock, viewer, event).await?;
                Ok(ended)
            })
            .await
    }
}

/// The viewer's own account; to those who have none, some other one.
fn own(viewer: &Viewer) -> AccountSubject {
    match viewer.account() {
        Some(account) => AccountSubject::of(viewer, account.user, account.role),
        None => AccountSubject::other(Role::Reader),
    }
}
