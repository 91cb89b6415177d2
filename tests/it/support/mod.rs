//! The test kit.
//!
//! [`TestApp::new`] gives a whole application on an empty database of its own. Content comes in
//! through [`TestApp::import`], with posts from [`post`]; requests go through the real router:
//!
//! ```ignore
//! let app = TestApp::new().await;
//! app.import([post("hello").tag("Rust")]).await;
//! let data = app.anonymous().query("{ posts { totalCount } }").await;
//! assert_eq!(data["posts"]["totalCount"], 1);
//! ```
//!
//! All tests of a run share one PostgreSQL: `TEST_DATABASE_URL` if it is set, else an embedded one
//! that lasts as long as the run.

mod accounts;
mod app;
pub mod canary;
mod client;
mod cluster;
mod events;
mod fixtures;
mod pgbouncer;
mod program;
mod secrets;
mod served;
mod smtp;
mod viewers;
mod websocket;

pub use accounts::PASSWORD;
pub use app::{SECRET_KEY, TestApp, at};
pub use canary::MailInLog;
pub use client::{Answer, Client};
pub use cluster::{Database, database};
pub use events::EventStream;
pub use fixtures::{PostBuilder, post};
pub use pgbouncer::PgBouncer;
pub use program::{Program, Running, program};
pub use served::Served;
pub use smtp::SmtpServer;
pub use viewers::{logged_in, with_key};
pub use websocket::{Heard, WebSocket};
