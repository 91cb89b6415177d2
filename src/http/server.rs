//! Puts a router on a socket, with the limits that `axum::serve` does not set.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt;

use super::{Peer, unread};

/// How long a client may take to send a request's head.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// The largest head of a request, in bytes.
const MAX_HEAD: usize = 64 * 1024;
/// How long requests under way may take once the server is told to stop.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(12);

/// Takes the address to listen on, or says why not and what to do.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, BindError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| BindError { address, source })
}

/// An address that cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {source}; {}", advice(source))]
pub struct BindError {
    address: SocketAddr,
    source: std::io::Error,
}

fn advice(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            "another program has that port: stop it, or choose another one with PORT=8001"
        }
        std::io::ErrorKind::PermissionDenied => {
            "ports below 1024 are for the system: choose another one with PORT=8000"
        }
        std::io::ErrorKind::AddrNotAvailable => {
            "this machine does not have that address: HOST=127.0.0.1 serves this machine, HOST=0.0.0.0 every network"
        }
        _ => "see HOST and PORT",
    }
}

/// Serves until `stop` completes, then finishes what is under way.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    // HTTP/1 by name: the builder that tells versions apart waits for ever for the first byte.
    let mut builder = Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(MAX_HEAD);
    let (stopping, stopped) = watch::channel(false);
    tokio::pin!(stop);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let router = router.clone();
                    spawn(&builder, stopped.clone(), (stream, Peer(peer.ip())), router);
                }
                Err(error) => back_off(&error).await,
            },
            () = &mut stop => break,
        }
    }
    drop((listener, stopped));
    stopping.send_replace(true);
    // Each connection holds a receiver as long as it lasts.
    let drained = tokio::time::timeout(DRAIN_TIMEOUT, stopping.closed());
    if drained.await.is_err() {
        tracing::warn!(
            timeout_s = DRAIN_TIMEOUT.as_secs(),
            "requests were cut off at the stop"
        );
    }
}

fn spawn(
    builder: &Builder,
    mut stopped: watch::Receiver<bool>,
    (stream, peer): (TcpStream, Peer),
    router: Router,
) {
    // Answers are written at once; waiting to fill a packet would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(cause = %error, "no TCP_NODELAY");
    }
    let service = service_fn(move |mut request: Request<Incoming>| {
        let router = router.clone();
        request.extensions_mut().insert(peer);
        async move { Ok::<_, Infallible>(answer(router, request).await) }
    });
    let connection = builder
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::spawn(async move {
        let mut connection = std::pin::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => Some(ended),
            () = stop(&mut stopped) => None,
        };
        let ended = if let Some(ended) = ended {
            ended
        } else {
            connection.as_mut().graceful_shutdown();
            connection.await
        };
        if let Err(error) = ended {
            tracing::debug!(cause = %error, "connection ended early");
        }
    });
}

async fn stop(stopped: &mut watch::Receiver<bool>) {
    // A server that is gone has stopped, too.
    let _ = stopped.wait_for(|stops| *stops).await;
}

async fn answer(router: Router, request: Request<Incoming>) -> axum::response::Response {
    let (request, rest) = unread::lend(request);
    let response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    rest.discard(response.status());
    response
}

/// Out of file descriptors or the like: a pause lets connections end.
async fn back_off(error: &std::io::Error) {
    let of_the_connection = matches!(
        error.kind(),
        std::io::ErrorKind::ConnectionRefused
            | std::io::ErrorKind::ConnectionAborted
            | std::io::ErrorKind::ConnectionReset
    );
    if !of_the_connection {
        tracing::error!(cause = %error, "cannot accept connections");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
