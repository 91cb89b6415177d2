//! The keys that tokens are signed with, all derived from the configured secrets.
//!
//! Each purpose has a key of its own (HKDF with SHA-256, RFC 5869, the purpose as `info`), so what
//! is signed for one is worth nothing for another.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, EncodingKey};
use ring::digest::{SHA256, digest};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::hmac;
use ring::signature::{Ed25519KeyPair, KeyPair};
use secrecy::{ExposeSecret, ExposeSecretMut, SecretBox, SecretString};

use crate::config::TokenAlgorithm as Algorithm;
use crate::error::{Error, Result};

/// The algorithm's name in a token's header.
pub(super) fn in_header(algorithm: Algorithm) -> jsonwebtoken::Algorithm {
    match algorithm {
        Algorithm::Hs256 => jsonwebtoken::Algorithm::HS256,
        Algorithm::EdDsa => jsonwebtoken::Algorithm::EdDSA,
    }
}

/// The secrets from the configuration. `Debug` redacts them.
#[derive(Clone, Debug)]
pub struct SecretKeys {
    /// Signs, and verifies.
    pub current: SecretString,
    /// Only verify: secrets that were current not long ago.
    pub previous: Vec<SecretString>,
}

impl SecretKeys {
    /// Shortest secret in bytes: as long as what is derived from it (RFC 7518, section 3.2).
    pub const MIN_BYTES: usize = 32;

    /// All secrets, the current one first.
    ///
    /// # Errors
    /// One is too short, which the configuration should have refused.
    pub(super) fn all(&self) -> Result<Vec<&SecretString>> {
        let all: Vec<_> = std::iter::once(&self.current)
            .chain(&self.previous)
            .collect();
        if all
            .iter()
            .any(|key| key.expose_secret().len() < Self::MIN_BYTES)
        {
            let message = format!("a secret key has fewer than {} bytes", Self::MIN_BYTES);
            return Err(Error::internal(message));
        }
        Ok(all)
    }
}

/// What a key is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    AccessHs256,
    AccessEd25519,
    Csrf,
    Answers,
    Preview,
    Cursors,
}

impl Purpose {
    /// Part of what is signed: never change one.
    fn label(self) -> &'static [u8] {
        match self {
            Self::AccessHs256 => b"imprenta access token HS256 v1",
            Self::AccessEd25519 => b"imprenta access token Ed25519 v1",
            Self::Csrf => b"imprenta csrf token v1",
            Self::Answers => b"imprenta stored answers v1",
            Self::Preview => b"imprenta preview link v1",
            Self::Cursors => b"imprenta change cursor v1",
        }
    }
}

/// The key of 32 bytes for a purpose.
pub(super) fn derive(secret: &SecretString, purpose: Purpose) -> Result<SecretBox<[u8; 32]>> {
    let mut key = SecretBox::new(Box::new([0; 32]));
    Salt::new(HKDF_SHA256, b"imprenta")
        .extract(secret.expose_secret().as_bytes())
        .expand(&[purpose.label()], HKDF_SHA256)
        .and_then(|derived| derived.fill(key.expose_secret_mut()))
        .map_err(|_| Error::internal("cannot derive a key"))?;
    Ok(key)
}

/// The keys of one purpose: one that is used, and those of former secrets, under which what was made
/// before still holds.
#[derive(Debug)]
pub(super) struct Rotating<K> {
    pub current: K,
    previous: Vec<K>,
}

impl<K> Rotating<K> {
    /// The keys that `make` makes of those derived for `purpose`.
    ///
    /// # Errors
    /// A secret is too short, or `make` fails.
    pub fn new(
        secrets: &SecretKeys,
        purpose: Purpose,
        make: impl Fn(&[u8; 32]) -> Result<K>,
    ) -> Result<Self> {
        let key = |secret| make(derive(secret, purpose)?.expose_secret());
        Ok(Self {
            current: key(&secrets.current)?,
            previous: secrets
                .all()?
                .into_iter()
                .skip(1)
                .map(key)
                .collect::<Result<_>>()?,
        })
    }

    /// Every key, the one that is used first.
    pub fn all(&self) -> impl Iterator<Item = &K> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

/// Signs, and knows its own signatures.
pub(super) type Signatures = Rotating<hmac::Key>;

impl Signatures {
    /// The keys to sign with for `purpose`.
    ///
    /// # Errors
    /// A secret is too short.
    pub fn of(secrets: &SecretKeys, purpose: Purpose) -> Result<Self> {
        Self::new(secrets, purpose, |key| {
            Ok(hmac::Key::new(hmac::HMAC_SHA256, key))
        })
    }

    /// The signature of `bytes`.
    pub fn sign(&self, bytes: &[u8]) -> hmac::Tag {
        hmac::sign(&self.current, bytes)
    }

    /// Whether `signature` is one of `bytes`, under any of the keys. Compares in constant time.
    pub fn are(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let mut keys = self.all();
        keys.any(|key| hmac::verify(key, bytes, signature).is_ok())
    }
}

/// A key for access tokens.
pub(super) struct AccessKey {
    /// Names it in a token's header: `kid` (RFC 7515, section 4.1.4).
    pub id: String,
    pub encoding: EncodingKey,
    pub decoding: DecodingKey,
    /// The Ed25519 public key; `None` for HS256.
    pub public: Option<Vec<u8>>,
}

impl AccessKey {
    pub(super) fn new(secret: &SecretString, algorithm: Algorithm) -> Result<Self> {
        match algorithm {
            Algorithm::Hs256 => Ok(Self::hs256(
                derive(secret, Purpose::AccessHs256)?.expose_secret(),
            )),
            Algorithm::EdDsa => {
                Self::ed25519(derive(secret, Purpose::AccessEd25519)?.expose_secret())
            }
        }
    }

    fn hs256(key: &[u8; 32]) -> Self {
        Self {
            id: key_id(key),
            encoding: EncodingKey::from_secret(key),
            decoding: DecodingKey::from_secret(key),
            public: None,
        }
    }

    /// The key of a seed: the private key of RFC 8032, section 5.1.5.
    pub(super) fn ed25519(seed: &[u8; 32]) -> Result<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed)
            .map_err(|_| Error::internal("cannot make an Ed25519 key"))?;
        let public = pair.public_key().as_ref().to_vec();
        Ok(Self {
            id: key_id(&public),
            encoding: EncodingKey::from_ed_der(seed),
            decoding: DecodingKey::from_ed_der(&public),
            public: Some(public),
        })
    }

    /// The public key as a JWK (RFC 7517; RFC 8037, section 2); `None` for HS256, which has none.
    pub(super) fn jwk(&self) -> Option<serde_json::Value> {
        let x = URL_SAFE_NO_PAD.encode(self.public.as_ref()?);
        Some(serde_json::json!({
            "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": self.id, "x": x,
        }))
    }
}

/// 64 bits of a hash of the key: enough to tell a handful apart, and they do not give it away.
fn key_id(key: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, key).as_ref().get(..8).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use ring::hmac;

    use super::*;

    /// RFC 8037, appendices A.1, A.2, A.4 and A.5.
    #[test]
    fn ed25519_signs_as_in_the_rfc() {
        crate::accounts::token::provider::install();
        let decode = |text| URL_SAFE_NO_PAD.decode(text).unwrap();
        let seed = decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
        let key = AccessKey::ed25519(&seed.try_into().unwrap()).unwrap();
        let public = decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        assert_eq!(key.public, Some(public));
        let message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        let eddsa = jsonwebtoken::Algorithm::EdDSA;
        let signed = jsonwebtoken::crypto::sign(message, &key.encoding, eddsa).unwrap();
        assert_eq!(signed, signature);
        assert!(jsonwebtoken::crypto::verify(signature, message, &key.decoding, eddsa).unwrap());
    }

    /// HKDF of RFC 5869 written out: one block of output is all there is.
    #[test]
    fn each_purpose_has_its_key() {
        let secret = SecretString::from("a".repeat(32));
        let sign = |key: &[u8], text: &[u8]| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, key);
            hmac::sign(&key, text).as_ref().to_vec()
        };
        let extracted = sign(b"imprenta", secret.expose_secret().as_bytes());
        let expanded = sign(&extracted, b"imprenta csrf token v1\x01");
        assert_eq!(
            derive(&secret, Purpose::Csrf).unwrap().expose_secret()[..],
            expanded
        );
        let other = derive(&secret, Purpose::AccessHs256).unwrap();
        assert_ne!(other.expose_secret()[..], expanded);
    }
}
