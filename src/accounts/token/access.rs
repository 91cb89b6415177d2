//! Access tokens: signed claims of who is asking, valid for minutes (JWT, RFC 7519 and RFC 8725).

use std::time::Duration;

use chrono::{DateTime, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Header, Validation};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::keys::{AccessKey, SecretKeys, in_header};
use super::provider;
use crate::clock::Clock;
use crate::config::TokenAlgorithm as Algorithm;
use crate::error::{Error, Result};

/// What every access token is meant for: the claim `aud`.
pub const AUDIENCE: &str = "imprenta";

/// Longest token in bytes. Ours have some 450.
pub const MAX_TOKEN_BYTES: usize = 4096;

/// How far in the future a token may seem to be issued: as far as the servers' clocks may differ.
const CLOCK_LEEWAY_SECONDS: i64 = 30;

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessClaims {
    /// Whose it is: `sub`.
    pub user: Uuid,
    /// The session that it was issued in: `sid`.
    pub session: Uuid,
    /// The word for the user's role when it was issued: `role`.
    pub role: String,
}

impl From<InvalidToken> for Error {
    fn from(invalid: InvalidToken) -> Self {
        tracing::debug!(reason = %invalid, "an access token was refused");
        Self::Unauthenticated(match invalid {
            InvalidToken::Expired => "the access token has expired; refresh the session",
            _ => "the access token is not valid",
        })
    }
}

/// Why a token is not accepted. For the log: a caller is told no more than that it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidToken {
    /// Not a token of ours: its form, its header or the type of a claim is wrong.
    #[error("it is malformed")]
    Malformed,
    /// Signed with another algorithm than the configured one, or with none.
    #[error("its algorithm is not the configured one")]
    WrongAlgorithm,
    /// Signed with a key that is neither the current nor a previous one.
    #[error("its key is not known")]
    UnknownKey,
    /// The signature does not fit.
    #[error("its signature is wrong")]
    WrongSignature,
    /// Issued by or for somebody else.
    #[error("its issuer or audience is another")]
    WrongIssuerOrAudience,
    /// Past its `exp`.
    #[error("it has expired")]
    Expired,
    /// Its `iat` is more than 30 seconds in the future.
    #[error("it was issued in the future")]
    FromTheFuture,
}

/// The claims as they are written.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    /// Seconds since 1970, as `exp`.
    iat: i64,
    exp: i64,
    jti: Uuid,
    role: String,
    sid: Uuid,
}

/// Issues and verifies access tokens. `Debug` shows no key.
pub struct AccessTokens {
    algorithm: Algorithm,
    issuer: String,
    lifetime: Duration,
    clock: Clock,
    current: AccessKey,
    previous: Vec<AccessKey>,
    validation: Validation,
}

impl std::fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessTokens")
            .field("algorithm", &self.algorithm)
            .field("issuer", &self.issuer)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

impl AccessTokens {
    /// Derives the keys. `lifetime` is how long a token is valid, in whole seconds; `issuer` is the
    /// claim `iss`, the same on all replicas.
    ///
    /// # Errors
    /// A secret is too short.
    pub fn new(
        secrets: &SecretKeys,
        algorithm: Algorithm,
        issuer: String,
        lifetime: Duration,
        clock: Clock,
    ) -> Result<Self> {
        provider::install();
        let mut keys = secrets
            .all()?
            .into_iter()
            .map(|secret| AccessKey::new(secret, algorithm));
        let current = keys
            .next()
            .ok_or_else(|| Error::internal("no secret key"))??;
        let previous = keys.collect::<Result<_>>()?;
        let validation = validation(algorithm, &issuer);
        Ok(Self {
            algorithm,
            issuer,
            lifetime,
            clock,
            current,
            previous,
            validation,
        })
    }

    /// How long a token is valid.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// A token that says `claims`, valid from now on, with an id of its own (`jti`).
    pub fn issue(&self, claims: &AccessClaims) -> Result<SecretString> {
        let now = self.clock.now().timestamp();
        let lifetime = i64::try_from(self.lifetime.as_secs()).unwrap_or(i64::MAX);
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: claims.user,
            iat: now,
            exp: now.saturating_add(lifetime),
            jti: self.clock.new_uuid(),
            role: claims.role.clone(),
            sid: claims.session,
        };
        let mut header = Header::new(in_header(self.algorithm));
        header.kid = Some(self.current.id.clone());
        jsonwebtoken::encode(&header, &claims, &self.current.encoding)
            .map(SecretString::from)
            .map_err(Error::internal)
    }

    /// What a token says, if it is one of ours and still valid.
    ///
    /// # Errors
    /// Says what is wrong with it, for the log.
    pub fn verify(&self, token: &str) -> Result<AccessClaims, InvalidToken> {
        let claims = self.claims(token)?;
        Ok(AccessClaims {
            user: claims.sub,
            session: claims.sid,
            role: claims.role,
        })
    }

    /// When a token ends that is one of ours and still valid.
    #[must_use]
    pub fn end_of(&self, token: &str) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.claims(token).ok()?.exp, 0)
    }

    fn claims(&self, token: &str) -> Result<Claims, InvalidToken> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(InvalidToken::Malformed);
        }
        let key = self.key_of(token)?;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.decoding, &self.validation)
            .map_err(|error| reason(error.kind()))?
            .claims;
        self.check_times(&claims)?;
        Ok(claims)
    }

    /// The public keys, current and previous (RFC 7517, section 5); none for HS256.
    #[must_use]
    pub fn jwks(&self) -> serde_json::Value {
        let keys: Vec<_> = self.keys().filter_map(AccessKey::jwk).collect();
        serde_json::json!({ "keys": keys })
    }

    fn keys(&self) -> impl Iterator<Item = &AccessKey> {
        std::iter::once(&self.current).chain(&self.previous)
    }

    /// The key that a token's header names. Nothing else in the header chooses anything: the
    /// algorithm is the configured one, and a key or an address of one in it is not looked at.
    fn key_of(&self, token: &str) -> Result<&AccessKey, InvalidToken> {
        let header = jsonwebtoken::decode_header(token).map_err(|error| reason(error.kind()))?;
        if header.alg != in_header(self.algorithm) {
            return Err(InvalidToken::WrongAlgorithm);
        }
        // RFC 7515, section 4.1.11: refused unless every extension is understood. None is.
        if header.crit.is_some() {
            return Err(InvalidToken::Malformed);
        }
        let id = header.kid.ok_or(InvalidToken::UnknownKey)?;
        let key = self.keys().find(|key| key.id == id);
        key.ok_or(InvalidToken::UnknownKey)
    }

    fn check_times(&self, claims: &Claims) -> Result<(), InvalidToken> {
        let now = self.clock.now().timestamp();
        // RFC 7519, section 4.1.4: not accepted "on or after" it.
        if now >= claims.exp {
            return Err(InvalidToken::Expired);
        }
        if claims.iat > now.saturating_add(CLOCK_LEEWAY_SECONDS) {
            return Err(InvalidToken::FromTheFuture);
        }
        Ok(())
    }
}

/// What `jsonwebtoken` has to check. The times are not: they are compared with our `Clock`.
fn validation(algorithm: Algorithm, issuer: &str) -> Validation {
    let mut validation = Validation::new(in_header(algorithm));
    validation.validate_exp = false;
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&[issuer]);
    validation.set_required_spec_claims(&["iss", "aud"]);
    validation
}

fn reason(error: &ErrorKind) -> InvalidToken {
    match error {
        ErrorKind::InvalidSignature => InvalidToken::WrongSignature,
        ErrorKind::InvalidIssuer | ErrorKind::InvalidAudience => {
            InvalidToken::WrongIssuerOrAudience
        }
        ErrorKind::InvalidAlgorithm | ErrorKind::UnsupportedAlgorithm => {
            InvalidToken::WrongAlgorithm
        }
        _ => InvalidToken::Malformed,
    }
}
