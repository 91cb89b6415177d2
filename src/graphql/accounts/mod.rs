//! Accounts in GraphQL: mirrors `crate::accounts`.

mod api_key;
mod audit;
mod inputs;
mod mutation;
mod payloads;
mod query;
mod user;

pub(super) use api_key::ApiKey;
pub(super) use mutation::AccountsMutation;
pub(super) use query::AccountsQuery;
pub(super) use user::User;

/// Mutations of sessions and passwords: they take effect at once, whatever becomes of others.
pub(super) const AT_ONCE: [&str; 7] = [
    "logIn",
    "refreshSession",
    "logOut",
    "logOutEverywhere",
    "changePassword",
    "requestPasswordReset",
    "resetPassword",
];
