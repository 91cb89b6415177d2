use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::http::HeaderValue;
use ipnet::IpNet;
use secrecy::SecretString;

use super::{ConfigError, Environment};

/// Where requests come in, and from which sites.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// `HOST` (127.0.0.1) and `PORT` (8000): the address to listen on. Port 0 takes a free one.
    pub address: SocketAddr,
    /// `PUBLIC_URL`: what visitors type, where that is not the address above. No slash at the end.
    pub public_url: Option<String>,
    /// `CORS_ORIGINS` (none): sites whose pages may ask from a browser, separated by commas; `*`
    /// for every site, without credentials.
    pub cors_origins: CorsOrigins,
    /// `TRUSTED_PROXIES` (none): the addresses and networks, separated by commas, of proxies whose
    /// word for the client's address is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// `METRICS_TOKEN` (none), at least 16 characters: opens `/metrics`, which is not there without it.
    pub metrics_token: Option<SecretString>,
}

/// The shortest token that nobody guesses, in characters.
const MIN_METRICS_TOKEN: usize = 16;
/// The longest that is of use, in characters.
const MAX_METRICS_TOKEN: usize = 1024;

/// No token itself, for somebody would use it.
const TOKEN_EXAMPLE: &str = r#""$(openssl rand -hex 32)""#;

/// The sites of `CORS_ORIGINS`.
#[derive(Clone, Debug)]
pub enum CorsOrigins {
    /// These only.
    Listed(Vec<HeaderValue>),
    /// Every site.
    Any,
}

impl HttpConfig {
    pub(super) fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        let host = environment
            .parsed("HOST", "an IP address", "127.0.0.1")?
            .unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let port = environment
            .parsed("PORT", "a number within 0 and 65535", "8000")?
            .unwrap_or(8000);
        Ok(Self {
            address: SocketAddr::new(host, port),
            public_url: public_url(environment)?,
            cors_origins: cors_origins(environment)?,
            trusted_proxies: trusted_proxies(environment)?,
            metrics_token: metrics_token(environment)?,
        })
    }
}

fn public_url(environment: &Environment) -> Result<Option<String>, ConfigError> {
    let Some(text) = environment.text("PUBLIC_URL")? else {
        return Ok(None);
    };
    let url = text.trim_end_matches('/');
    if is_origin(url) {
        Ok(Some(url.to_owned()))
    } else {
        let problem = "not an http or https address without a path";
        Err(ConfigError::new(
            "PUBLIC_URL",
            problem,
            "https://content.example.org",
        ))
    }
}

fn cors_origins(environment: &Environment) -> Result<CorsOrigins, ConfigError> {
    let text = environment.text("CORS_ORIGINS")?.unwrap_or_default();
    if text.trim() == "*" {
        return Ok(CorsOrigins::Any);
    }
    text.split(',')
        .map(str::trim)
        .filter(|origin| !origin.is_empty())
        .map(|origin| {
            is_origin(origin)
                .then(|| HeaderValue::from_str(origin).ok())
                .flatten()
                .ok_or_else(|| {
                    let problem = "not a list of origins (scheme and host, no path)";
                    ConfigError::new(
                        "CORS_ORIGINS",
                        problem,
                        "https://www.example.org,http://localhost:3000",
                    )
                })
        })
        .collect::<Result<_, _>>()
        .map(CorsOrigins::Listed)
}

fn trusted_proxies(environment: &Environment) -> Result<Vec<IpNet>, ConfigError> {
    let text = environment.text("TRUSTED_PROXIES")?.unwrap_or_default();
    text.split(',')
        .map(str::trim)
        .filter(|proxy| !proxy.is_empty())
        .map(|proxy| {
            let address = || proxy.parse().map(|address: IpAddr| address.into());
            proxy.parse().or_else(|_| address()).map_err(|_| {
                let problem = "not a list of IP addresses and networks";
                ConfigError::new("TRUSTED_PROXIES", problem, "127.0.0.1,10.0.0.0/8")
            })
        })
        .collect()
}

/// It comes in a header, so it has the characters of a `token68` (RFC 9110, section 11.2).
fn metrics_token(environment: &Environment) -> Result<Option<SecretString>, ConfigError> {
    let Some(text) = environment.text("METRICS_TOKEN")? else {
        return Ok(None);
    };
    let text = text.trim();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    // What it may end with says nothing.
    let letters = text.trim_end_matches('=');
    let is_fit = letters.len() >= MIN_METRICS_TOKEN && text.len() <= MAX_METRICS_TOKEN;
    if is_fit && letters.bytes().all(is_plain) {
        return Ok(Some(text.into()));
    }
    let problem = "not 16 to 1024 letters, digits and signs of -._~+/";
    Err(ConfigError::new("METRICS_TOKEN", problem, TOKEN_EXAMPLE))
}

/// Scheme, host and perhaps a port: an origin as browsers send it (RFC 6454, section 6.2).
pub(super) fn is_origin(text: &str) -> bool {
    text.strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ', '*']))
}
