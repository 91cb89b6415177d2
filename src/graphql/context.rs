use std::sync::Arc;

use async_graphql::Context;

use super::SessionCookies;
use super::changes::Changes;
use crate::accounts::Viewer;
use crate::app::App;
use crate::error::Result;

/// What resolvers take from a request. The only place that looks into its data.
pub(super) trait ContextExt<'a> {
    /// The application, for its services.
    fn app(&self) -> &'a App;
    /// The same, to keep.
    fn shared_app(&self) -> Arc<App>;
    /// Who is asking.
    fn viewer(&self) -> &'a Viewer;
    /// The session's cookies, to be read and set.
    fn cookies(&self) -> &'a SessionCookies;
    /// Does the work of the mutation that is being resolved, which stands or falls with the others
    /// of the request.
    fn change<T: Send>(
        &self,
        work: impl Future<Output = Result<T>> + Send,
    ) -> impl Future<Output = Result<T>> + Send;
}

impl<'a> ContextExt<'a> for Context<'a> {
    fn app(&self) -> &'a App {
        self.data_unchecked::<Arc<App>>()
    }

    fn shared_app(&self) -> Arc<App> {
        Arc::clone(self.data_unchecked())
    }

    fn viewer(&self) -> &'a Viewer {
        self.data_unchecked::<Viewer>()
    }

    fn cookies(&self) -> &'a SessionCookies {
        self.data_unchecked::<Arc<SessionCookies>>()
    }

    async fn change<T: Send>(&self, work: impl Future<Output = Result<T>> + Send) -> Result<T> {
        let key = self.item.node.response_key().node.as_str();
        match self.data_opt::<Arc<Changes>>() {
            Some(changes) => changes.perform(key, work).await,
            None => work.await,
        }
    }
}
