//! YAML front matter (Jekyll, Hugo, Zola).

use std::collections::BTreeMap;

use serde_saphyr::{NonFiniteFloatPolicy, Options, Spanned};

use super::super::document::line_at;
use super::super::outcome::Problem;
use super::{Entry, Pairs};

/// Values copied by aliases; a front matter has hardly any, an alias bomb millions.
const MAX_ALIASED_EVENTS: usize = 10_000;

pub(super) fn entries(text: &str) -> Result<BTreeMap<String, Entry>, Problem> {
    let is_blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    if text.lines().all(is_blank) {
        return Ok(BTreeMap::new());
    }
    let pairs: Pairs<Spanned<String>> = serde_saphyr::from_str_with_options(text, options())
        .map_err(|error| problem(text, &error))?;
    let entries = pairs.0.into_iter().map(|(key, value)| {
        let line = u32::try_from(key.referenced.line()).unwrap_or(u32::MAX);
        (key.value, Entry { value, line })
    });
    Ok(entries.collect())
}

fn options() -> Options {
    serde_saphyr::options! {
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: MAX_ALIASED_EVENTS,
        },
        // YAML 1.1 words such as `no` and `on` stay text until a key asks for a boolean.
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    }
}

fn problem(text: &str, error: &serde_saphyr::Error) -> Problem {
    let last = line_at(text, text.len());
    let line = error
        .location()
        .and_then(|location| u32::try_from(location.line()).ok())
        .filter(|line| *line > 0)
        .unwrap_or(last);
    let message = error.without_snippet().to_string();
    let message = message.lines().next().unwrap_or_default();
    let reason = format!("the YAML front matter is not valid: {message}");
    Problem::new(line.min(last), reason)
}
