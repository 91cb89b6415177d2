use std::path::PathBuf;
use std::str::FromStr;

use tokio_postgres::config::SslMode;

/// A PostgreSQL connection URL, with the TLS modes of libpq ("libpq - SSL Support" in
/// PostgreSQL's manual) that managed databases ask for.
#[derive(Clone)]
pub struct DatabaseUrl {
    postgres: tokio_postgres::Config,
    tls: TlsMode,
}

/// How much of the server's identity is checked (`sslmode`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsMode {
    /// `disable`: no TLS.
    Disable,
    /// `prefer` (the default) and `require`: encrypted, the certificate not looked at.
    Unverified,
    /// `verify-ca`: the certificate is signed by a trusted authority.
    VerifyCa(TrustedRoots),
    /// `verify-full`: and it names the host of the URL.
    VerifyFull(TrustedRoots),
}

/// The certificate authorities to trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustedRoots {
    /// Those of the operating system.
    System,
    /// Those in this PEM file (`sslrootcert`).
    File(PathBuf),
}

impl DatabaseUrl {
    /// Host, credentials and database, in the driver's form.
    #[must_use]
    pub fn postgres(&self) -> &tokio_postgres::Config {
        &self.postgres
    }

    /// How to encrypt the connection.
    #[must_use]
    pub fn tls(&self) -> &TlsMode {
        &self.tls
    }

    /// The same server and credentials, another database.
    #[must_use]
    pub fn with_database(&self, database: &str) -> Self {
        let mut other = self.clone();
        other.postgres.dbname(database);
        other
    }
}

impl FromStr for DatabaseUrl {
    /// What is wrong with the text; never the text itself, for it may hold a password.
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if !(text.starts_with("postgresql://") || text.starts_with("postgres://")) {
            return Err("does not begin with postgresql://".to_owned());
        }
        let (address, query) = text.split_once('?').unwrap_or((text, ""));
        let mut mode = None;
        let mut roots = TrustedRoots::System;
        let mut others = form_urlencoded::Serializer::new(String::new());
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "sslmode" => mode = Some(value.into_owned()),
                "sslrootcert" if value != "system" => {
                    roots = TrustedRoots::File(value.into_owned().into());
                }
                "sslrootcert" => {}
                _ => {
                    others.append_pair(&name, &value);
                }
            }
        }
        // The driver decodes percent signs only, while a form writes spaces as plus signs.
        let others = others.finish().replace('+', "%20");
        let mut postgres: tokio_postgres::Config = format!("{address}?{others}")
            .trim_end_matches('?')
            .parse()
            .map_err(|error: tokio_postgres::Error| {
                // The driver names what it does not know, and no value.
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                format!(
                    "not a PostgreSQL connection URL: {}",
                    cause.unwrap_or_default()
                )
            })?;
        if postgres.get_hosts().is_empty() && postgres.get_hostaddrs().is_empty() {
            return Err("names no host".to_owned());
        }
        let (ssl_mode, tls) = tls_mode(mode.as_deref(), roots)?;
        postgres.ssl_mode(ssl_mode);
        Ok(Self { postgres, tls })
    }
}

fn tls_mode(mode: Option<&str>, roots: TrustedRoots) -> Result<(SslMode, TlsMode), String> {
    Ok(match mode {
        Some("disable") => (SslMode::Disable, TlsMode::Disable),
        None | Some("prefer" | "allow") => (SslMode::Prefer, TlsMode::Unverified),
        // As libpq does: with a root certificate given, `require` verifies against it.
        Some("require") if roots != TrustedRoots::System => {
            (SslMode::Require, TlsMode::VerifyCa(roots))
        }
        Some("require") => (SslMode::Require, TlsMode::Unverified),
        Some("verify-ca") => (SslMode::Require, TlsMode::VerifyCa(roots)),
        Some("verify-full") => (SslMode::Require, TlsMode::VerifyFull(roots)),
        Some(_) => {
            return Err(
                "sslmode is none of disable, prefer, require, verify-ca, verify-full".to_owned(),
            );
        }
    })
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseUrl")
            .field("hosts", &self.postgres.get_hosts())
            .field("database", &self.postgres.get_dbname())
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}
