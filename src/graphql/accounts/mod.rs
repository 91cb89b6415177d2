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
