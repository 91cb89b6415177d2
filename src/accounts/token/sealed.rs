//! What is stored or handed out and nobody but this program may read: answers that are kept to be
//! given again, in which there may be a token, and places in the log of changes. Authenticated
//! encryption (RFC 8439), so that what was changed elsewhere is not taken for ours either.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};

use super::keys::{Purpose, Rotating, SecretKeys};
use crate::error::{Error, Result};

/// Seals and opens. `Debug` shows no key.
#[derive(Debug)]
pub struct Seal(Rotating<LessSafeKey>);

impl Seal {
    /// Derives the keys.
    ///
    /// # Errors
    /// A secret is too short.
    pub(super) fn new(secrets: &SecretKeys, purpose: Purpose) -> Result<Self> {
        let keys = Rotating::new(secrets, purpose, |key| {
            let key = UnboundKey::new(&CHACHA20_POLY1305, key);
            let key = key.map_err(|_| Error::internal("a key has the wrong length"))?;
            Ok(LessSafeKey::new(key))
        });
        keys.map(Self)
    }

    /// Encrypts `bytes`, which open again together with the same `context` only.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn seal(&self, context: &[u8], bytes: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new()
            .fill(&mut nonce)
            .map_err(|_| Error::internal("the system has no random numbers"))?;
        let mut sealed = bytes.to_vec();
        self.0
            .current
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context),
                &mut sealed,
            )
            .map_err(|_| Error::internal("cannot encrypt"))?;
        sealed.splice(0..0, nonce);
        Ok(sealed)
    }

    /// What was sealed with this `context`, under the current secret or a previous one; `None` if it
    /// was not, or has been changed.
    #[must_use]
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        self.0.all().find_map(|key| {
            let mut bytes = sealed.to_vec();
            let nonce = Nonce::assume_unique_for_key(*nonce);
            let opened = key.open_in_place(nonce, Aad::from(context), &mut bytes);
            Some(opened.ok()?.to_vec())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(current: &str, previous: &[&str]) -> Seal {
        let secrets = SecretKeys {
            current: current.repeat(32).into(),
            previous: previous.iter().map(|it| it.repeat(32).into()).collect(),
        };
        Seal::new(&secrets, Purpose::Answers).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_for_its_key_and_its_context_alone() {
        let sealed = seal("a", &[]).seal(b"here", b"an answer").unwrap();
        assert_eq!(seal("a", &[]).open(b"here", &sealed).unwrap(), b"an answer");
        assert!(seal("b", &["a"]).open(b"here", &sealed).is_some());
        assert!(seal("b", &[]).open(b"here", &sealed).is_none());
        assert!(seal("a", &[]).open(b"there", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(seal("a", &[]).open(b"here", &changed).is_none());
            assert!(seal("a", &[]).open(b"here", &sealed[..at]).is_none());
        }
    }
}
