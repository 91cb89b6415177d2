use secrecy::SecretString;

use super::{CHANGED_MEANWHILE, Change, Passwords};
use crate::accounts::attempts;
use crate::accounts::audit::{self, Event};
use crate::accounts::email;
use crate::accounts::model::{Role, User};
use crate::accounts::policy::{AccountAction, AccountSubject, require};
use crate::accounts::repository::users;
use crate::accounts::viewer::Viewer;
use crate::error::{Error, FieldProblem, Result};
use crate::ids::UserId;

impl Passwords {
    /// Changes the viewer's password, which has to be known, and ends all other sessions.
    pub async fn change(
        &self,
        viewer: &Viewer,
        current: SecretString,
        new: SecretString,
    ) -> Result<User> {
        let Some((account, session)) = viewer.person() else {
            let nobody = AccountSubject::other(Role::Reader);
            require(viewer, AccountAction::ChangePassword, &nobody)?;
            return Err(Error::Forbidden("the program has no password".to_owned()));
        };
        let own = AccountSubject::of(viewer, account.user, account.role);
        require(viewer, AccountAction::ChangePassword, &own)?;
        let (user, hash) = self.user_with_hash(account.user).await?;
        // Whoever found an unlocked computer must not guess here either.
        let key = email::key(&user.email);
        let attempt = self.attempts.begin(viewer, attempts::LOG_IN, &key).await?;
        let verdict = match self.hasher.verify(current, hash.clone()).await {
            Ok(verdict) => verdict,
            Err(failure) => {
                self.attempts.unmade(&attempt).await?;
                return Err(failure.into());
            }
        };
        let mut problems = Vec::new();
        if !verdict.matches {
            let message = "not your present password";
            problems.push(FieldProblem::new("currentPassword", message));
        }
        let new_hash = self
            .hashed(&user, "newPassword", new, &mut problems)
            .await?;
        let connection = &mut self.pool.apart().await?;
        if verdict.matches {
            self.attempts.succeeded(connection, &attempt).await?;
        }
        let Some(new_hash) = new_hash else {
            let event = Event::new("password.refused").to_user(user.id);
            connection
                .change(async |connection| {
                    audit::append(connection, &self.clock, viewer, event).await
                })
                .await?;
            return Err(Error::InvalidInput(problems));
        };
        let change = Change {
            user: user.id,
            expected: hash.as_deref(),
            hash: &new_hash,
            session: Some(session),
            by: "change",
        };
        connection
            .transaction(async |connection| self.store(connection, viewer, &change).await)
            .await
    }

    async fn user_with_hash(&self, id: UserId) -> Result<(User, Option<String>)> {
        let connection = &mut self.pool.apart().await?;
        let found = users::by_ids(connection, &[id]).await?.pop();
        let user = found.ok_or(CHANGED_MEANWHILE)?;
        Ok((user, users::password_hash(connection, id).await?))
    }
}
