use std::sync::Arc;

use async_graphql::Context;

use super::SessionCookies;
use crate::accounts::Viewer;
use crate::app::App;

/// What resolvers take from a request. The only place that looks into its data.
pub(super) trait ContextExt<'a> {
    /// The application, for its services.
    fn app(&self) -> &'a App;
    /// Who is asking.
    fn viewer(&self) -> &'a Viewer;
    /// The session's cookies, to be read and set.
    fn cookies(&self) -> &'a SessionCookies;
}

impl<'a> ContextExt<'a> for Context<'a> {
    fn app(&self) -> &'a App {
        self.data_unchecked::<Arc<App>>()
    }

    fn viewer(&self) -> &'a Viewer {
        self.data_unchecked::<Viewer>()
    }

    fn cookies(&self) -> &'a SessionCookies {
        self.data_unchecked::<Arc<SessionCookies>>()
    }
}
