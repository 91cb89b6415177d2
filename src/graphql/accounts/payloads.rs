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
///
/// Example: `mutation { logIn(input: { email: "ana@example.org", password: "four green kites" }) {
/// session { accessToken expiresIn } userErrors { message } } }`.
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
    ///
    /// Example: `mutation { logIn(input: { email: "ana@example.org", password: "four green kites"
    /// }) { session { accessToken } userErrors { message } } }`.
    LogInPayload {
        /// The session; null if it was refused.
        session: Session
    }
);
payload!(
    /// What became of the renewal of a session.
    ///
    /// Example: `mutation { refreshSession(input: { refreshToken: "imr_…" }) { session {
    /// accessToken refreshToken } userErrors { message } } }`.
    RefreshSessionPayload {
        /// The session with its new tokens; null if it was refused.
        session: Session
    }
);
payload!(
    /// What became of a log-out.
    ///
    /// Example: `mutation { logOut(input: { refreshToken: "imr_…" }) { loggedOut userErrors {
    /// message } } }`.
    LogOutPayload {
        /// True if the session is over.
        logged_out: bool
    }
);
payload!(
    /// What became of a log-out everywhere.
    ///
    /// Example: `mutation { logOutEverywhere(input: { user: "VQGdQwOPQHlPoLbB1zhaa5A" }) {
    /// endedSessions userErrors { message } } }`.
    LogOutEverywherePayload {
        /// How many sessions were ended.
        ended_sessions: usize
    }
);
payload!(
    /// What became of a change of the password.
    ///
    /// Example: `mutation { changePassword(input: { currentPassword: "four green kites",
    /// newPassword: "five grey herons" }) { user { name } userErrors { message } } }`.
    ChangePasswordPayload {
        /// You; null if the password stays as it was.
        user: User
    }
);
payload!(
    /// What became of the request for a password reset.
    ///
    /// Example: `mutation { requestPasswordReset(input: { email: "ana@example.org" }) { requested
    /// userErrors { message } } }`.
    RequestPasswordResetPayload {
        /// True if a mail goes out, should there be such an account.
        requested: bool
    }
);
payload!(
    /// What became of a password reset.
    ///
    /// Example: `mutation { resetPassword(input: { token: "imt_…", newPassword: "five grey herons"
    /// }) { user { email } userErrors { message } } }`.
    ResetPasswordPayload {
        /// Whose password was set; null if it was not. Log in with it next.
        user: User
    }
);
payload!(
    /// What became of the making of a user.
    ///
    /// Example: `mutation { createUser(input: { email: "ana@example.org", name: "Ana Ruiz", role:
    /// AUTHOR }) { user { id } userErrors { message } } }`.
    CreateUserPayload {
        /// The user; null if there is none.
        user: User
    }
);
payload!(
    /// What became of the change of a user.
    ///
    /// Example: `mutation { updateUser(input: { id: "VQGdQwOPQHlPoLbB1zhaa5A", role: EDITOR }) {
    /// user { role } userErrors { message } } }`.
    UpdateUserPayload {
        /// The user as it now is; null if it was not changed.
        user: User
    }
);
payload!(
    /// What became of the deactivation of a user.
    ///
    /// Example: `mutation { deactivateUser(input: { id: "VQGdQwOPQHlPoLbB1zhaa5A" }) { user {
    /// active } userErrors { message } } }`.
    DeactivateUserPayload {
        /// The user; null if it was not changed.
        user: User
    }
);
payload!(
    /// What became of the revocation of an API key.
    ///
    /// Example: `mutation { revokeApiKey(input: { id: "SwGdQwOPQHLYp_Acnktj0hc" }) { apiKey {
    /// revokedAt } userErrors { message } } }`.
    RevokeApiKeyPayload {
        /// The key; null if it was not revoked.
        api_key: ApiKey
    }
);
/// What became of the making of an API key.
///
/// Example: `mutation { createApiKey(input: { name: "Website", scopes: [CONTENT_READ] }) { secret
/// apiKey { id } userErrors { message } } }`.
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
