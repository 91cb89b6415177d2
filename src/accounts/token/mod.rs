//! Tokens: what a caller shows to prove that it logged in, or that it may act for somebody.
//!
//! Access tokens carry their claims and a signature; opaque tokens are random and mean nothing
//! without the row that has their digest; a CSRF token ties a browser's request to its session.

mod access;
mod csrf;
mod keys;
mod opaque;
mod preview;
mod provider;
mod sealed;

pub use access::AccessClaims;
pub use opaque::{OpaqueToken, TokenKind, digest_of, digest_text};

use crate::clock::Clock;
use crate::config::Config;
use crate::error::Result;
use access::AccessTokens;
use csrf::CsrfTokens;
use keys::{Purpose, SecretKeys};
use preview::PreviewTokens;
use sealed::Seal;

/// The claim `iss` where no public address is set.
const DEFAULT_ISSUER: &str = "imprenta";

/// What makes and checks the tokens that are signed.
#[derive(Debug)]
pub struct Tokens {
    pub(super) access: AccessTokens,
    pub(super) csrf: CsrfTokens,
    pub(super) seal: Seal,
    /// For places in the log of changes.
    pub cursors: Seal,
    /// For links to posts that are being worked on.
    pub preview: PreviewTokens,
}

impl Tokens {
    /// With the keys of the settings. Without any, with one of its own, whose tokens nobody else
    /// accepts: for commands that make none.
    pub(super) fn new(config: &Config, clock: &Clock) -> Result<Self> {
        let settings = &config.accounts;
        let current = match &settings.secret_key {
            Some(key) => key.clone(),
            None => OpaqueToken::generate(TokenKind::Refresh)?.text,
        };
        let secrets = SecretKeys {
            current,
            previous: settings.previous_secret_keys.clone(),
        };
        let issuer = config.http.public_url.clone();
        Ok(Self {
            access: AccessTokens::new(
                &secrets,
                settings.token_algorithm,
                issuer.unwrap_or_else(|| DEFAULT_ISSUER.to_owned()),
                settings.access_token_lifetime,
                clock.clone(),
            )?,
            csrf: CsrfTokens::new(&secrets)?,
            seal: Seal::new(&secrets, Purpose::Answers)?,
            cursors: Seal::new(&secrets, Purpose::Cursors)?,
            preview: PreviewTokens::new(&secrets)?,
        })
    }

    /// The public keys by which others can check access tokens, as a JWK set (RFC 7517, section 5);
    /// none with HS256.
    #[must_use]
    pub fn jwks(&self) -> serde_json::Value {
        self.access.jwks()
    }
}

#[cfg(test)]
mod tests;
