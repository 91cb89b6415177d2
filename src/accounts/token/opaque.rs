//! Opaque tokens: random texts that are shown once and kept only as a digest.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretString};

use crate::error::{Error, Result};

/// Random bytes in a token: beyond guessing, so a fast hash is enough to store it.
const RANDOM_BYTES: usize = 32;

/// Characters that they make in base64url without padding.
const RANDOM_CHARS: usize = 43;

/// What an opaque token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Continues a session.
    Refresh,
    /// Stands for a machine, with the rights that its owner gave it.
    ApiKey,
    /// Allows one change of a forgotten password.
    PasswordReset,
}

impl TokenKind {
    /// What a token of this kind begins with, for people and scanners to know it by.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Refresh => "imr_",
            Self::ApiKey => "imp_",
            Self::PasswordReset => "imt_",
        }
    }
}

/// A new token. `Debug` redacts its text.
#[derive(Debug)]
pub struct OpaqueToken {
    /// What the caller is shown, and shows again. Store [`Self::digest`] instead.
    pub text: SecretString,
}

impl OpaqueToken {
    /// A new token from the system's random numbers.
    ///
    /// # Errors
    /// The system gives none.
    pub fn generate(kind: TokenKind) -> Result<Self> {
        let mut random = [0; RANDOM_BYTES];
        SystemRandom::new()
            .fill(&mut random)
            .map_err(|_| Error::internal("the system gives no random bytes"))?;
        let mut text = String::with_capacity(kind.prefix().len() + RANDOM_CHARS);
        text.push_str(kind.prefix());
        URL_SAFE_NO_PAD.encode_string(random, &mut text);
        Ok(Self { text: text.into() })
    }

    /// SHA-256 of the text: what is stored, and looked up.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        sha256(self.text.expose_secret())
    }
}

/// The digest of a token that was shown to us; `None` if it cannot be one of this kind.
#[must_use]
pub fn digest_of(kind: TokenKind, text: &str) -> Option<Vec<u8>> {
    let random = text.strip_prefix(kind.prefix())?;
    if random.len() != RANDOM_CHARS {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(random).ok()?;
    (bytes.len() == RANDOM_BYTES).then(|| sha256(text))
}

/// A text that stands for another, of whatever length, and does not tell it: its SHA-256.
#[must_use]
pub fn digest_text(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha256(text))
}

fn sha256(text: &str) -> Vec<u8> {
    digest(&SHA256, text.as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::*;

    const KINDS: [TokenKind; 3] = [
        TokenKind::Refresh,
        TokenKind::ApiKey,
        TokenKind::PasswordReset,
    ];

    #[test]
    fn a_token_is_found_by_its_digest() {
        for kind in KINDS {
            let token = OpaqueToken::generate(kind).unwrap();
            let text = token.text.expose_secret();
            assert!(
                text.len() == 47 && text.starts_with(kind.prefix()),
                "{text}"
            );
            assert_eq!(digest_of(kind, text), Some(token.digest()));
            assert_ne!(
                OpaqueToken::generate(kind).unwrap().digest(),
                token.digest()
            );
            assert!(!format!("{token:?}").contains(&text[4..]));
            for other in KINDS.into_iter().filter(|other| *other != kind) {
                assert_eq!(digest_of(other, text), None);
            }
        }
    }

    /// By Python: `urlsafe_b64encode(hashlib.sha256(b"imp_" + b"A" * 43).digest())`.
    #[test]
    fn the_digest_is_sha256() {
        let digest = digest_of(TokenKind::ApiKey, &format!("imp_{}", "A".repeat(43))).unwrap();
        let expected = "-Y4ZGYmXQWAyKxD6kNcsUijX1-l8Lb9QSEpUBvzU4C0";
        assert_eq!(URL_SAFE_NO_PAD.encode(digest), expected);
    }

    proptest! {
        #[test]
        fn any_text_is_told_apart(text in "(im[rpt]_)?([A-Za-z0-9_-]{43}|\\PC{0,60})") {
            let shaped = text.len() == 47 && text.get(4..).is_some_and(|rest| {
                rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            });
            for kind in KINDS {
                if let Some(digest) = digest_of(kind, &text) {
                    prop_assert!(shaped && text.starts_with(kind.prefix()));
                    prop_assert_eq!(digest.len(), 32);
                }
            }
        }
    }
}
