//! Hashes, our own and those of other implementations.

mod hasher;

use super::hash::{DUMMY, Verification, Workspace, hash, verify, verify_dummy};

const PASSWORD: &str = "correct horse battery staple";

/// Made by Python's argon2-cffi 25.1 (the reference implementation), all of [`PASSWORD`].
const FROM_ARGON2_CFFI: [(&str, bool); 5] = [
    (
        "$argon2id$v=19$m=19456,t=2,p=1$OpTht0XsWaeYutQe5vpVRQ$QwEvbpLPMDUC3BFg/vHrIuRJX7cr/yYKJFPaI7qd9XQ",
        false,
    ),
    (
        "$argon2id$v=19$m=64,t=1,p=2$JbqIwaVup3rVRs4K3ZPkGg$X2fLJ/djEteblSDoL3i004Kb2sZMTInobbHj8ABR/Qo",
        true,
    ),
    (
        "$argon2i$v=19$m=64,t=1,p=1$pcJ4QQSGpEKCWAldHOzx7A$Cb0otpwFiEz0rz0usjvvGdgmlqtJI36r3eb7XUBQe40",
        true,
    ),
    (
        "$argon2id$v=19$m=128,t=3,p=4$tlc3R8E72D6ETXqp$Gc3U2LOlv7GDhvGayJxbgoWRIfIjxwGQ",
        true,
    ),
    (
        "$argon2d$v=19$m=128,t=3,p=1$zTi2soCSvDUSyR4Re7j/lA$BAHszylncHah29Rac94rmmzW0vC2X9ccXW6qemhWbLY",
        true,
    ),
];

/// With the password of each.
const BCRYPT: [(&str, &str); 5] = [
    // The example in PHP's manual of `password_verify`.
    (
        "$2y$07$BCryptRequires22Chrcte/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq",
        "rasmuslerdorf",
    ),
    // Python's bcrypt 5.0.
    (
        "$2b$04$qoBLDyWMXBKTl6quRxkEBehfRVTJwAU0KWj0fMwoKptmJ4k97aNti",
        PASSWORD,
    ),
    (
        "$2a$04$KLcuXXP3yblUAXBF/xdEBujowIzJGvCEep028PZLJ4iBEO/oMZ/8.",
        "contraseña-señal",
    ),
    (BCRYPT_OF_72_X, X_72),
    // What is past the 72nd byte was never looked at.
    (BCRYPT_OF_72_X, X_80),
];

const BCRYPT_OF_72_X: &str = "$2b$04$pUDD2ny3daX0cIlickqgTONvz/8E6VYO0DEDTunzQ/PEOEg/uBdou";
const X_72: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
const X_80: &str =
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxyyyyyyyy";

const NO_MATCH: Verification = Verification {
    matches: false,
    outdated: false,
};

#[test]
fn a_new_hash_matches_its_password_only() {
    let memory = &mut Workspace::default();
    let stored = hash(PASSWORD, memory).unwrap();
    assert!(
        stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{stored}"
    );
    assert_eq!(
        verify(PASSWORD, &stored, memory),
        Verification {
            matches: true,
            outdated: false
        }
    );
    assert_eq!(verify("another password", &stored, memory), NO_MATCH);
    assert_ne!(
        hash(PASSWORD, memory).unwrap(),
        stored,
        "the salt is random"
    );
}

#[test]
fn hashes_of_other_implementations_match() {
    let memory = &mut Workspace::default();
    for (stored, outdated) in FROM_ARGON2_CFFI {
        let expected = Verification {
            matches: true,
            outdated,
        };
        assert_eq!(verify(PASSWORD, stored, memory), expected, "{stored}");
        assert!(!verify("correct horse battery stapler", stored, memory).matches);
    }
    for (stored, password) in BCRYPT {
        let expected = Verification {
            matches: true,
            outdated: true,
        };
        assert_eq!(verify(password, stored, memory), expected, "{stored}");
        assert!(!verify(&password[1..], stored, memory).matches);
    }
}

#[test]
fn bcrypt_ignores_no_nul() {
    let memory = &mut Workspace::default();
    let twice = format!("{PASSWORD}\0{PASSWORD}");
    assert!(!verify(&twice, BCRYPT[1].0, memory).matches);
}

#[test]
fn what_is_no_hash_never_matches() {
    let memory = &mut Workspace::default();
    let malformed = [
        "",
        "*",
        "plain text password",
        "$argon2id$",
        "$argon2id$v=19$m=19456,t=2,p=1$OpTht0XsWaeYutQe5vpVRQ",
        "$argon2id$v=99$m=64,t=1,p=1$pcJ4QQSGpEKCWAldHOzx7A$Cb0otpwFiEz0rz0usjvvGdgmlqtJI36r3eb7XUBQe40",
        "$argon2x$v=19$m=64,t=1,p=1$pcJ4QQSGpEKCWAldHOzx7A$Cb0otpwFiEz0rz0usjvvGdgmlqtJI36r3eb7XUBQe40",
        // Too costly: 4 GiB; a billion passes; 2^31 and 2^17 rounds.
        "$argon2id$v=19$m=4194304,t=1,p=1$pcJ4QQSGpEKCWAldHOzx7A$Cb0otpwFiEz0rz0usjvvGdgmlqtJI36r3eb7XUBQe40",
        "$argon2id$v=19$m=64,t=1000000000,p=1$pcJ4QQSGpEKCWAldHOzx7A$Cb0otpwFiEz0rz0usjvvGdgmlqtJI36r3eb7XUBQe40",
        "$argon2id$v=19$m=64,t=1,p=4294967295$pcJ4QQSGpEKCWAldHOzx7A$Cb0otpwFiEz0rz0usjvvGdgmlqtJI36r3eb7XUBQe40",
        "$2b$31$qoBLDyWMXBKTl6quRxkEBehfRVTJwAU0KWj0fMwoKptmJ4k97aNti",
        "$2b$17$qoBLDyWMXBKTl6quRxkEBehfRVTJwAU0KWj0fMwoKptmJ4k97aNti",
        "$2x$04$qoBLDyWMXBKTl6quRxkEBehfRVTJwAU0KWj0fMwoKptmJ4k97aNti",
        "$2b$04$qoBLDyWMXBKTl6quRxkEBehfRVTJwAU0KWj0fMwoKptmJ4k97aN",
        "$2b$04$ñoBLDyWMXBKTl6quRxkEBehfRVTJwAU0KWj0fMwoKptmJ4k97aNt",
    ];
    for stored in malformed {
        assert_eq!(verify(PASSWORD, stored, memory), NO_MATCH, "{stored}");
    }
    assert_eq!(verify_dummy(memory), NO_MATCH);
    let long = "x".repeat(10_000_000);
    assert_eq!(verify(&long, BCRYPT_OF_72_X, memory), NO_MATCH);
}

#[test]
fn the_dummy_has_the_current_parameters() {
    let memory = &mut Workspace::default();
    // Not outdated: everything that takes time is as in a new hash. And nothing was logged, so it
    // was computed.
    assert_eq!(verify(PASSWORD, DUMMY, memory), NO_MATCH);
    let new = hash(PASSWORD, memory).unwrap();
    let parameters = |hash: &str| hash.rsplitn(3, '$').last().unwrap().to_owned();
    assert_eq!(parameters(DUMMY), parameters(&new));
    assert_eq!(DUMMY.len(), new.len());
}
