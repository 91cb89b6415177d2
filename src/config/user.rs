use super::{ConfigError, Environment};

/// Whom `imprenta user` is about, where the command line does not say. What is missing or wrong is
/// told by the command, for no other needs it.
#[derive(Clone, Debug)]
pub struct UserConfig {
    /// `USER_EMAIL` (none): their e-mail address.
    pub email: Option<String>,
    /// `USER_NAME` (none): what to call them.
    pub name: Option<String>,
    /// `USER_ROLE` (none): what they may do.
    pub role: Option<String>,
    /// `USER_PASSWORD_STDIN` (off): read the password from standard input.
    pub password_stdin: bool,
}

impl UserConfig {
    pub(super) fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            email: environment.text("USER_EMAIL")?,
            name: environment.text("USER_NAME")?,
            role: environment.text("USER_ROLE")?,
            password_stdin: environment.switch("USER_PASSWORD_STDIN", false)?,
        })
    }
}
