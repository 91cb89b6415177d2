//! Accounts: who may come in, and what they may do.

mod api_keys;
mod audit;
mod authorization;
mod authorization_rows;
mod command;
mod every_mutation;
mod mutations;
mod passwords;
mod schema_mutations;
mod sessions;
mod users;
