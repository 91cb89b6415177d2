//! What a secret looks like, wherever it turns up.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex};

/// Part of every password and of every secret key of the tests.
const CANARY: &str = "canary";

/// How hashes of passwords begin: as PHC strings, and bcrypt's.
const HASHES: [&str; 4] = ["$argon2", "$2a$", "$2b$", "$2y$"];

/// How refresh tokens, API keys, tokens of password resets and of preview links begin.
const PREFIXES: [&str; 4] = ["imr_", "imp_", "imt_", "imv_"];

/// 32 bytes in base64url.
const TOKEN_CHARS: usize = 43;

/// Tokens without a mark of their own that answers have given out: those against CSRF.
static GIVEN_OUT: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// Notes a token that is to be seen nowhere but in the answer that gave it out.
pub fn note(token: &str) {
    if token.len() == TOKEN_CHARS {
        GIVEN_OUT.lock().unwrap().insert(token.to_owned());
    }
}

/// What kind of secret a text holds, if it holds one.
pub fn secret_in(text: &str) -> Option<&'static str> {
    in_plain(text).or_else(|| {
        let lists = lists_of_bytes(text);
        lists.iter().find_map(|list| in_plain(list))
    })
}

fn in_plain(text: &str) -> Option<&'static str> {
    if text.contains(CANARY) && without_folders(text).contains(CANARY) {
        return Some("a password or a secret key");
    }
    if HASHES.iter().any(|hash| text.contains(hash)) {
        return Some("the hash of a password");
    }
    let mut words = text.split(|c: char| !is_base64url(c));
    words
        .find_map(kind_of_word)
        .or_else(|| json_web_token(text))
}

/// A checkout may lie in a folder with that word in its name.
fn without_folders(text: &str) -> String {
    let text = text.replace(env!("CARGO_TARGET_TMPDIR"), "");
    text.replace(env!("CARGO_MANIFEST_DIR"), "")
}

fn is_base64url(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn kind_of_word(word: &str) -> Option<&'static str> {
    if word.len() < TOKEN_CHARS {
        return None;
    }
    let mut starts = PREFIXES.iter().flat_map(|it| word.match_indices(it));
    if starts.any(|(at, prefix)| word.len() >= at + prefix.len() + TOKEN_CHARS) {
        return Some(
            "a refresh token, an API key, or a token of a password reset or a preview link",
        );
    }
    let given_out = GIVEN_OUT.lock().unwrap().contains(word);
    given_out.then_some("a token against CSRF")
}

/// An access token: two JSON objects in base64url and a signature (RFC 7519, section 3).
fn json_web_token(text: &str) -> Option<&'static str> {
    let mut words = text.split(|c: char| !is_base64url(c) && c != '.');
    let is_token = words.any(|word| {
        let objects = word.split('.').filter(|part| part.starts_with("eyJ"));
        objects.count() >= 2
    });
    is_token.then_some("an access token")
}

/// Texts that were written as the numbers of their bytes, as `Debug` does with `Vec<u8>`.
fn lists_of_bytes(text: &str) -> Vec<String> {
    let lists = text.split('[').skip(1).filter_map(|rest| {
        let (list, _) = rest.split_once(']')?;
        let bytes: Result<Vec<u8>, _> = list.split(',').map(|it| it.trim().parse()).collect();
        Some(String::from_utf8_lossy(&bytes.ok()?).into_owned())
    });
    lists.collect()
}

#[test]
fn a_secret_is_known_however_it_is_written() {
    let token = "A_-9".repeat(11)[..TOKEN_CHARS].to_owned();
    note(&token.replace('9', "8"));
    for secret in [
        "password=canary, another one".to_owned(),
        "hash: Some(\"$argon2id$v=19$m=19456\")".to_owned(),
        "$2b$04$".to_owned(),
        format!("text=imt_{token}"),
        format!("https://example.org/reset#imt_{token}"),
        format!("a-imr_{token}"),
        format!("csrf_token={}", token.replace('9', "8")),
        "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln".to_owned(),
        format!("{:?}", Some(b"a canary".to_vec())),
        format!("{:?}", b"$argon2id$".to_vec()),
    ] {
        assert!(secret_in(&secret).is_some(), "{secret}");
    }
    for harmless in [
        format!("{}/target", env!("CARGO_MANIFEST_DIR")),
        "imr_ is how they begin".to_owned(),
        token,
        "eyJhbGciOiJIUzI1NiJ9".to_owned(),
        format!("{:?}", b"some bytes".to_vec()),
        "[1, 2, 300]".to_owned(),
    ] {
        assert_eq!(secret_in(&harmless), None, "{harmless}");
    }
}
