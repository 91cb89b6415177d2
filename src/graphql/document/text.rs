use std::collections::HashSet;

use super::DocumentError;
use crate::config::GraphqlLimits;
use crate::graphql::ErrorCode;

/// Looks through a document's text once, before the parser does: how long it is, how many tokens it
/// has, and how deep its brackets go (GraphQL specification, section 2.1 "Source Text"). What is in
/// strings and comments does not count. Returns the number of tokens.
///
/// Also refuses inputs that give a field twice (section 5.6.3 "Input Object Field Uniqueness"): the
/// parser keeps the last, so that nobody after it could see that.
pub(super) fn check(text: &str, limits: &GraphqlLimits) -> Result<usize, DocumentError> {
    let too_complex = |message| Err(DocumentError::new(ErrorCode::TooComplex, message));
    if text.len() > limits.document_bytes {
        return too_complex(format!(
            "the document is longer than {} bytes; send long values as variables",
            limits.document_bytes
        ));
    }
    let mut scan = Scan {
        text,
        bytes: text.as_bytes(),
        at: 0,
    };
    let mut tokens = 0;
    let mut brackets: Vec<Bracket<'_>> = Vec::new();
    let mut word = None;
    while let Some(token) = scan.next() {
        tokens += 1;
        if tokens > limits.tokens {
            let most = limits.tokens;
            return too_complex(format!("the document has more than {most} tokens"));
        }
        match token {
            Token::Open(open) => {
                let is_value = brackets.last().is_some_and(|it| it.holds_values);
                brackets.push(Bracket {
                    holds_values: is_value || open == b'(',
                    fields: (is_value && open == b'{').then(HashSet::new),
                });
                if brackets.len() > limits.nesting {
                    let most = limits.nesting;
                    return too_complex(format!("the document is more than {most} brackets deep"));
                }
            }
            Token::Close => drop(brackets.pop()),
            Token::Colon => {
                let fields = brackets.last_mut().and_then(|it| it.fields.as_mut());
                if let (Some(fields), Some(name)) = (fields, word)
                    && !fields.insert(name)
                {
                    let message = format!("the field \"{name}\" is given twice in one object");
                    return Err(DocumentError::new(
                        ErrorCode::GraphqlValidationFailed,
                        message,
                    ));
                }
            }
            Token::Word(_) | Token::Other => {}
        }
        word = match token {
            Token::Word(name) => Some(name),
            _ => None,
        };
    }
    Ok(tokens)
}

/// A bracket that is open.
struct Bracket<'a> {
    /// Whether values stand in it, and not selections.
    holds_values: bool,
    /// Of an object, the fields so far.
    fields: Option<HashSet<&'a str>>,
}

#[derive(Clone, Copy)]
enum Token<'a> {
    Open(u8),
    Close,
    Colon,
    /// A name or a number.
    Word(&'a str),
    /// A string or any other sign.
    Other,
}

struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let start = self.at;
            let byte = *self.bytes.get(start)?;
            self.at += 1;
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b',' => {}
                b'#' => self.skip_while(|byte| byte != b'\n' && byte != b'\r'),
                b'(' | b'[' | b'{' => return Some(Token::Open(byte)),
                b')' | b']' | b'}' => return Some(Token::Close),
                b':' => return Some(Token::Colon),
                b'"' => {
                    self.skip_string();
                    return Some(Token::Other);
                }
                b'.' => {
                    self.skip_while(|byte| byte == b'.');
                    return Some(Token::Other);
                }
                _ if is_word(byte) => {
                    self.skip_while(is_word);
                    return self.text.get(start..self.at).map(Token::Word);
                }
                _ => return Some(Token::Other),
            }
        }
    }

    fn skip_while(&mut self, matches: impl Fn(u8) -> bool) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| !matches(*byte));
        self.at += length.unwrap_or(rest.len());
    }

    /// The rest of a string whose first quote was read (section 2.9.4 "String Value").
    fn skip_string(&mut self) {
        let starts =
            |at: usize, what: &[u8]| self.bytes.get(at..).is_some_and(|it| it.starts_with(what));
        let is_block = starts(self.at, b"\"\"");
        let mut at = if is_block { self.at + 2 } else { self.at };
        while let Some(byte) = self.bytes.get(at) {
            at += match byte {
                b'\\' if is_block && starts(at, b"\\\"\"\"") => 4,
                b'\\' if !is_block => 2,
                b'"' if is_block && starts(at, b"\"\"\"") => {
                    at += 3;
                    break;
                }
                b'"' if !is_block => {
                    at += 1;
                    break;
                }
                // The parser says what is wrong; another line is another line.
                b'\n' if !is_block => break,
                _ => 1,
            };
        }
        self.at = at.min(self.bytes.len());
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' || byte == b'+'
}
