use diesel_async::AsyncPgConnection;
use secrecy::{ExposeSecret, SecretString};

use super::{OpenedSession, Sessions};
use crate::accounts::audit::{self, Event};
use crate::accounts::repository::sessions;
use crate::accounts::token::{TokenKind, digest_of};
use crate::accounts::viewer::Viewer;
use crate::error::{Error, Result};

const SPENT: Error = Error::InvalidCredentials("the refresh token is not valid any more; log in");

impl Sessions {
    /// Renews a session by its refresh token, which is spent by that. A token that was spent
    /// before is in two hands: the session ends, whoever of them asks.
    pub async fn refresh(&self, viewer: &Viewer, token: &SecretString) -> Result<OpenedSession> {
        let Some(digest) = digest_of(TokenKind::Refresh, token.expose_secret()) else {
            return Err(SPENT);
        };
        let connection = &mut self.pool.apart().await?;
        // What a refusal has to write stays written, so it is no error of the transaction.
        let renewed = connection
            .transaction(async |connection| -> Result<_> {
                let now = self.clock.now();
                let Some(session) = sessions::spend_token(connection, &digest, now).await? else {
                    self.refuse(connection, viewer, &digest).await?;
                    return Ok(None);
                };
                let Some(user) = sessions::find_live_user(connection, session, now).await? else {
                    return Ok(None);
                };
                sessions::prolong(connection, session, self.refresh_end(now)).await?;
                let event = Event::new("session.renewed")
                    .to_user(user.id)
                    .with("session", session.0.to_string());
                audit::append(connection, &self.clock, viewer, event).await?;
                Ok(Some(self.issue(connection, user, session).await?))
            })
            .await?;
        renewed.ok_or(SPENT)
    }

    async fn refuse(
        &self,
        connection: &mut AsyncPgConnection,
        viewer: &Viewer,
        digest: &[u8],
    ) -> Result<()> {
        let found = sessions::find_token(connection, digest).await?;
        let Some((session, user, Some(_))) = found else {
            return Ok(());
        };
        // Once it has ended, there is nothing more to tell, however often someone tries.
        if !sessions::end(connection, session, self.clock.now()).await? {
            return Ok(());
        }
        tracing::warn!(session = %session.0, "a spent refresh token was used again; its session ends");
        let event = Event::new("session.token-reused")
            .to_user(user)
            .with("session", session.0.to_string());
        audit::append(connection, &self.clock, viewer, event).await
    }
}
