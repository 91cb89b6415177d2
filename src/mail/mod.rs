//! Mail to people. Owns the three ways that a mail can take; may import `config` and the leaf
//! modules. Start at [`mailer`].
//!
//! The text of a mail may hold a token that opens an account. It goes to its recipient, or, with
//! the embedded database and no SMTP server, to the log; never into an error.

mod log;
mod smtp;

use std::fmt::Debug;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::config::{Config, DatabaseSource};

/// A mail of plain text to one person.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The recipient's address, without a name.
    pub to: String,
    /// What it is about, one line.
    pub subject: String,
    /// What it says.
    pub text: String,
}

/// Sends mail.
pub trait Mailer: Send + Sync + Debug {
    /// Hands a mail over to whoever delivers it, within 15 seconds. That it was taken does not say
    /// that it arrives.
    fn send(&self, mail: Mail) -> BoxFuture<'_, Result<(), MailError>>;
}

/// A mail that was not sent. Its text is for the log: it names the reason, and nothing of the mail.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// There is no server to send it through.
    #[error("SMTP_URL is not set, so no mail is sent")]
    NotConfigured,
    /// The settings cannot be used.
    #[error("SMTP_URL or MAIL_FROM cannot be used: {0}")]
    Settings(String),
    /// It cannot be written as a mail, for its recipient's address is not one.
    #[error("the mail cannot be written: {0}")]
    Message(String),
    /// The server did not take it.
    #[error("the mail server did not take the mail: {0}")]
    Server(String),
    /// The server took too long.
    #[error("the mail server took longer than {} seconds", smtp::TIME_LIMIT.as_secs())]
    Timeout,
}

/// The mailer of the settings: the SMTP server's; without one, the log's with the embedded
/// database, and else one that sends nothing and says so with each mail.
///
/// # Errors
/// When the settings cannot be used, which [`Config::from_environment`] has refused already.
pub fn mailer(config: &Config) -> Result<Arc<dyn Mailer>, MailError> {
    Ok(match (&config.mail.smtp, &config.database.source) {
        (Some(smtp), _) => Arc::new(smtp::SmtpMailer::new(smtp, &config.mail.from)?),
        (None, DatabaseSource::Embedded) => Arc::new(log::LogMailer),
        (None, DatabaseSource::Url(_)) => Arc::new(NoMailer),
    })
}

/// Sends nothing.
#[derive(Debug)]
struct NoMailer;

impl Mailer for NoMailer {
    fn send(&self, _: Mail) -> BoxFuture<'_, Result<(), MailError>> {
        Box::pin(async { Err(MailError::NotConfigured) })
    }
}

impl Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Without the text, since it may hold a token.
        f.debug_struct("Mail")
            .field("to", &self.to)
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}
