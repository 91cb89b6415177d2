//! Where requests come from.

use std::net::{IpAddr, SocketAddr};

use axum::extract::Request;
use axum::http::HeaderMap;
use ipnet::IpNet;

/// The header in which each proxy adds the address that it was asked from.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The other end of a request's connection: the client, or the last proxy before this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// The address of the client of a request, if it came by a socket.
pub(super) fn of(request: &Request, trusted: &[IpNet]) -> Option<IpAddr> {
    let peer = request.extensions().get::<Peer>()?;
    Some(client(*peer, request.headers(), trusted))
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
