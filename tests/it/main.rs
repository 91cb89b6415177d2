//! The integration tests: one binary, real PostgreSQL, everything through the front door.
//!
//! `support` is the test kit; start at `support::TestApp`. Tests run in parallel, each on a
//! database of its own, and need nothing but what `cargo run` needs.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and looks at the real environment and clock"
)]

mod accounts;
mod authoring;
mod blog;
mod cli;
mod config;
mod database;
mod embedded;
mod http;
mod import;
mod invariance;
mod layering;
mod mail;
mod permissions;
mod response_cache;
mod schema;
mod security_page;
mod subscriptions;
mod support;
