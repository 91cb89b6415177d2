use std::time::Duration;

use base64::Engine;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::canary;

/// A mail server that keeps what it gets: `SMTP_URL` is its [`url`](Self::url). It takes no mail
/// for an address that begins with `refused`, refuses the text of mail for one that begins with
/// `filtered` by quoting it, and never answers for one that begins with `silent`.
pub struct SmtpServer {
    url: String,
    mails: Mutex<UnboundedReceiver<ReceivedMail>>,
}

/// A mail as it came in.
#[derive(Clone, Debug, Default)]
pub struct ReceivedMail {
    /// The sender, as `MAIL FROM` named it.
    pub from: String,
    /// The recipients, as `RCPT TO` named them.
    pub to: Vec<String>,
    /// Everything after `DATA`, with line ends of one character.
    pub data: String,
}

/// How long a test waits for a mail.
const PATIENCE: Duration = Duration::from_secs(20);

impl SmtpServer {
    /// Listens on a free port, for as long as the test's runtime lives.
    pub async fn start() -> Self {
        canary::watch();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let (sender, mails) = unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sender = sender.clone();
                // A client that goes away has nothing more to say.
                tokio::spawn(async move { drop(receive(stream, &sender).await) });
            }
        });
        let mails = Mutex::new(mails);
        Self { url, mails }
    }

    /// For `SMTP_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The next mail, waited for.
    pub async fn next_mail(&self) -> ReceivedMail {
        let mut mails = self.mails.lock().await;
        let mail = tokio::time::timeout(PATIENCE, mails.recv()).await;
        mail.expect("a mail comes").unwrap()
    }

    /// Whether a mail has come that no one has taken yet.
    pub async fn has_mail(&self) -> bool {
        !self.mails.lock().await.is_empty()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        canary::check();
    }
}

/// Speaks with one client (RFC 5321, section 4.1.1).
async fn receive(stream: TcpStream, mails: &UnboundedSender<ReceivedMail>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut mail = ReceivedMail::default();
    answer(&mut stream, "220 test").await?;
    loop {
        let line = read_line(&mut stream).await?;
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let reply = match verb.as_str() {
            "EHLO" => "250-test\r\n250 8BITMIME",
            "MAIL" => {
                mail = ReceivedMail::default();
                mail.from = address(&line);
                "250 ok"
            }
            "RCPT" if address(&line).starts_with("silent") => std::future::pending().await,
            "RCPT" if address(&line).starts_with("refused") => "550 5.1.1 no such mailbox",
            "RCPT" => {
                mail.to.push(address(&line));
                "250 ok"
            }
            "DATA" => {
                answer(&mut stream, "354 go on").await?;
                mail.data = read_data(&mut stream).await?;
                &take(&mut mail, mails)
            }
            "QUIT" => return answer(&mut stream, "221 bye").await,
            "NOOP" | "RSET" => "250 ok",
            _ => "502 not here",
        };
        answer(&mut stream, reply).await?;
    }
}

fn take(mail: &mut ReceivedMail, mails: &UnboundedSender<ReceivedMail>) -> String {
    if mail.to.iter().any(|to| to.starts_with("filtered")) {
        let text = mail.text().replace('\n', " ");
        return format!("554 5.7.1 unwanted: {text}");
    }
    // Nobody may be waiting any more.
    let _ = mails.send(std::mem::take(mail));
    "250 taken".to_owned()
}

async fn read_data(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut data = String::new();
    loop {
        let line = read_line(stream).await?;
        if line == "." {
            return Ok(data);
        }
        // A dot at the start was doubled (RFC 5321, section 4.5.2).
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
        data.push('\n');
    }
}

async fn read_line(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut line = String::new();
    match stream.read_line(&mut line).await? {
        0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
    }
}

async fn answer(stream: &mut BufReader<TcpStream>, reply: &str) -> std::io::Result<()> {
    stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
    stream.flush().await
}

/// What stands between angle brackets.
fn address(line: &str) -> String {
    let inner = line
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or("", |(address, _)| address).to_owned()
}

impl ReceivedMail {
    /// A header's value, on one line; empty if it is absent.
    pub fn header(&self, name: &str) -> String {
        let (head, _) = self.parts();
        let unfolded = head.replace("\n ", " ").replace("\n\t", " ");
        let value = unfolded.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        });
        value.unwrap_or_default()
    }

    /// The text, decoded.
    pub fn text(&self) -> String {
        let (_, body) = self.parts();
        let bytes = match self.header("Content-Transfer-Encoding").as_str() {
            "quoted-printable" => from_quoted_printable(body),
            "base64" => {
                let packed: String = body.split_whitespace().collect();
                let engine = base64::engine::general_purpose::STANDARD;
                engine.decode(packed).unwrap()
            }
            _ => body.as_bytes().to_vec(),
        };
        String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
    }

    fn parts(&self) -> (&str, &str) {
        self.data.split_once("\n\n").unwrap_or((&self.data, ""))
    }
}

/// RFC 2045, section 6.7.
fn from_quoted_printable(body: &str) -> Vec<u8> {
    let joined = body.replace("=\n", "");
    let mut parts = joined.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(code, 16).unwrap());
        bytes.extend_from_slice(rest.as_bytes());
    }
    bytes
}
