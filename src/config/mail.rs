use std::net::IpAddr;

use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Position, Url};

use super::{ConfigError, Environment};

/// How mail is sent, and where its links lead.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// `SMTP_URL` (none): the server that takes the mail.
    pub smtp: Option<SmtpConfig>,
    /// `MAIL_FROM`, needed with `SMTP_URL`, else empty: whom mail is from, `ana@example.org` or
    /// `Ana <ana@example.org>`.
    pub from: String,
    /// `PASSWORD_RESET_URL` (none): the frontend's page for a new password, with `{token}` in the
    /// place of the token.
    pub password_reset_url: Option<String>,
}

/// An SMTP server.
#[derive(Clone, Debug)]
pub struct SmtpConfig {
    url: SecretString,
}

impl SmtpConfig {
    /// The URL in the form of lettre's `AsyncSmtpTransport::from_url`. It may hold a password.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.expose_secret()
    }
}

impl MailConfig {
    pub(super) fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        let smtp = smtp(environment)?;
        let from = environment.text("MAIL_FROM")?;
        if from.is_none() && smtp.is_some() {
            return Err(wrong_sender("missing, while SMTP_URL is set"));
        }
        let from = from.unwrap_or_default();
        if !from.is_empty() && from.parse::<Mailbox>().is_err() {
            return Err(wrong_sender("not an e-mail address"));
        }
        Ok(Self {
            smtp,
            from,
            password_reset_url: password_reset_url(environment)?,
        })
    }
}

fn wrong_sender(problem: &str) -> ConfigError {
    ConfigError::new("MAIL_FROM", problem, r#""Example <no-reply@example.org>""#)
}

fn smtp(environment: &Environment) -> Result<Option<SmtpConfig>, ConfigError> {
    let Some(text) = environment.text("SMTP_URL")? else {
        return Ok(None);
    };
    let text = text.trim();
    check_smtp_url(text).map_err(|problem| {
        ConfigError::new(
            "SMTP_URL",
            problem,
            "smtp://user:password@mail.example.org:587?tls=required",
        )
    })?;
    let url = text.into();
    Ok(Some(SmtpConfig { url }))
}

/// Refuses what lettre would take for something else, above all for a connection in the clear.
fn check_smtp_url(text: &str) -> Result<(), String> {
    let url = Url::parse(text).map_err(|error| format!("not a URL: {error}"))?;
    if !matches!(url.scheme(), "smtp" | "smtps") {
        return Err("does not begin with smtp:// or smtps://".to_owned());
    }
    let Some(host) = url.host_str().filter(|host| !host.is_empty()) else {
        return Err("names no host".to_owned());
    };
    let encrypted = is_encrypted(&url)?;
    let has_user = !url.username().is_empty();
    if has_user != url.password().is_some() {
        return Err("has a user without a password, or the other way round".to_owned());
    }
    let parts = [url.username(), url.password().unwrap_or_default()];
    if parts
        .iter()
        .any(|part| percent_decode_str(part).decode_utf8().is_err())
    {
        return Err("its user or password is not valid UTF-8".to_owned());
    }
    if has_user && !encrypted && !is_this_machine(host) {
        let problem =
            "would send the password unencrypted; add ?tls=required, or begin with smtps://";
        return Err(problem.to_owned());
    }
    Ok(())
}

/// Whether the URL asks for encryption, of whatever degree.
fn is_encrypted(url: &Url) -> Result<bool, String> {
    let mut encrypted = url.scheme() == "smtps";
    for (name, value) in url.query_pairs() {
        match (url.scheme(), &*name, &*value) {
            ("smtp", "tls", "required" | "opportunistic") => encrypted = true,
            _ => {
                return Err(
                    "the only parameter is tls=required or tls=opportunistic, for smtp://"
                        .to_owned(),
                );
            }
        }
    }
    Ok(encrypted)
}

/// Whether nothing that is sent to a host leaves this machine.
fn is_this_machine(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Domain(name)) => name == "localhost",
        Ok(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Ok(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        Err(_) => false,
    }
}

fn password_reset_url(environment: &Environment) -> Result<Option<String>, ConfigError> {
    let Some(text) = environment.text("PASSWORD_RESET_URL")? else {
        return Ok(None);
    };
    let text = text.trim();
    check_password_reset_url(text).map_err(|problem| {
        ConfigError::new(
            "PASSWORD_RESET_URL",
            problem,
            "https://www.example.org/new-password#token={token}",
        )
    })?;
    Ok(Some(text.to_owned()))
}

fn check_password_reset_url(text: &str) -> Result<(), &'static str> {
    // Tabs and line ends, which a URL's parser leaves out, would be in the mail.
    let is_plain = !text.contains(|it: char| it.is_whitespace() || it.is_control());
    let has_scheme = text.starts_with("https://") || text.starts_with("http://");
    if !is_plain || !has_scheme {
        return Err("not an http or https URL");
    }
    let Ok(url) = Url::parse(&text.replace("{token}", TOKEN_STAND_IN)) else {
        return Err("not an http or https URL");
    };
    let tokens = text.matches("{token}").count();
    let after_host = url[Position::BeforePath..].matches(TOKEN_STAND_IN).count();
    if tokens == 0 || after_host != tokens {
        return Err("without {token} in its path, query or fragment");
    }
    Ok(())
}

/// No part of a real URL, and of characters that mean nothing in one.
const TOKEN_STAND_IN: &str = "token-goes-here";
