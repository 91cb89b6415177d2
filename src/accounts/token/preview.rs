//! Tokens of preview links: who has one may read one post as it is being worked on. It says which
//! link it is and when that ends, and is signed, so that what is forged or over needs no look at the
//! database; whether the link was revoked does.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::keys::{Purpose, SecretKeys, Signatures};
use crate::error::Result;

/// How they begin, so that people and scanners of leaked secrets know what they have found.
const PREFIX: &str = "imv_";
/// The link's id and the time of its end.
const CLAIMS: usize = 16 + 8;

/// Makes and verifies tokens of preview links. `Debug` shows no key.
#[derive(Debug)]
pub struct PreviewTokens(Signatures);

impl PreviewTokens {
    /// Derives the keys.
    ///
    /// # Errors
    /// A secret is too short.
    pub(super) fn new(secrets: &SecretKeys) -> Result<Self> {
        Signatures::of(secrets, Purpose::Preview).map(Self)
    }

    /// The token of a link.
    #[must_use]
    pub fn token(&self, link: Uuid, expires_at: DateTime<Utc>) -> SecretString {
        let mut bytes = link.as_bytes().to_vec();
        bytes.extend_from_slice(&expires_at.timestamp_micros().to_be_bytes());
        let signature = self.0.sign(&bytes);
        bytes.extend_from_slice(signature.as_ref());
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)).into()
    }

    /// The link that a token is of, unless it is forged or over at the time `now`.
    #[must_use]
    pub fn link(&self, token: &SecretString, now: DateTime<Utc>) -> Option<Uuid> {
        let text = token.expose_secret().strip_prefix(PREFIX)?;
        // No longer than one of ours.
        let bytes = URL_SAFE_NO_PAD.decode(text.get(..75).filter(|it| it.len() == text.len())?);
        let bytes = bytes.ok()?;
        let (claims, signature) = bytes.split_at_checked(CLAIMS)?;
        if !self.0.are(claims, signature) {
            return None;
        }
        let (link, end) = claims.split_first_chunk::<16>()?;
        let end = i64::from_be_bytes(end.try_into().ok()?);
        (now.timestamp_micros() < end).then(|| Uuid::from_bytes(*link))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn tokens(current: &str, previous: &[&str]) -> PreviewTokens {
        PreviewTokens::new(&SecretKeys {
            current: current.repeat(32).into(),
            previous: previous.iter().map(|it| it.repeat(32).into()).collect(),
        })
        .unwrap()
    }

    #[test]
    fn a_token_names_its_link_until_its_end() {
        let (now, link) = (DateTime::UNIX_EPOCH, Uuid::from_u128(7));
        let end = now + TimeDelta::hours(1);
        let ours = tokens("a", &[]);
        let token = ours.token(link, end);
        assert_eq!(ours.link(&token, now), Some(link));
        assert_eq!(ours.link(&token, end), None);
        assert_eq!(tokens("b", &["a"]).link(&token, now), Some(link));
        assert_eq!(tokens("b", &[]).link(&token, now), None);
        let text = token.expose_secret();
        for at in 0..text.len() {
            let mut forged = text.to_owned().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(ours.link(&forged.into(), now), None, "{at}");
            assert_eq!(ours.link(&text[..at].into(), now), None);
        }
        assert_eq!(ours.link(&format!("{text}A").into(), now), None);
    }
}
