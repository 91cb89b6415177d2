//! What a connection is after an answer that did not wait for the whole request.

use imprenta::http::server;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

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
