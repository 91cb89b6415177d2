//! The wish to stop: SIGTERM from a supervisor, or Ctrl-C.

/// Hears signals from when it is made, so that none is missed while something else is awaited.
pub(super) struct StopSignal {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
    requested: bool,
}

impl StopSignal {
    /// Begins to listen.
    pub(super) fn new() -> std::io::Result<Self> {
        #[cfg(unix)]
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(windows)]
            interrupt: tokio::signal::windows::ctrl_c()?,
            requested: false,
        })
    }

    /// Completes at the first signal, or at once if it has come already.
    pub(super) async fn received(&mut self) {
        if !self.requested {
            self.next().await;
            self.requested = true;
        }
    }

    /// Finishes `work` even after a signal, so that nothing is left half done; completes with
    /// `None` at a second signal, from someone who does not want to wait.
    pub(super) async fn finishing<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::pin!(work);
        tokio::select! {
            done = &mut work => return Some(done),
            () = self.received() => {}
        }
        tracing::info!("stopping once the database has started; once more to stop at once");
        tokio::select! {
            done = &mut work => Some(done),
            () = self.next() => None,
        }
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(windows)]
        self.interrupt.recv().await;
    }
}
