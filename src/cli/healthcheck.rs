use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use axum::body::Body;
use hyper::Request;
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::CommandError;
use crate::config::Config;

/// How long the server may take to answer.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Asks the server that the settings describe whether it is ready.
pub(super) async fn run(config: &Config) -> Result<ExitCode, CommandError> {
    let address = reachable(config.http.address);
    match tokio::time::timeout(TIMEOUT, ask(address)).await {
        Ok(Ok(200)) => Ok(ExitCode::SUCCESS),
        Ok(Ok(status)) => Err(format!("the server at {address} is not ready: {status}").into()),
        Ok(Err(error)) => Err(format!("no server at {address}: {error}").into()),
        Err(_) => Err(format!("the server at {address} does not answer").into()),
    }
}

async fn ask(address: SocketAddr) -> Result<u16, CommandError> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let request = Request::get("/health/ready")
        .header(HOST, address.to_string())
        .body(Body::empty())?;
    tokio::select! {
        response = sender.send_request(request) => Ok(response?.status().as_u16()),
        ended = connection => Err(ended.err().map_or("closed".into(), CommandError::from)),
    }
}

/// A server that listens on every address is asked on this machine's own.
fn reachable(address: SocketAddr) -> SocketAddr {
    let host = match address.ip() {
        IpAddr::V4(host) if host.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(host) if host.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        host => host,
    };
    SocketAddr::new(host, address.port())
}
