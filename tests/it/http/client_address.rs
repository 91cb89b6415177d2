//! Where a request is taken to come from.

use axum::body::Body;
use axum::http::Request;
use imprenta::http::{Peer, server};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::TestApp;

/// Is refused, and stands in the audit log.
const LOG_IN_AS_NOBODY: &str = "mutation { logIn(input: { email: \"nobody\", password: \"canary\" }) { userErrors { code } } }";
const PROXIES: &str = "10.0.0.0/8, 192.0.2.1, 2001:db8:ffff::/48";

/// The address and the request id that the services see, as the audit log has them.
async fn origin(app: &TestApp, peer: Option<&str>, forwarded: &[&[u8]]) -> Value {
    // Of somebody else each time, so that no attempt is one too many.
    let log_in = LOG_IN_AS_NOBODY.replace("nobody", &app.next_number().to_string());
    let body = Body::from(json!({ "query": log_in }).to_string());
    let mut request = Request::post("/graphql")
        .header("content-type", "application/json")
        .header("x-request-id", "mine");
    for line in forwarded {
        request = request.header("x-forwarded-for", *line);
    }
    let mut request = request.body(body).unwrap();
    if let Some(peer) = peer {
        request.extensions_mut().insert(Peer(peer.parse().unwrap()));
    }
    let answer = app.anonymous().send(request).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    last_origin(app).await
}

async fn last_origin(app: &TestApp) -> Value {
    let newest = "SELECT address, request_id FROM audit_events ORDER BY id DESC LIMIT 1";
    let row = app
        .database
        .connect()
        .await
        .query_one(newest, &[])
        .await
        .unwrap();
    json!([
        row.get::<_, Option<String>>(0),
        row.get::<_, Option<String>>(1)
    ])
}

#[tokio::test]
async fn it_is_the_peer_unless_that_is_a_trusted_proxy() {
    let app = TestApp::with_settings([("TRUSTED_PROXIES", PROXIES)].into()).await;
    let trusting_nobody = TestApp::new().await;
    let claim: &[&[u8]] = &[b"203.0.113.9"];
    assert_eq!(origin(&app, None, claim).await, json!([null, "mine"]));
    for (peer, seen) in [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("10.1.2.3", "203.0.113.9"),
        ("::ffff:10.1.2.3", "203.0.113.9"),
        ("192.0.2.1", "203.0.113.9"),
        ("192.0.2.2", "192.0.2.2"),
        ("2001:db8:ffff::1", "203.0.113.9"),
    ] {
        assert_eq!(origin(&app, Some(peer), claim).await[0], seen, "{peer}");
    }
    let seen = origin(&trusting_nobody, Some("10.1.2.3"), claim).await;
    assert_eq!(seen[0], "10.1.2.3");
}

#[tokio::test]
async fn the_way_is_followed_back_to_the_first_that_is_not_trusted() {
    let app = TestApp::with_settings([("TRUSTED_PROXIES", PROXIES)].into()).await;
    let cases: [(&[&[u8]], &str); 18] = [
        (&[], "10.0.0.1"),
        (&[b"203.0.113.9"], "203.0.113.9"),
        (&[b"1.1.1.1, 203.0.113.9"], "203.0.113.9"),
        (&[b"1.1.1.1, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        (
            &[b"1.1.1.1", b"203.0.113.9", b"10.0.0.2 , 10.0.0.3"],
            "203.0.113.9",
        ),
        (&[b"10.0.0.3,10.0.0.2"], "10.0.0.3"),
        (&[b"203.0.113.9:4711"], "203.0.113.9"),
        (&[b"2001:db8::9"], "2001:db8::9"),
        (&[b"[2001:db8::9]"], "2001:db8::9"),
        (&[b"[2001:DB8::9]:4711, 10.0.0.2:80"], "2001:db8::9"),
        (&[b"::ffff:203.0.113.9"], "203.0.113.9"),
        (&[b"203.0.113.9, unknown"], "10.0.0.1"),
        (&[b"203.0.113.9, unknown, 10.0.0.2"], "10.0.0.2"),
        (&[b"203.0.113.9, \xff"], "10.0.0.1"),
        (&[b"203.0.113.9,"], "10.0.0.1"),
        (&[b""], "10.0.0.1"),
        (&[b"203.0.113.999"], "10.0.0.1"),
        (&[b"2001:db8::9]:4711"], "10.0.0.1"),
    ];
    for (lines, seen) in cases {
        let origin = origin(&app, Some("10.0.0.1"), lines).await;
        assert_eq!(origin[0], seen, "{lines:?}");
    }
}

#[tokio::test]
async fn a_socket_knows_its_peer() {
    let app = TestApp::new().await;
    let listener = server::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = imprenta::http::router(&app.app);
    let serving = tokio::spawn(server::serve(listener, router, std::future::pending()));
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let body = json!({ "query": LOG_IN_AS_NOBODY }).to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(last_origin(&app).await[0], "127.0.0.1");
    serving.abort();
}
