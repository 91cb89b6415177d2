//! Passwords as the person at the command gives them: never as an argument, which every process
//! of the machine can read.

use std::io::{self, BufRead, IsTerminal};

use secrecy::{ExposeSecret, SecretString};

use super::CommandError;

/// The longest line to read, in bytes: beyond every password that would be taken.
const MAX_LINE: u64 = 16 * 1024;

/// Where a password comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PasswordSource {
    /// Typed twice, unseen.
    Prompt,
    /// The first line of standard input.
    Stdin,
}

impl PasswordSource {
    /// Asks for the password or reads it; it is not empty.
    pub(super) fn read(self) -> Result<SecretString, CommandError> {
        let password = match self {
            Self::Prompt => prompted()?,
            Self::Stdin => first_line(io::stdin().lock())?,
        };
        if password.expose_secret().is_empty() {
            return Err("the password is empty".into());
        }
        Ok(password)
    }
}

fn prompted() -> Result<SecretString, CommandError> {
    // Asked of standard input, for a prompt would find the terminal of whoever started a script
    // whose input comes from elsewhere.
    if !io::stdin().is_terminal() {
        return Err(
            "there is no terminal to ask for a password; give it on standard input with --password-stdin"
                .into(),
        );
    }
    let password = ask("Password: ")?;
    if password.expose_secret() == ask("The same again: ")?.expose_secret() {
        Ok(password)
    } else {
        Err("the two passwords are not the same; nothing was changed".into())
    }
}

fn ask(prompt: &str) -> Result<SecretString, CommandError> {
    match rpassword::prompt_password(prompt) {
        Ok(password) => Ok(password.into()),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Err("stopped".into()),
        Err(error) => Err(format!("no password can be read from the terminal: {error}").into()),
    }
}

/// The first line without its end; no other space is cut, for it may be part of the password.
fn first_line(input: impl BufRead) -> Result<SecretString, CommandError> {
    let mut line = String::new();
    input
        .take(MAX_LINE)
        .read_line(&mut line)
        .map_err(|error| format!("--password-stdin: {error}"))?;
    let end = line.trim_end_matches('\n').trim_end_matches('\r').len();
    line.truncate(end);
    Ok(line.into())
}
