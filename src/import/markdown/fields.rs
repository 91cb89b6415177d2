//! Front matter entries with types.

use serde_json::Value;

use super::date::{self, Date};
use super::front_matter::{Entry, FrontMatter};
use super::outcome::Problem;

/// A text, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) key: String,
    pub(super) value: String,
    pub(super) line: u32,
}

impl Text {
    /// `path: "x" is wrong`, with the line.
    pub(super) fn problem(&self, what: impl AsRef<str>) -> Problem {
        let reason = format!("{}: {:?} {}", self.key, self.value, what.as_ref());
        Problem::new(self.line, reason)
    }
}

/// How to read a string where a list can stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Single {
    /// As one value.
    Whole,
    /// As values between commas or, without commas, between spaces.
    Words,
}

/// Takes entries out of a front matter; what cannot be used is warned about.
#[derive(Debug)]
pub(super) struct Fields {
    pub(super) front_matter: FrontMatter,
    pub(super) warnings: Vec<(u32, String)>,
}

impl Fields {
    pub(super) fn new(front_matter: FrontMatter) -> Self {
        Self {
            front_matter,
            warnings: Vec::new(),
        }
    }

    /// The first of `keys` with a text that is not blank; a number will do.
    pub(super) fn text(&mut self, keys: &[&str]) -> Result<Option<Text>, Problem> {
        for key in keys {
            let Some((key, Entry { value, line })) = self.front_matter.take(key) else {
                continue;
            };
            let Some(value) = scalar(&value) else {
                return Err(Problem::new(line, format!("{key}: is not text")));
            };
            if !value.is_empty() {
                return Ok(Some(Text { key, value, line }));
            }
        }
        Ok(None)
    }

    /// As [`Self::text`], of a date.
    pub(super) fn date(&mut self, keys: &[&str]) -> Result<Option<Date>, Problem> {
        Ok(self.written_date(keys)?.map(|(date, _)| date))
    }

    /// As [`Self::date`], with how it is written.
    pub(super) fn written_date(&mut self, keys: &[&str]) -> Result<Option<(Date, Text)>, Problem> {
        let Some(text) = self.text(keys)? else {
            return Ok(None);
        };
        let date = date::parse(&text.value).ok_or_else(|| {
            text.problem("is not a date; write 2024-03-31 or 2024-03-31T18:00:00Z")
        })?;
        Ok(Some((date, text)))
    }

    /// A boolean; YAML 1.1's other words for it will do. Anything else fails:
    /// guessing could publish a draft.
    pub(super) fn flag(&mut self, key: &str) -> Result<Option<bool>, Problem> {
        let Some(text) = self.text(&[key])? else {
            return Ok(None);
        };
        match text.value.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Ok(Some(true)),
            "false" | "no" | "off" => Ok(Some(false)),
            _ => Err(text.problem("is neither true nor false")),
        }
    }

    /// All texts of an entry.
    pub(super) fn list(&mut self, key: &str, single: Single) -> Vec<Text> {
        match self.front_matter.take(key) {
            Some((key, entry)) => self.texts(&key, entry, single),
            None => Vec::new(),
        }
    }

    /// All texts of the lists that `taxonomies` (Zola, Hugo) holds under `names`,
    /// one list for each name. Other taxonomies stay in the front matter.
    pub(super) fn taxonomies<const N: usize>(&mut self, names: [&str; N]) -> [Vec<Text>; N] {
        let Some((key, Entry { value, line })) = self.front_matter.take("taxonomies") else {
            return [const { Vec::new() }; N];
        };
        let mut map = match value {
            Value::Object(map) => map,
            value => {
                self.front_matter.insert(key, Entry { value, line });
                return [const { Vec::new() }; N];
            }
        };
        let lists = names.map(|name| {
            let value = map.remove(name).unwrap_or_default();
            self.texts(
                &format!("{key}.{name}"),
                Entry { value, line },
                Single::Whole,
            )
        });
        if !map.is_empty() {
            let value = Value::Object(map);
            self.front_matter.insert(key, Entry { value, line });
        }
        lists
    }

    fn texts(&mut self, key: &str, entry: Entry, single: Single) -> Vec<Text> {
        let line = entry.line;
        let text = |value: &str| Text {
            key: key.to_owned(),
            value: value.to_owned(),
            line,
        };
        let items = match entry.value {
            Value::Null => return Vec::new(),
            Value::Array(items) => items,
            Value::String(words) if single == Single::Words => {
                let separator = if words.contains(',') { ',' } else { ' ' };
                let words = words.split([separator, '\n']).map(str::trim);
                return words.filter(|word| !word.is_empty()).map(text).collect();
            }
            value => vec![value],
        };
        let mut texts = Vec::new();
        for item in items {
            match name(&item) {
                Some(value) if !value.is_empty() => texts.push(text(&value)),
                Some(_) => {}
                None => self.warn(line, format!("{key}: an entry is not text: {item}")),
            }
        }
        texts
    }

    /// Adds a warning; long values are cut.
    pub(super) fn warn(&mut self, line: u32, mut reason: String) {
        const MAX_CHARS: usize = 300;
        if let Some((end, _)) = reason.char_indices().nth(MAX_CHARS) {
            reason.truncate(end);
            reason.push('…');
        }
        self.warnings.push((line, reason));
    }
}

/// Text of a list entry: a scalar, or a map with a `name`.
fn name(value: &Value) -> Option<String> {
    match value {
        Value::Object(map) => map.get("name").and_then(scalar),
        value => scalar(value),
    }
}

/// Text of a scalar, on one line.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
