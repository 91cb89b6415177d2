//! E-mail addresses, as accounts are known by.

use crate::error::FieldProblem;

/// The longest address, in bytes.
const MAX_LENGTH: usize = 255;

/// Checks an address that an account is to have, without the space around it.
///
/// Admits what mail servers everywhere deliver: `dot-atom@domain` in ASCII (RFC 5321, section
/// 4.1.2, without quoted strings and address literals). Other scripts can look like the letters
/// of someone else's address; a domain in one has an ASCII form (`xn--…`, RFC 5890).
pub fn check(field: &str, text: &str) -> Result<String, FieldProblem> {
    let text = text.trim();
    let wrong = |message: &str| Err(FieldProblem::new(field, message));
    if text.len() > MAX_LENGTH {
        return wrong("longer than 255 bytes");
    }
    if !text.is_ascii() {
        return wrong(
            "holds characters beyond ASCII; write the domain in its ASCII form (xn--…), and a mailbox that has one",
        );
    }
    match text.rsplit_once('@') {
        Some((mailbox, domain)) if is_dot_atom(mailbox) && is_domain(domain) => Ok(text.to_owned()),
        _ => wrong("not an e-mail address, for example ana@example.org"),
    }
}

/// The form in which addresses are compared.
#[must_use]
pub fn key(text: &str) -> String {
    text.trim().to_ascii_lowercase()
}

fn is_dot_atom(text: &str) -> bool {
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
    };
    text.len() <= 64 && text.split('.').all(is_atom)
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}
