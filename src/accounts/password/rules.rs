//! What a new password must be: long enough, and not among the first that anybody would try.
//!
//! There are no rules of composition, after NIST SP 800-63B-4, section 3.1.1.2.

use super::{MAX_BYTES, MIN_CHARS};

/// A password that an attacker finds within so many guesses is refused. `zxcvbn` puts the common
/// passwords of 12 characters and more below 10^6, and 12 random lower-case letters above 10^8.
const TOO_FEW_GUESSES: u64 = 10_000_000;

/// How much of a password is estimated. Substitutions such as `4` for `a` make the cost grow with
/// the square of the length: 64 characters take 0.2 seconds at worst.
const ESTIMATED_CHARS: usize = 64;

/// How many characters a password must have besides the words of its owner's name and address.
const MIN_OTHER_CHARS: usize = 6;

/// Shortest part of a name or an address that is looked for.
const MIN_WORD_CHARS: usize = 3;

/// How many words about its owner a password is compared with.
const MAX_WORDS: usize = 32;

/// Why a password is refused. The text never has the password in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Fewer than [`MIN_CHARS`] characters.
    #[error("is too short: use at least {MIN_CHARS} characters, for example four or five words")]
    TooShort,
    /// More than [`MAX_BYTES`] bytes.
    #[error("is too long: use at most {MAX_BYTES} bytes of UTF-8")]
    TooLong,
    /// Has the character U+0000, where some older systems end a password.
    #[error("contains the character U+0000: use any others")]
    HasNul,
    /// Little more than the owner's name or e-mail address.
    #[error("is made from your name or e-mail address: use words that have nothing to do with you")]
    Personal,
    /// Found within 10^7 guesses.
    #[error(
        "is one of the first that would be guessed: use several unrelated words, or a password manager"
    )]
    TooCommon,
}

/// Whether a new password can be accepted.
///
/// `personal` has the owner's e-mail address and name. Takes some 0.1 milliseconds, and up to 0.2
/// seconds on hostile input, so async code calls it through
/// [`PasswordHasher`](super::PasswordHasher).
///
/// # Errors
/// The first [`Problem`] with it.
pub fn check(password: &str, personal: &[&str]) -> Result<(), Problem> {
    if password.len() > MAX_BYTES {
        return Err(Problem::TooLong);
    }
    if password.contains('\0') {
        return Err(Problem::HasNul);
    }
    if password.chars().nth(MIN_CHARS - 1).is_none() {
        return Err(Problem::TooShort);
    }
    let words = words(personal);
    if is_personal(password, &words) {
        return Err(Problem::Personal);
    }
    if is_guessable(password, &words) {
        return Err(Problem::TooCommon);
    }
    Ok(())
}

/// What a name or an address consists of, and the whole of it, in lower case, the longest first.
fn words(personal: &[&str]) -> Vec<String> {
    let mut words: Vec<String> = personal
        .iter()
        .flat_map(|text| {
            text.split(|c: char| !c.is_alphanumeric())
                .chain([text.trim()])
        })
        .filter(|word| word.chars().nth(MIN_WORD_CHARS - 1).is_some())
        .map(str::to_lowercase)
        .collect();
    words.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    words.dedup();
    words.truncate(MAX_WORDS);
    words
}

/// Whether too little is left of a password without the words about its owner.
fn is_personal(password: &str, words: &[String]) -> bool {
    let whole = password.to_lowercase();
    let mut rest = whole.clone();
    for word in words {
        // A space, so that the text on both sides does not make up another word.
        rest = rest.replace(word.as_str(), " ");
    }
    let left = rest.chars().filter(|c| !c.is_whitespace()).count();
    left < MIN_OTHER_CHARS && rest != whole
}

/// Whether an attacker finds the password among the first few million guesses.
fn is_guessable(password: &str, words: &[String]) -> bool {
    let start: String = password.chars().take(ESTIMATED_CHARS).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    zxcvbn::zxcvbn(&start, &words).guesses() < TOO_FEW_GUESSES
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Problem, check};

    const OWNER: [&str; 2] = ["ada.lovelace@example.com", "Ada Lovelace"];

    #[test]
    fn common_passwords_are_refused() {
        let common = "password1234 passwordpassword 123456789012 qwertyuiop12 aaaaaaaaaaaa
            iloveyou1234 P@ssw0rd1234 Password123! qwerty123456 1q2w3e4r5t6y abcdefghijkl
            adminadmin12 letmein12345 trustno1trustno1 asdfghjklzxc ñññññññññññññ 4321drowssap";
        for password in common.split_whitespace() {
            assert_eq!(
                check(password, &OWNER),
                Err(Problem::TooCommon),
                "{password}"
            );
        }
    }

    #[test]
    fn what_is_known_of_the_owner_is_refused() {
        let personal = "ada.lovelace@example.com|Ada Lovelace|adalovelace12|AdaLovelace1815|\
            lovelace-ada|LOVELACE.EXAMPLE|ada lovelace 1815|a.b@c.d.e.f.g";
        let owner = [OWNER[0], OWNER[1], "a.b@c.d.e.f.g"];
        for password in personal.split('|') {
            assert_eq!(
                check(password, &owner),
                Err(Problem::Personal),
                "{password}"
            );
        }
        assert_eq!(check("my dog ate lovelace", &OWNER), Ok(()));
        assert_eq!(check("my dog ate it all", &["", "  ", "Ño"]), Ok(()));
    }

    #[test]
    fn length_is_the_other_rule() {
        assert_eq!(check("ñandú caballo", &OWNER), Ok(()));
        assert_eq!(check("horse stapl", &OWNER), Err(Problem::TooShort));
        assert_eq!(
            check("лошадь бата", &OWNER),
            Err(Problem::TooShort),
            "11 characters"
        );
        assert_eq!(
            check("purple\0monkey dishwasher", &OWNER),
            Err(Problem::HasNul)
        );
        assert_eq!(check(&"kJ8#".repeat(257), &OWNER), Err(Problem::TooLong));
        for phrase in [
            "correct horse battery staple",
            "my dog has fleas",
            "tres tristes tigres",
        ] {
            assert_eq!(check(phrase, &OWNER), Ok(()), "{phrase}");
        }
    }

    proptest! {
        #[test]
        fn random_passwords_are_accepted(password in "[a-zA-Z0-9]{12}|[!-~]{12}|[a-z]{14}") {
            // Some shorter one may contain a word by chance, none so much of it.
            prop_assert_eq!(check(&password, &["grace.hopper@example.org"]), Ok(()));
        }

        #[test]
        fn nothing_panics(password in "\\PC{0,200}", name in "\\PC{0,40}") {
            let _ = check(&password, &[&name]);
        }
    }
}
