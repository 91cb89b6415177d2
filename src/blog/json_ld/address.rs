//! Where a post and its site are, and what their parts are called.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{Described, Site};

/// What stands for itself in no part of a path (RFC 3986, section 3.3), but for the slash.
const NOT_IN_PATHS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The addresses of one post.
pub(super) struct Addresses {
    /// The site's first page.
    pub home: String,
    /// The post's page.
    pub page: String,
}

impl Addresses {
    pub(super) fn new(site: &Site, post: &Described<'_>) -> Self {
        let site = site.url.as_deref().map(|url| url.trim_end_matches('/'));
        let page = match post.canonical_url {
            Some(url) => url.to_owned(),
            None => of_path(site, post.path),
        };
        Self {
            home: format!("{}/", site.unwrap_or_default()),
            page,
        }
    }

    /// The name of a part of the page.
    pub(super) fn of_part(&self, part: &str) -> String {
        named(&self.page, part)
    }

    /// The name of something that the whole site has.
    pub(super) fn of_site(&self, part: &str) -> String {
        named(&self.home, part)
    }
}

fn of_path(site: Option<&str>, path: &str) -> String {
    let encoded = utf8_percent_encode(path, NOT_IN_PATHS);
    match site {
        Some(site) => format!("{site}{encoded}"),
        // A reference that begins with two slashes names a host (RFC 3986, section 4.2).
        None if path.starts_with("//") => format!("/.{encoded}"),
        None => encoded.to_string(),
    }
}

/// An address has one fragment; a canonical one may bring its own.
fn named(address: &str, part: &str) -> String {
    let address = address.split('#').next().unwrap_or_default();
    format!("{address}#{}", utf8_percent_encode(part, NOT_IN_PATHS))
}
