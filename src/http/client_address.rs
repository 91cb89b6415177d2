//! Where requests come from.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;
use tower_http::request_id::RequestId;

use crate::accounts::Origin;
use crate::app::App;

/// The header in which each proxy adds the address that it was asked from.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The other end of a request's connection: the client, or the last proxy before this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// Puts the [`Origin`] of a request among its extensions, for the facades.
pub(super) async fn note(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<Peer>().copied();
    let request_id = request.extensions().get::<RequestId>();
    let request_id = request_id.and_then(|id| id.header_value().to_str().ok());
    let origin = Origin {
        address: peer.map(|peer| client(peer, request.headers(), &app.config.http.trusted_proxies)),
        request_id: request_id.map(ToOwned::to_owned),
    };
    request.extensions_mut().insert(origin);
    next.run(request).await
}

/// The address that asks, as far as the proxies that are trusted tell: the way is followed back
/// from this server until someone else stands there. What stands before that is theirs to make up.
///
/// Only `X-Forwarded-For` is read. RFC 7239's `Forwarded` says the same, and a proxy that writes
/// one of the two hands on the other as the client sent it: whoever reads both believes the client.
fn client(peer: Peer, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut client = peer.0.to_canonical();
    let lines = headers.get_all(FORWARDED_FOR).iter().rev();
    let hops = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    for hop in hops {
        if !is_trusted(client) {
            break;
        }
        // Behind what cannot be read, nothing is known: it was the last trusted hop that asked.
        let Some(address) = read_hop(hop) else { break };
        client = address;
    }
    client
}

/// An address as proxies write it, with or without a port.
fn read_hop(hop: &[u8]) -> Option<IpAddr> {
    let hop = std::str::from_utf8(hop).ok()?.trim_ascii();
    let in_brackets = |text: &str| text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let address = hop
        .parse::<IpAddr>()
        .ok()
        .or_else(|| hop.parse().ok().map(|it: SocketAddr| it.ip()))
        .or_else(|| in_brackets(hop).map(IpAddr::V6))?;
    Some(address.to_canonical())
}
