//! What the accounts' mutations give back.

use async_graphql::SimpleObject;
use secrecy::{ExposeSecret, SecretString};

use super::{ApiKey, User};
use crate::accounts::{OpenedSession, model};
use crate::error::Result;
use crate::graphql::in_order::InOrder;
use crate::graphql::siblings::Sibling;
use crate::graphql::user_error::{UserError, divided, payload};

/// A session that was opened or renewed.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(in crate::graphql) struct Session {
    /// Send it as `Authorization: Bearer …`; null where the tokens are in cookies.
    access_token: Option<String>,
    /// For how many seconds the access token is good.
    expires_in: u64,
    /// Renews the session, once, by `refreshSession`; null where the tokens are in cookies.
    refresh_token: Option<String>,
    /// Where the tokens are in cookies: send it with every mutation, in the header `X-CSRF-Token`.
    csrf_token: Option<String>,
    /// Who has logged in.
    user: User,
}

impl Session {
    /// The session with its tokens, or without them if they went into cookies.
    pub(super) fn new(opened: OpenedSession, cookies: bool) -> Self {
        let token = |text: &SecretString| text.expose_secret().to_owned();
        Self {
            access_token: (!cookies).then(|| token(&opened.access_token)),
            expires_in: opened.expires_in.as_secs(),
            refresh_token: (!cookies).then(|| token(&opened.refresh_token)),
            csrf_token: cookies.then_some(opened.csrf_token),
            user: user(opened.user),
        }
    }
}

/// A user that was loaded alone.
pub(super) fn user(user: model::User) -> User {
    User(Sibling::single(user))
}

payload!(
    /// What became of a log-in.
    LogInPayload {
        /// The session; null if it was refused.
        session: Session
    }
);
payload!(
    /// What became of the renewal of a session.
    RefreshSessionPayload {
        /// The session with its new tokens; null if it was refused.
        session: Session
    }
);
payload!(
    /// What became of a log-out.
    LogOutPayload {
        /// True if the session is over.
        logged_out: bool
    }
);
payload!(
    /// What became of a log-out everywhere.
    LogOutEverywherePayload {
        /// How many sessions were ended.
        ended_sessions: usize
    }
);
payload!(
    /// What became of a change of the password.
    ChangePasswordPayload {
        /// You; null if the password stays as it was.
        user: User
    }
);
payload!(
    /// What became of the request for a password reset.
    RequestPasswordResetPayload {
        /// True if a mail goes out, should there be such an account.
        requested: bool
    }
);
payload!(
    /// What became of a password reset.
    ResetPasswordPayload {
        /// Whose password was set; null if it was not. Log in with it next.
        user: User
    }
);
payload!(
    /// What became of the making of a user.
    CreateUserPayload {
        /// The user; null if there is none.
        user: User
    }
);
payload!(
    /// What became of the change of a user.
    UpdateUserPayload {
        /// The user as it now is; null if it was not changed.
        user: User
    }
);
payload!(
    /// What became of the deactivation of a user.
    DeactivateUserPayload {
        /// The user; null if it was not changed.
        user: User
    }
);
payload!(
    /// What became of the revocation of an API key.
    RevokeApiKeyPayload {
        /// The key; null if it was not revoked.
        api_key: ApiKey
    }
);
/// What became of the making of an API key.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(in crate::graphql) struct CreateApiKeyPayload {
    /// The key; null if there is none.
    api_key: Option<ApiKey>,
    /// What to send as `Authorization: Bearer …`. It is shown this once.
    secret: Option<String>,
    /// Why it could not be done; empty if it was.
    user_errors: Vec<InOrder<UserError>>,
}

impl CreateApiKeyPayload {
    /// The payload of the service's result.
    pub(super) fn of(result: Result<(model::ApiKey, SecretString)>) -> async_graphql::Result<Self> {
        let (created, user_errors) = divided(result)?;
        let (api_key, secret) = created.unzip();
        Ok(Self {
            api_key: api_key.map(ApiKey),
            secret: secret.map(|it| it.expose_secret().to_owned()),
            user_errors,
        })
    }
}
