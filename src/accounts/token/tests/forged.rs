//! Access tokens that are not ours, or not as we issue them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;
use ring::hmac;
use serde_json::{Value, json};

use super::{BOTH, Lab, NOW, claims, encode_part};
use crate::accounts::token::access::InvalidToken;
use crate::config::TokenAlgorithm as Algorithm;

#[test]
fn what_is_wrong_with_a_signed_token_is_found() {
    use InvalidToken::{Expired, FromTheFuture, Malformed, UnknownKey, WrongAlgorithm};
    const OTHERS: InvalidToken = InvalidToken::WrongIssuerOrAudience;
    let late = (NOW + 9).to_string();
    // `null` takes the member away.
    let cases = [
        ("aud", json!("another"), OTHERS),
        ("iss", json!("https://evil.example"), OTHERS),
        ("iat", json!(NOW + 31), FromTheFuture),
        ("exp", json!(NOW), Expired),
        ("exp", json!(i64::MIN), Expired),
        ("exp", json!(late), Malformed),
        ("exp", json!(1.9e9 + 0.5), Malformed),
        ("exp", json!(u64::MAX), Malformed),
        ("exp", json!(null), Malformed),
        ("iat", json!(null), Malformed),
        ("aud", json!(null), Malformed),
        ("aud", json!(["imprenta"]), Malformed),
        ("sub", json!({}), Malformed),
        ("sub", json!("root"), Malformed),
        ("jti", json!(1), Malformed),
        ("role", json!(["admin"]), Malformed),
        ("crit", json!(["exp"]), Malformed),
        ("alg", json!("none"), Malformed),
        ("alg", json!("HS512"), WrongAlgorithm),
        ("kid", json!("AAAAAAAAAAA"), UnknownKey),
        ("kid", json!(null), UnknownKey),
    ];
    for (name, value, expected) in cases {
        for algorithm in BOTH {
            let lab = Lab::of_a(algorithm);
            let token = lab.forge(|header, claims| set(header, claims, name, &value));
            assert_eq!(
                lab.verify(&token),
                Err(expected),
                "{name} {value} {algorithm:?}"
            );
        }
    }
}

fn set(header: &mut Value, claims: &mut Value, name: &str, value: &Value) {
    let in_header = ["alg", "crit", "jwk", "kid"].contains(&name);
    let part = if in_header { header } else { claims };
    part[name] = value.clone();
    if value.is_null() {
        part.as_object_mut().unwrap().remove(name);
    }
}

#[test]
fn what_is_right_with_a_signed_token_is_accepted() {
    let cases = [
        ("role", json!("editor")),
        // The clocks of two servers differ.
        ("iat", json!(NOW + 30)),
        // Not looked at: a key in the header, and claims that a later version adds.
        ("jwk", json!({"kty": "oct", "k": "AAAA"})),
        ("new", json!([])),
    ];
    for (name, value) in cases {
        for algorithm in BOTH {
            let lab = Lab::of_a(algorithm);
            let token = lab.forge(|header, claims| set(header, claims, name, &value));
            assert_eq!(
                lab.verify(&token),
                Ok(claims()),
                "{name} {value} {algorithm:?}"
            );
        }
    }
}

#[test]
fn no_algorithm_stands_for_another() {
    let (hs256, eddsa) = (Lab::of_a(Algorithm::Hs256), Lab::of_a(Algorithm::EdDsa));
    assert_eq!(
        eddsa.verify(&hs256.issue()),
        Err(InvalidToken::WrongAlgorithm)
    );
    assert_eq!(
        hs256.verify(&eddsa.issue()),
        Err(InvalidToken::WrongAlgorithm)
    );

    // The published key as if it were an HMAC secret, under the id of the real one.
    let jwk = &eddsa.tokens.jwks()["keys"][0];
    let public = URL_SAFE_NO_PAD.decode(jwk["x"].as_str().unwrap()).unwrap();
    let payload = hs256.issue().split('.').nth(1).unwrap().to_owned();
    for algorithm in ["HS256", "EdDSA"] {
        let header = encode_part(&json!({"alg": algorithm, "kid": jwk["kid"]}));
        let message = format!("{header}.{payload}");
        let signature = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, &public),
            message.as_bytes(),
        );
        let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
        assert!(eddsa.verify(&token).is_err(), "{algorithm}");
    }
    let none = encode_part(&json!({"alg": "none", "kid": jwk["kid"]}));
    assert_eq!(
        eddsa.verify(&format!("{none}.{payload}.")),
        Err(InvalidToken::Malformed)
    );
}

#[test]
fn what_is_no_token_is_refused() {
    let lab = Lab::of_a(Algorithm::EdDsa);
    let long = lab.forge(|_, claims| claims["role"] = json!("x".repeat(4096)));
    for token in [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "{}",
        "e30.e30.e30",
        "ñ.ñ.ñ",
        &long,
    ] {
        assert_eq!(lab.verify(token), Err(InvalidToken::Malformed), "{token}");
    }
    let token = lab.issue();
    let unsigned = &token[..=token.rfind('.').unwrap()];
    assert_eq!(lab.verify(unsigned), Err(InvalidToken::WrongSignature));
    assert!(lab.verify(&format!("{token}=")).is_err());
    assert!(lab.verify(&format!(" {token}")).is_err());
}

proptest! {
    #[test]
    fn no_byte_can_be_changed(at: prop::sample::Index, by in 1_u8..128, eddsa: bool) {
        let lab = Lab::of_a(BOTH[usize::from(eddsa)]);
        let mut token = lab.issue().into_bytes();
        let at = at.index(token.len());
        token[at] ^= by;
        prop_assert!(lab.verify(&String::from_utf8(token).unwrap()).is_err());
    }

    #[test]
    fn nothing_panics(text in "(\\PC|\\.){0,200}") {
        let lab = Lab::of_a(Algorithm::EdDsa);
        prop_assert!(lab.verify(&text).is_err());
    }
}
