//! HTTP: GraphQL over HTTP, health, the root, the explorer.

mod explorer;
mod graphql;
mod health;
mod hostile;
mod root;
