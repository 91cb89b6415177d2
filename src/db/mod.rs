//! PostgreSQL: the pool, the embedded server, migrations, and the pieces of SQL that diesel's query
//! language lacks. May import `config` and the leaf modules; knows no domain.
//!
//! Start at [`Pool`]. Repositories take an [`AsyncPgConnection`](diesel_async::AsyncPgConnection),
//! services take the pool.

mod begins;
mod commits;
mod connector;
pub mod embedded;
mod error;
mod lent;
mod listen;
pub mod migrations;
mod pipeline;
mod pool;
#[expect(missing_docs, reason = "written by diesel print-schema")]
#[cfg_attr(
    not(test),
    expect(clippy::wildcard_imports, reason = "written by diesel print-schema")
)]
pub mod schema;
pub mod sql;
mod tls;
mod transaction;
mod unit_of_work;
mod uses;

pub use begins::compression;
pub use error::{ConnectError, violated_constraint};
pub use listen::{Listener, Notification};
pub use pipeline::{all_three, both};
pub use pool::{Connection, Pool};
pub use unit_of_work::UnitOfWork;
pub use uses::count_uses;
