//! Imprenta: a GraphQL content API server on PostgreSQL.
//!
//! A request takes one way through the house, and the folders stand in its order:
//!
//! ```text
//! HTTP request
//!   ▼
//! http/            routes, middleware, GraphQL over HTTP, who is asking      no rules, no SQL
//!   ▼
//! graphql/<d>/     types, inputs, resolvers                                  translates, decides nothing
//! rest/<d>/        the same for what has to be plain HTTP
//!   ▼  &Viewer + domain types
//! <domain>/        services: validation, policy, transactions                no axum, no async-graphql
//!   ▼  &mut AsyncPgConnection
//! <domain>/repository/   diesel queries, private to the domain               no rules
//!   ▼
//! db/ → PostgreSQL
//! ```
//!
//! `blog` is the reference domain. Beside that way stand `cli` (the commands), `config` (the only
//! reader of the environment), `import` (content from files), `mail` (to people), `response_cache` (answers
//! that are given again) and the leaf modules,
//! which import nothing but each other: `clock`, `error`, `form`, `ids`, `metrics`,
//! `page`.

pub mod accounts;
pub mod app;
pub mod blog;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod form;
pub mod graphql;
pub mod http;
pub mod ids;
pub mod import;
pub mod mail;
pub mod metrics;
pub mod page;
pub mod response_cache;
pub mod rest;
pub mod telemetry;

pub use error::{Error, Result};
