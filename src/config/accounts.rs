use std::time::Duration;

use secrecy::SecretString;

use super::{ConfigError, Environment};

/// What tokens are signed with, and how long a log-in lasts.
#[derive(Clone, Debug)]
pub struct AccountsConfig {
    /// `SECRET_KEY`, at least 32 characters: access tokens and all else that only this site may
    /// make are made with it. With the embedded database, `serve` makes one where there is none.
    pub secret_key: Option<SecretString>,
    /// `SECRET_KEY_PREVIOUS` (none), separated by commas: keys from before, whose tokens stay valid.
    pub previous_secret_keys: Vec<SecretString>,
    /// `ACCESS_TOKEN_ALGORITHM` (HS256): what access tokens are signed by, and no other is accepted.
    pub token_algorithm: TokenAlgorithm,
    /// `ACCESS_TOKEN_EXPIRE_MINUTES` (15): how long an access token is valid, 1 to 1440 minutes.
    pub access_token_lifetime: Duration,
    /// `REFRESH_TOKEN_EXPIRE_DAYS` (30): how long someone who does not come back stays logged in,
    /// 1 to 3650 days.
    pub refresh_token_lifetime: Duration,
}

/// How access tokens are signed (RFC 7518, section 3.1; RFC 8037, section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenAlgorithm {
    /// `HS256`: who can check a token can make one.
    Hs256,
    /// `EdDSA` with Ed25519: others can check tokens by the public key.
    EdDsa,
}

/// The shortest key, in characters: those of 24 random bytes in base64.
pub(crate) const MIN_SECRET_KEY_LENGTH: usize = 32;

/// Not a key itself, for somebody would use it; and too short for one if it is taken literally.
const KEY_EXAMPLE: &str = r#""$(openssl rand -base64 32)""#;

const SECONDS_PER_MINUTE: u64 = 60;
const SECONDS_PER_DAY: u64 = 24 * 60 * SECONDS_PER_MINUTE;

impl AccountsConfig {
    pub(super) fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        let minutes = environment.within("ACCESS_TOKEN_EXPIRE_MINUTES", (1, 1440), 15, "15")?;
        let days = environment.within("REFRESH_TOKEN_EXPIRE_DAYS", (1, 3650), 30, "30")?;
        Ok(Self {
            secret_key: secret_key(environment)?,
            previous_secret_keys: previous_secret_keys(environment)?,
            token_algorithm: token_algorithm(environment)?,
            access_token_lifetime: Duration::from_secs(minutes * SECONDS_PER_MINUTE),
            refresh_token_lifetime: Duration::from_secs(days * SECONDS_PER_DAY),
        })
    }
}

fn secret_key(environment: &Environment) -> Result<Option<SecretString>, ConfigError> {
    let text = environment.text("SECRET_KEY")?;
    text.map(|text| key("SECRET_KEY", &text, "shorter than 32 characters"))
        .transpose()
}

fn previous_secret_keys(environment: &Environment) -> Result<Vec<SecretString>, ConfigError> {
    let variable = "SECRET_KEY_PREVIOUS";
    let problem = "a key in it, between commas, is shorter than 32 characters";
    let text = environment.text(variable)?.unwrap_or_default();
    text.split(',')
        .filter(|key| !key.trim().is_empty())
        .map(|text| key(variable, text, problem))
        .collect()
}

/// Space around a key is none of it, so that the same key is the same in both variables.
fn key(
    variable: &'static str,
    text: &str,
    problem: &'static str,
) -> Result<SecretString, ConfigError> {
    let text = text.trim();
    if text.chars().count() < MIN_SECRET_KEY_LENGTH {
        return Err(ConfigError::new(variable, problem, KEY_EXAMPLE));
    }
    Ok(text.into())
}

fn token_algorithm(environment: &Environment) -> Result<TokenAlgorithm, ConfigError> {
    let text = environment.text("ACCESS_TOKEN_ALGORITHM")?;
    match text.as_deref().map(str::trim) {
        None => Ok(TokenAlgorithm::Hs256),
        Some(text) if text.eq_ignore_ascii_case("HS256") => Ok(TokenAlgorithm::Hs256),
        Some(text) if text.eq_ignore_ascii_case("EdDSA") => Ok(TokenAlgorithm::EdDsa),
        Some(_) => Err(ConfigError::new(
            "ACCESS_TOKEN_ALGORITHM",
            "neither HS256 nor EdDSA",
            "EdDSA",
        )),
    }
}
