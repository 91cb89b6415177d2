//! The public path of a post, its slug and its aliases.

use std::collections::HashSet;

use super::address;
use super::date::{self, Date};
use super::fields::{Fields, Single, Text};
use super::location::Location;
use super::outcome::Problem;
use super::permalink::{self, Subject};
use super::post::one_line;

/// One segment of a path.
pub(super) fn slug(text: &Text) -> Result<String, Problem> {
    let slug = text.value.trim_matches('/');
    if slug.contains(['/', '\\', '?', '#']) {
        return Err(text.problem("is not one segment of a path; use path or url for a whole path"));
    }
    address::join([slug]).map_err(|what| text.problem(what))?;
    Ok(slug.to_owned())
}

pub(super) fn aliases(fields: &mut Fields, path: &str) -> Vec<String> {
    let mut written = fields.list("aliases", Single::Whole);
    written.extend(fields.list("redirect_from", Single::Whole));
    let mut seen = HashSet::from([path.to_owned()]);
    let mut aliases = Vec::new();
    for alias in written {
        match address::normalise(&alias.value) {
            Ok(alias) if seen.insert(alias.clone()) => aliases.push(alias),
            Ok(_) => {}
            Err(what) => {
                let Problem { line, reason } = alias.problem(what);
                fields.warn(line, reason);
            }
        }
    }
    aliases
}

/// What the public path is made from.
pub(super) struct Public<'p> {
    pub(super) location: &'p Location<'p>,
    pub(super) slug: Option<&'p str>,
    pub(super) date: Option<Date>,
    pub(super) categories: &'p [String],
}

impl Public<'_> {
    /// The date the file's place tells.
    pub(super) fn day(&self) -> Option<Date> {
        self.location.day.and_then(date::at_midnight)
    }

    /// The path, and the date in it if it is a written one; `None` for the
    /// page at the root.
    pub(super) fn path(
        &self,
        fields: &mut Fields,
    ) -> Result<Option<(String, Option<Date>)>, Problem> {
        let written = if let Some(text) = fields.text(&["path"])? {
            Some(address::normalise(&text.value).map_err(|what| text.problem(what))?)
        } else if let Some(text) = fields.text(&["url", "permalink"])? {
            let template = permalink::resolve(&text.value, &self.subject());
            let path = template.map_err(|what| text.problem(what))?;
            Some(address::normalise(&path).map_err(|what| text.problem(what))?)
        } else {
            None
        };
        if let Some(path) = written {
            let day = date::day_in_path(path.split('/')).and_then(date::at_midnight);
            return Ok(Some((path, day)));
        }
        if self.location.name.is_empty() {
            return Ok(None);
        }
        let path = self.derived().map_err(|what| {
            let reason = format!("the path made from the file's name {what}");
            Problem::new(1, reason)
        })?;
        Ok(Some((path, None)))
    }

    fn subject(&self) -> Subject<'_> {
        Subject {
            name: self.slug.unwrap_or(self.location.name),
            categories: self.categories,
            published: self.date.or_else(|| self.day()).map(|date| date.local),
        }
    }

    /// Sections, Jekyll's date, and slug or name. Jekyll would put categories
    /// and `.html` around it; neither is part of the address we give a post.
    fn derived(&self) -> Result<String, &'static str> {
        let location = self.location;
        let date = self
            .date
            .or_else(|| self.day())
            .filter(|_| location.in_posts);
        let date = date.map(|date| date.local.format("%Y/%m/%d").to_string());
        let hyphenated = |name: &str| one_line(name).replace(' ', "-");
        let name = hyphenated(self.slug.unwrap_or(location.name));
        let sections: Vec<_> = location.sections.iter().map(|s| hyphenated(s)).collect();
        address::join(
            sections
                .iter()
                .map(String::as_str)
                .chain(date.iter().flat_map(|date| date.split('/')))
                .chain([name.as_str()]),
        )
    }
}
