use super::http::is_origin;
use super::{ConfigError, Environment};

/// The site whose content this is, as its readers know it.
#[derive(Clone, Debug)]
pub struct SiteConfig {
    /// `SITE_URL` (`PUBLIC_URL`): where the site's pages are. No slash at the end.
    pub url: Option<String>,
    /// `SITE_NAME` (Imprenta): what the site is called, 1 to 255 characters.
    pub name: String,
}

const MAX_NAME_LENGTH: usize = 255;

impl SiteConfig {
    /// For a server that its visitors find at `public_url`.
    pub(super) fn from_environment(
        environment: &Environment,
        public_url: Option<&str>,
    ) -> Result<Self, ConfigError> {
        Ok(Self {
            url: url(environment)?.or_else(|| public_url.map(str::to_owned)),
            name: name(environment)?,
        })
    }
}

fn url(environment: &Environment) -> Result<Option<String>, ConfigError> {
    let Some(text) = environment.text("SITE_URL")? else {
        return Ok(None);
    };
    let url = text.trim_end_matches('/');
    if is_origin(url) {
        return Ok(Some(url.to_owned()));
    }
    let problem = "not an http or https address without a path";
    Err(ConfigError::new(
        "SITE_URL",
        problem,
        "https://www.example.org",
    ))
}

fn name(environment: &Environment) -> Result<String, ConfigError> {
    let Some(text) = environment.text("SITE_NAME")? else {
        return Ok("Imprenta".to_owned());
    };
    let name = text.trim();
    let length = name.chars().count();
    if (1..=MAX_NAME_LENGTH).contains(&length) && !name.contains(char::is_control) {
        return Ok(name.to_owned());
    }
    let problem = "not 1 to 255 characters in one line";
    Err(ConfigError::new("SITE_NAME", problem, "\"Ana's Blog\""))
}
