use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::http::HeaderValue;

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
}

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

/// Scheme, host and perhaps a port: an origin as browsers send it (RFC 6454, section 6.2).
fn is_origin(text: &str) -> bool {
    text.strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ', '*']))
}
