//! The REST facade: what standards ask for as plain HTTP. A sibling of `graphql`: translates, and
//! decides nothing. May import `app`, the public items of the domains, the leaf modules and axum.
//!
//! Start at [`routes`]; `accounts/` mirrors the domain of that name. `http` puts the [`Origin`] of a
//! request among its extensions, and all middleware around these routes.
//!
//! [`Origin`]: crate::accounts::Origin

mod accounts;

use std::sync::Arc;

use axum::Router;

use crate::app::App;

/// Every route of the facade.
pub fn routes() -> Router<Arc<App>> {
    accounts::routes()
}
