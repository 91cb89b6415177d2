//! Connections: what comes in, what is left of it after a refusal, and how it ends.

use std::cell::Cell;

use imprenta::http::server;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::authoring::writing::until_waiting;
use crate::support::TestApp;

/// Writes a text and gives the status of the answer, whose body is read, too.
async fn status(socket: &mut BufReader<TcpStream>, text: &str) -> String {
    socket.write_all(text.as_bytes()).await.unwrap();
    let (mut first, mut length) = (String::new(), 0);
    socket.read_line(&mut first).await.unwrap();
    loop {
        let mut line = String::new();
        socket.read_line(&mut line).await.unwrap();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    socket.read_exact(&mut vec![0; length]).await.unwrap();
    first.split(' ').nth(1).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_refused_body_does_not_break_its_connection() {
    let app = TestApp::new().await;
    let listener = server::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = imprenta::http::router(&app.app);
    let serving = tokio::spawn(server::serve(listener, router, std::future::pending()));
    let mut socket = BufReader::new(TcpStream::connect(address).await.unwrap());

    let head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 2000\r\n";
    for (refused, expected) in [
        ("content-type: text/plain\r\n\r\n", "415"),
        ("authorization: Bearer canary\r\n\r\n", "401"),
        ("accept: image/png\r\n\r\n", "406"),
    ] {
        let answered = status(&mut socket, &format!("{head}{refused}")).await;
        assert_eq!(answered, expected);
        // The client is not done with sending when it is answered.
        let rest = "a".repeat(2000);
        let next = "GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n";
        assert_eq!(status(&mut socket, &format!("{rest}{next}")).await, "200");
    }
    serving.abort();
}

#[tokio::test]
async fn a_head_has_a_largest_size_and_is_of_http_1() {
    let app = TestApp::new().await;
    let server = app.serve().await;
    let padded = |bytes: usize| {
        let padding = "a".repeat(bytes);
        format!("GET /health/live HTTP/1.1\r\nhost: x\r\nx-padding: {padding}\r\n\r\n")
    };
    let version_2 = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned();
    for (head, expected) in [
        (padded(60_000), "200"),
        (padded(140_000), "431"),
        (version_2, ""),
    ] {
        let mut socket = BufReader::new(TcpStream::connect(server.address).await.unwrap());
        assert_eq!(status(&mut socket, &head).await, expected);
    }
}

#[tokio::test]
async fn what_is_under_way_is_answered_before_the_server_stops() {
    let app = TestApp::with_settings([("RESPONSE_CACHE_BYTES", "0")].into()).await;
    let server = app.serve().await;
    let blocker = app.database.connect().await;
    let lock = "BEGIN; LOCK TABLE posts IN ACCESS EXCLUSIVE MODE";
    blocker.batch_execute(lock).await.unwrap();
    let mut socket = BufReader::new(TcpStream::connect(server.address).await.unwrap());
    let query = "GET /graphql?query=%7Bposts%7BtotalCount%7D%7D HTTP/1.1\r\nhost: x\r\n\r\n";
    let has_stopped = Cell::new(false);
    let stopped = async {
        server.stop().await;
        has_stopped.set(true);
    };
    let released = async {
        // For as long as a server that did not wait would take to stop.
        for _ in 0..10 {
            until_waiting(&app.database, 1).await;
        }
        assert!(!has_stopped.get());
        blocker.batch_execute("COMMIT").await.unwrap();
    };
    let asked = async {
        until_waiting(&app.database, 1).await;
        tokio::join!(stopped, released);
    };
    let (answered, ()) = tokio::join!(status(&mut socket, query), asked);
    assert_eq!(answered, "200");
}
