//! HTTP: GraphQL over HTTP, who is asking, tokens, health, the root, the explorer.

mod authentication;
mod bad_input;
mod batches;
mod client_address;
mod cookies;
mod cost;
mod explorer;
mod graphql;
mod health;
mod hostile;
mod kept_documents;
mod metrics;
mod mutations;
mod persisted;
mod request_ids;
mod root;
mod session;
mod socket;
mod token;
mod validation;
