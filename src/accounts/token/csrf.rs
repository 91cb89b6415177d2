//! CSRF tokens: proof that a browser's request comes from a page that could read our answers.
//!
//! The token is a signature of the session's id (OWASP, Cross-Site Request Forgery Prevention Cheat
//! Sheet, "Signed Double-Submit Cookie"): nothing is stored, and another session's is refused.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::keys::{Purpose, SecretKeys, Signatures};
use crate::error::Result;

/// Length of a token in characters: 32 bytes in base64url without padding.
const TOKEN_CHARS: usize = 43;

/// Makes and verifies CSRF tokens. `Debug` shows no key.
#[derive(Debug)]
pub struct CsrfTokens(Signatures);

impl CsrfTokens {
    /// Derives the keys.
    ///
    /// # Errors
    /// A secret is too short.
    pub fn new(secrets: &SecretKeys) -> Result<Self> {
        Signatures::of(secrets, Purpose::Csrf).map(Self)
    }

    /// The token of a session: the same each time, until the secret is changed.
    #[must_use]
    pub fn token(&self, session: Uuid) -> String {
        URL_SAFE_NO_PAD.encode(self.0.sign(session.as_bytes()))
    }

    /// Whether it is the token of this session, under the current secret or a previous one.
    #[must_use]
    pub fn is_token(&self, session: Uuid, token: &str) -> bool {
        if token.len() != TOKEN_CHARS {
            return false;
        }
        let Ok(signature) = URL_SAFE_NO_PAD.decode(token) else {
            return false;
        };
        self.0.are(session.as_bytes(), &signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens of a secret that repeats `current`, and before it `previous`.
    fn tokens(current: &str, previous: &[&str]) -> CsrfTokens {
        CsrfTokens::new(&SecretKeys {
            current: current.repeat(32).into(),
            previous: previous
                .iter()
                .map(|secret| secret.repeat(32).into())
                .collect(),
        })
        .unwrap()
    }

    #[test]
    fn a_csrf_token_belongs_to_its_session() {
        let csrf = tokens("a", &[]);
        let (session, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let token = csrf.token(session);
        assert!(csrf.is_token(session, &token));
        assert!(!csrf.is_token(other, &token));
        for wrong in ["", "ñ", &token[1..], &"A".repeat(43), &"A".repeat(1 << 20)] {
            assert!(!csrf.is_token(session, wrong));
        }
        assert!(tokens("b", &["a"]).is_token(session, &token));
        assert!(!tokens("b", &[]).is_token(session, &token));
    }
}
