//! Who is asking. May import the leaf modules and `db`, and no other domain.

mod model;
mod viewer;

pub use model::{ApiKeyScope, Role, Scopes};
pub use viewer::{Account, Credential, Identity, Origin, Viewer};
