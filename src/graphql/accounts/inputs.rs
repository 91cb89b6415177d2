//! What the accounts' mutations take.

use async_graphql::{ID, InputObject, MaybeUndefined};
use chrono::{DateTime, Utc};

use super::api_key::ApiKeyScope;
use super::user::Role;

/// Who wants to log in.
///
/// Example: `{ email: "ana@example.org", password: "four green kites", cookies: true }`.
#[derive(InputObject)]
pub(in crate::graphql) struct LogInInput {
    /// The account's e-mail address, in any case.
    /// Example: `"ana@example.org"`.
    pub(super) email: String,
    /// Its password.
    /// Example: `"four green kites"`.
    pub(super) password: String,
    /// For browsers: keep the tokens in cookies that no script can read, instead of in the answer.
    /// Example: `true`.
    #[graphql(default)]
    pub(super) cookies: bool,
}

/// Which session to renew.
///
/// Example: `{ refreshToken: "imr_…" }`.
#[derive(InputObject, Default)]
pub(in crate::graphql) struct RefreshSessionInput {
    /// The newest refresh token; without one, the cookie is used.
    /// Example: `"imr_…"`.
    pub(super) refresh_token: Option<String>,
}

/// Which session to end.
///
/// Example: `{ refreshToken: "imr_…" }`.
#[derive(InputObject, Default)]
pub(in crate::graphql) struct LogOutInput {
    /// A refresh token of the session, for when the access token is gone; without one, the session
    /// of this request ends.
    /// Example: `"imr_…"`.
    pub(super) refresh_token: Option<String>,
}

/// Whose sessions to end.
///
/// Example: `{ user: "VQGdQwOPQHlPoLbB1zhaa5A" }`.
#[derive(InputObject, Default)]
pub(in crate::graphql) struct LogOutEverywhereInput {
    /// Another user, for admins; without one, yourself.
    /// Example: `"VQGdQwOPQHlPoLbB1zhaa5A"`.
    pub(super) user: Option<ID>,
}

/// A change of one's own password.
///
/// Example: `{ currentPassword: "four green kites", newPassword: "five grey herons" }`.
#[derive(InputObject)]
pub(in crate::graphql) struct ChangePasswordInput {
    /// The present one.
    /// Example: `"four green kites"`.
    pub(super) current_password: String,
    /// The new one: at least 12 characters, and not one that many use.
    /// Example: `"five grey herons"`.
    pub(super) new_password: String,
}

/// Whose password was forgotten.
///
/// Example: `{ email: "ana@example.org" }`.
#[derive(InputObject)]
pub(in crate::graphql) struct RequestPasswordResetInput {
    /// The account's e-mail address.
    /// Example: `"ana@example.org"`.
    pub(super) email: String,
}

/// A new password in place of a forgotten one.
///
/// Example: `{ token: "imt_…", newPassword: "five grey herons" }`.
#[derive(InputObject)]
pub(in crate::graphql) struct ResetPasswordInput {
    /// The token that was mailed.
    /// Example: `"imt_…"`.
    pub(super) token: String,
    /// The new password: at least 12 characters, and not one that many use.
    /// Example: `"five grey herons"`.
    pub(super) new_password: String,
}

/// A user to make.
///
/// Example: `{ email: "ana@example.org", name: "Ana Ruiz", role: AUTHOR, author:
/// "QQGdQwOPQHtenH0h80aKzgE" }`.
#[derive(InputObject)]
pub(in crate::graphql) struct CreateUserInput {
    /// The address to log in with; unique, whatever its case.
    /// Example: `"ana@example.org"`.
    pub(super) email: String,
    /// What to call them.
    /// Example: `"Ana Ruiz"`.
    pub(super) name: String,
    /// What they may do.
    /// Example: `AUTHOR`.
    pub(super) role: Role,
    /// Their first password; without one, they set their own by `requestPasswordReset`.
    /// Example: `"four green kites"`.
    pub(super) password: Option<String>,
    /// The public profile that they write under.
    /// Example: `"QQGdQwOPQHtenH0h80aKzgE"`.
    pub(super) author: Option<ID>,
}

/// What to change of a user; what is left out stays.
///
/// Example: `{ id: "VQGdQwOPQHlPoLbB1zhaa5A", role: EDITOR, author: null }`.
#[derive(InputObject)]
pub(in crate::graphql) struct UpdateUserInput {
    /// Whom.
    /// Example: `"VQGdQwOPQHlPoLbB1zhaa5A"`.
    pub(super) id: ID,
    /// The address to log in with.
    /// Example: `"ana@example.org"`.
    pub(super) email: Option<String>,
    /// What to call them.
    /// Example: `"Ana Ruiz"`.
    pub(super) name: Option<String>,
    /// What they may do.
    /// Example: `EDITOR`.
    pub(super) role: Option<Role>,
    /// Whether they may log in and act at all.
    /// Example: `false`.
    pub(super) active: Option<bool>,
    /// The public profile that they write under; null for none.
    /// Example: `"QQGdQwOPQHtenH0h80aKzgE"`.
    pub(super) author: MaybeUndefined<ID>,
}

/// Whom to keep out.
///
/// Example: `{ id: "VQGdQwOPQHlPoLbB1zhaa5A" }`.
#[derive(InputObject)]
pub(in crate::graphql) struct DeactivateUserInput {
    /// Whom.
    /// Example: `"VQGdQwOPQHlPoLbB1zhaa5A"`.
    pub(super) id: ID,
}

/// An API key to make.
///
/// Example: `{ name: "Website", scopes: [CONTENT_READ], expiresAt: "2030-01-01T00:00:00Z" }`.
#[derive(InputObject)]
pub(in crate::graphql) struct CreateApiKeyInput {
    /// What to call it, for example after the program that gets it.
    /// Example: `"Website"`.
    pub(super) name: String,
    /// What it may be used for: at least one.
    /// Example: `[CONTENT_READ]`.
    pub(super) scopes: Vec<ApiKeyScope>,
    /// When it ends; left out, never.
    /// Example: `"2030-01-01T00:00:00Z"`.
    pub(super) expires_at: Option<DateTime<Utc>>,
}

/// Which API key to revoke.
///
/// Example: `{ id: "SwGdQwOPQHLYp_Acnktj0hc" }`.
#[derive(InputObject)]
pub(in crate::graphql) struct RevokeApiKeyInput {
    /// The key.
    /// Example: `"SwGdQwOPQHLYp_Acnktj0hc"`.
    pub(super) id: ID,
}
