//! What the accounts' mutations take.

use async_graphql::{ID, InputObject, MaybeUndefined};
use chrono::{DateTime, Utc};

use super::api_key::ApiKeyScope;
use super::user::Role;

/// Who wants to log in.
#[derive(InputObject)]
pub(in crate::graphql) struct LogInInput {
    /// The account's e-mail address, in any case.
    pub(super) email: String,
    /// Its password.
    pub(super) password: String,
    /// For browsers: keep the tokens in cookies that no script can read, instead of in the answer.
    #[graphql(default)]
    pub(super) cookies: bool,
}

/// Which session to renew.
#[derive(InputObject, Default)]
pub(in crate::graphql) struct RefreshSessionInput {
    /// The newest refresh token; without one, the cookie is used.
    pub(super) refresh_token: Option<String>,
}

/// Which session to end.
#[derive(InputObject, Default)]
pub(in crate::graphql) struct LogOutInput {
    /// A refresh token of the session, for when the access token is gone; without one, the session
    /// of this request ends.
    pub(super) refresh_token: Option<String>,
}

/// Whose sessions to end.
#[derive(InputObject, Default)]
pub(in crate::graphql) struct LogOutEverywhereInput {
    /// Another user, for admins; without one, yourself.
    pub(super) user: Option<ID>,
}

/// A change of one's own password.
#[derive(InputObject)]
pub(in crate::graphql) struct ChangePasswordInput {
    /// The present one.
    pub(super) current_password: String,
    /// The new one: at least 12 characters, and not one that many use.
    pub(super) new_password: String,
}

/// Whose password was forgotten.
#[derive(InputObject)]
pub(in crate::graphql) struct RequestPasswordResetInput {
    /// The account's e-mail address.
    pub(super) email: String,
}

/// A new password in place of a forgotten one.
#[derive(InputObject)]
pub(in crate::graphql) struct ResetPasswordInput {
    /// The token that was mailed.
    pub(super) token: String,
    /// The new password: at least 12 characters, and not one that many use.
    pub(super) new_password: String,
}

/// A user to make.
#[derive(InputObject)]
pub(in crate::graphql) struct CreateUserInput {
    /// The address to log in with; unique, whatever its case.
    pub(super) email: String,
    /// What to call them.
    pub(super) name: String,
    /// What they may do.
    pub(super) role: Role,
    /// Their first password; without one, they set their own by `requestPasswordReset`.
    pub(super) password: Option<String>,
    /// The public profile that they write under.
    pub(super) author: Option<ID>,
}

/// What to change of a user; what is left out stays.
#[derive(InputObject)]
pub(in crate::graphql) struct UpdateUserInput {
    /// Whom.
    pub(super) id: ID,
    /// The address to log in with.
    pub(super) email: Option<String>,
    /// What to call them.
    pub(super) name: Option<String>,
    /// What they may do.
    pub(super) role: Option<Role>,
    /// Whether they may log in and act at all.
    pub(super) active: Option<bool>,
    /// The public profile that they write under; null for none.
    pub(super) author: MaybeUndefined<ID>,
}

/// Whom to keep out.
#[derive(InputObject)]
pub(in crate::graphql) struct DeactivateUserInput {
    /// Whom.
    pub(super) id: ID,
}

/// An API key to make.
#[derive(InputObject)]
pub(in crate::graphql) struct CreateApiKeyInput {
    /// What to call it, for example after the program that gets it.
    pub(super) name: String,
    /// What it may be used for: at least one.
    pub(super) scopes: Vec<ApiKeyScope>,
    /// When it ends; left out, never.
    pub(super) expires_at: Option<DateTime<Utc>>,
}

/// Which API key to revoke.
#[derive(InputObject)]
pub(in crate::graphql) struct RevokeApiKeyInput {
    /// The key.
    pub(super) id: ID,
}
