//! JSON front matter (Hugo).

use std::collections::BTreeMap;

use serde_json::Deserializer;

use super::super::document::line_at;
use super::super::outcome::Problem;
use super::{Entry, Pairs};

/// Keys and values, and the offset just past the closing brace.
pub(super) fn pairs(text: &str) -> Result<(Pairs<String>, usize), Problem> {
    let mut values = Deserializer::from_str(text).into_iter();
    let pairs = values.next().unwrap_or(Ok(Pairs(Vec::new())));
    let pairs = pairs.map_err(|error| {
        let reason = format!("the JSON front matter is not valid: {error}");
        Problem::new(u32::try_from(error.line()).unwrap_or(u32::MAX), reason)
    })?;
    Ok((pairs, values.byte_offset()))
}

/// The entries of what [`pairs`] has read from `text`.
pub(super) fn entries(
    text: &str,
    pairs: Pairs<String>,
) -> Result<BTreeMap<String, Entry>, Problem> {
    let mut entries = BTreeMap::new();
    for (key, value) in pairs.0 {
        let lines = lines_of(text, &key);
        if entries.contains_key(&key) {
            let reason = format!("the JSON front matter is not valid: duplicate key {key:?}");
            return Err(Problem::new(lines.last().copied().unwrap_or(1), reason));
        }
        let line = lines.first().copied().unwrap_or(1);
        entries.insert(key, Entry { value, line });
    }
    Ok(entries)
}

/// Lines a key stands on. A nested key of the same name counts as well: good
/// enough to find the place by.
fn lines_of(text: &str, key: &str) -> Vec<u32> {
    let quoted = format!("\"{key}\"");
    text.match_indices(&quoted)
        .filter(|(at, _)| text[at + quoted.len()..].trim_start().starts_with(':'))
        .map(|(at, _)| line_at(text, at))
        .collect()
}
