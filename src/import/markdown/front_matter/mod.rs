//! Front matter as entries with line numbers, whatever its notation.

mod json;
mod toml;
mod yaml;

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::document::{Document, Format};
use super::outcome::Problem;

/// Largest front matter.
pub const MAX_FRONT_MATTER_BYTES: usize = 64 * 1024;

/// A top-level entry.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) value: Value,
    /// 1-based line of the key in the file.
    pub(super) line: u32,
}

/// The top-level entries of a front matter.
#[derive(Debug, Default)]
pub(super) struct FrontMatter {
    entries: BTreeMap<String, Entry>,
}

/// Reads the front matter; returns the body with it, as only parsing tells
/// where JSON ends.
pub(super) fn read<'t>(document: &Document<'t>) -> Result<(FrontMatter, &'t str), Problem> {
    // Blank lines in front make the parsers' line numbers those of the file.
    let mut text = "\n".repeat(document.front_line.saturating_sub(1) as usize);
    let blank = text.len();
    text.push_str(document.front);
    let (entries, body) = match document.format {
        Format::Toml => {
            check_size(document, document.front.len())?;
            (toml::entries(&text)?, document.body)
        }
        Format::Yaml => {
            check_size(document, document.front.len())?;
            (yaml::entries(&text)?, document.body)
        }
        Format::Json => {
            let (pairs, end) = json::pairs(&text)?;
            check_size(document, end - blank)?;
            let entries = json::entries(&text[..end], pairs)?;
            (entries, &document.front[end - blank..])
        }
    };
    for (key, entry) in &entries {
        if key.contains('\0') || holds_nul(&entry.value) {
            let reason = format!("{}: holds a NUL character", key.escape_debug());
            return Err(Problem::new(entry.line, reason));
        }
    }
    Ok((FrontMatter { entries }, body))
}

fn check_size(document: &Document<'_>, length: usize) -> Result<(), Problem> {
    if length <= MAX_FRONT_MATTER_BYTES {
        return Ok(());
    }
    let reason = "the front matter is larger than 64 KiB";
    Err(Problem::new(document.front_line, reason))
}

impl FrontMatter {
    /// Takes an entry out, with its key as written. An entry without a value
    /// is as good as none. Case does not count, as it does not for Hugo.
    pub(super) fn take(&mut self, key: &str) -> Option<(String, Entry)> {
        let written = if self.entries.contains_key(key) {
            key.to_owned()
        } else {
            let mut keys = self.entries.keys();
            keys.find(|k| k.eq_ignore_ascii_case(key))?.clone()
        };
        let entry = self.entries.remove(&written)?;
        (!entry.value.is_null()).then_some((written, entry))
    }

    pub(super) fn insert(&mut self, key: String, entry: Entry) {
        self.entries.insert(key, entry);
    }

    /// What has not been taken.
    pub(super) fn into_rest(self) -> Map<String, Value> {
        let entries = self.entries.into_iter();
        entries.map(|(key, entry)| (key, entry.value)).collect()
    }
}

/// The parsers bound the depth of what they return, so recursion is safe.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(map) => map
            .iter()
            .any(|(key, value)| key.contains('\0') || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A mapping in source order, double keys and all.
struct Pairs<K>(Vec<(K, Value)>);

impl<'de, K: Deserialize<'de>> Deserialize<'de> for Pairs<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor(PhantomData))
    }
}

struct PairsVisitor<K>(PhantomData<K>);

impl<'de, K: Deserialize<'de>> Visitor<'de> for PairsVisitor<K> {
    type Value = Pairs<K>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("keys with values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}
