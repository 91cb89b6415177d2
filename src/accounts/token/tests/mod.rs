//! Access tokens that are ours.

mod forged;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use proptest::prelude::*;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use uuid::Uuid;

use super::access::{AccessClaims, AccessTokens, InvalidToken};
use super::csrf::CsrfTokens;
use super::keys::AccessKey;
use super::keys::{SecretKeys, in_header};
use crate::clock::Clock;
use crate::config::TokenAlgorithm as Algorithm;

const NOW: i64 = 1_800_000_000;
const LIFETIME: Duration = Duration::from_mins(15);
const ISSUER: &str = "https://blog.example.com";
const BOTH: [Algorithm; 2] = [Algorithm::Hs256, Algorithm::EdDsa];

fn secrets(current: char, previous: &[char]) -> SecretKeys {
    let secret = |c: &char| SecretString::from(c.to_string().repeat(32));
    SecretKeys {
        current: secret(&current),
        previous: previous.iter().map(secret).collect(),
    }
}

/// Tokens of the secret `a`, at a time that the test moves.
struct Lab {
    tokens: AccessTokens,
    now: Arc<AtomicI64>,
    algorithm: Algorithm,
}

impl Lab {
    fn new(algorithm: Algorithm, secrets: &SecretKeys) -> Self {
        let now = Arc::new(AtomicI64::new(NOW));
        let read = Arc::clone(&now);
        let clock = Clock::from_fn(move || {
            DateTime::from_timestamp(read.load(Ordering::SeqCst), 0).unwrap()
        });
        let issuer = ISSUER.to_owned();
        let tokens = AccessTokens::new(secrets, algorithm, issuer, LIFETIME, clock).unwrap();
        Self {
            tokens,
            now,
            algorithm,
        }
    }

    fn of_a(algorithm: Algorithm) -> Self {
        Self::new(algorithm, &secrets('a', &[]))
    }

    fn issue(&self) -> String {
        self.tokens
            .issue(&claims())
            .unwrap()
            .expose_secret()
            .to_owned()
    }

    fn verify(&self, token: &str) -> Result<AccessClaims, InvalidToken> {
        self.tokens.verify(token)
    }

    /// The token's header and claims changed, and signed with the right key all the same.
    fn forge(&self, change: impl FnOnce(&mut Value, &mut Value)) -> String {
        let token = self.issue();
        let mut parts = token.split('.').map(decode_part);
        let (mut header, mut claims) = (parts.next().unwrap(), parts.next().unwrap());
        change(&mut header, &mut claims);
        self.sign(&format!(
            "{}.{}",
            encode_part(&header),
            encode_part(&claims)
        ))
    }

    fn sign(&self, message: &str) -> String {
        let key = AccessKey::new(&secrets('a', &[]).current, self.algorithm).unwrap();
        let algorithm = in_header(self.algorithm);
        let signature =
            jsonwebtoken::crypto::sign(message.as_bytes(), &key.encoding, algorithm).unwrap();
        format!("{message}.{signature}")
    }
}

fn claims() -> AccessClaims {
    AccessClaims {
        user: Uuid::from_u128(7),
        session: Uuid::from_u128(8),
        role: "editor".into(),
    }
}

fn decode_part(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap_or_default()
}

fn encode_part(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

#[test]
fn a_token_has_the_claims_of_the_issue() {
    for algorithm in BOTH {
        let lab = Lab::of_a(algorithm);
        let token = lab.issue();
        assert!(token.len() < 600, "{}", token.len());
        let parts: Vec<Value> = token.split('.').take(2).map(decode_part).collect();
        let names: Vec<_> = parts[1].as_object().unwrap().keys().cloned().collect();
        assert_eq!(
            names,
            ["aud", "exp", "iat", "iss", "jti", "role", "sid", "sub"]
        );
        assert_eq!(parts[1]["aud"], "imprenta");
        assert_eq!(parts[1]["exp"], NOW + 900);
        assert_eq!(
            parts[0]["alg"],
            if algorithm == Algorithm::EdDsa {
                "EdDSA"
            } else {
                "HS256"
            }
        );
        assert_eq!(lab.verify(&token), Ok(claims()));
        assert_ne!(token, lab.issue(), "each has its own jti");
    }
}

#[test]
fn a_token_ends_exactly_at_exp() {
    let lab = Lab::of_a(Algorithm::Hs256);
    let token = lab.issue();
    lab.now.store(NOW + 899, Ordering::SeqCst);
    assert_eq!(lab.verify(&token), Ok(claims()));
    lab.now.store(NOW + 900, Ordering::SeqCst);
    assert_eq!(lab.verify(&token), Err(InvalidToken::Expired));
}

#[test]
fn the_previous_key_still_verifies() {
    for algorithm in BOTH {
        let old = Lab::of_a(algorithm).issue();
        let rotated = Lab::new(algorithm, &secrets('b', &['a', 'c']));
        assert_eq!(rotated.verify(&old), Ok(claims()));
        assert_ne!(
            decode_part(old.split('.').next().unwrap())["kid"],
            decode_part(rotated.issue().split('.').next().unwrap())["kid"]
        );
        let later = Lab::new(algorithm, &secrets('b', &[]));
        assert_eq!(later.verify(&old), Err(InvalidToken::UnknownKey));
    }
}

#[test]
fn the_key_set_has_only_public_keys() {
    let rotating = secrets('b', &['a']);
    assert_eq!(
        Lab::new(Algorithm::Hs256, &rotating).tokens.jwks(),
        json!({"keys": []})
    );
    let keys = Lab::new(Algorithm::EdDsa, &rotating).tokens.jwks()["keys"].clone();
    assert_eq!(keys.as_array().unwrap().len(), 2);
    let names: Vec<_> = keys[0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x"]);
}

#[test]
fn short_secrets_are_refused() {
    let mut short = secrets('a', &['b']);
    short.previous.push("too short".into());
    let clock = Clock::system();
    assert!(AccessTokens::new(&short, Algorithm::EdDsa, ISSUER.into(), LIFETIME, clock).is_err());
    assert!(CsrfTokens::new(&short).is_err());
}

#[test]
fn debug_redacts() {
    let lab = Lab::of_a(Algorithm::Hs256);
    let csrf = CsrfTokens::new(&secrets('a', &[])).unwrap();
    let text = format!("{:?} {csrf:?} {:?}", lab.tokens, secrets('a', &['a']));
    assert!(!text.contains("aaaa"), "{text}");
}

proptest! {
    #[test]
    fn what_is_issued_verifies(user: u128, session: u128, role in "\\PC{1,40}", eddsa: bool) {
        let lab = Lab::of_a(BOTH[usize::from(eddsa)]);
        let claims =
            AccessClaims { user: Uuid::from_u128(user), session: Uuid::from_u128(session), role };
        let token = lab.tokens.issue(&claims).unwrap();
        prop_assert_eq!(lab.verify(token.expose_secret()), Ok(claims));
    }
}
