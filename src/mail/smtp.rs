use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::BoxFuture;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::{Mail, MailError, Mailer};
use crate::config::SmtpConfig;
use crate::error::with_causes;

/// How long sending a mail may take, from the look-up of the server's name to its last answer.
pub(super) const TIME_LIMIT: Duration = Duration::from_secs(15);

/// Sends mail through an SMTP server (RFC 5321), over a connection for each.
pub(super) struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl SmtpMailer {
    pub(super) fn new(config: &SmtpConfig, from: &str) -> Result<Self, MailError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(config.url())
            .map_err(|error| MailError::Settings(with_causes(&error)))?
            .build();
        let from = from
            .parse()
            .map_err(|error| MailError::Settings(with_causes(&error)))?;
        Ok(Self { transport, from })
    }

    async fn deliver(&self, mail: Mail) -> Result<(), MailError> {
        let text = mail.text.clone();
        let message = message(&self.from, mail)?;
        match tokio::time::timeout(TIME_LIMIT, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(MailError::Server(reason(&error, &text))),
            Err(_) => Err(MailError::Timeout),
        }
    }
}

impl Mailer for SmtpMailer {
    fn send(&self, mail: Mail) -> BoxFuture<'_, Result<(), MailError>> {
        Box::pin(self.deliver(mail))
    }
}

/// Plain text in UTF-8, with `Date` and `Message-ID` (RFC 5322, section 3.6).
fn message(from: &Mailbox, mail: Mail) -> Result<Message, MailError> {
    // As an address and not as a list of them, so that there is one recipient.
    let to: Address = mail
        .to
        .parse()
        .map_err(|error| MailError::Message(with_causes(&error)))?;
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(mail.subject)
        .date_now()
        .message_id(Some(message_id(from)))
        .raw_header(auto_submitted())
        .header(ContentType::TEXT_PLAIN)
        .body(mail.text)
        .map_err(|error| MailError::Message(with_causes(&error)))
}

/// In the sender's domain: lettre's own would name this machine, or `localhost`.
fn message_id(from: &Mailbox) -> String {
    let unique = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 18]>());
    format!("<{unique}@{}>", from.email.domain())
}

/// Keeps programs that answer mail, such as those of people on holiday, from answering (RFC 3834,
/// section 5).
fn auto_submitted() -> HeaderValue {
    let name = HeaderName::new_from_ascii_str("Auto-Submitted");
    HeaderValue::new(name, "auto-generated".to_owned())
}

/// Why a mail was not taken, without anything of its text.
fn reason(error: &lettre::transport::smtp::Error, text: &str) -> String {
    let reason = with_causes(error);
    if !repeats(&reason, text) {
        return reason;
    }
    let code = error.status().map(|code| code.to_string());
    let code = code.unwrap_or_else(|| "an error".to_owned());
    format!("{code}; its answer repeats the mail's text and is left out")
}

/// How many characters in common are no accident.
const REPEATED: usize = 12;

/// Whether a server's answer repeats a part of the mail, as filters do with a link that they
/// dislike. The link may be one that opens an account.
fn repeats(reason: &str, text: &str) -> bool {
    let [reason, text] = [reason, text].map(str::to_ascii_lowercase);
    let mut parts = reason.as_bytes().windows(REPEATED);
    parts.any(|part| text.as_bytes().windows(REPEATED).any(|other| other == part))
}

impl std::fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Without the transport, which knows the password.
        f.debug_struct("SmtpMailer")
            .field("from", &self.from.email)
            .finish_non_exhaustive()
    }
}
