//! TOML front matter (Zola, Hugo).

use std::collections::BTreeMap;

use serde_json::{Number, Value};
use toml::de::{DeTable, DeValue};

use super::super::document::line_at;
use super::super::outcome::Problem;
use super::Entry;

pub(super) fn entries(text: &str) -> Result<BTreeMap<String, Entry>, Problem> {
    let table = DeTable::parse(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let reason = format!("the TOML front matter is not valid: {}", error.message());
        Problem::new(line_at(text, offset), reason)
    })?;
    let entries = table.into_inner().into_iter().map(|(key, value)| {
        let line = line_at(text, key.span().start);
        let value = json(value.into_inner());
        (key.into_inner().into_owned(), Entry { value, line })
    });
    Ok(entries.collect())
}

fn json(value: DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::String(number.to_string()), Value::from),
        DeValue::Float(number) => float(number.as_str()),
        DeValue::Boolean(value) => Value::Bool(value),
        DeValue::Datetime(moment) => Value::String(moment.to_string()),
        DeValue::Array(items) => items
            .into_iter()
            .map(|item| json(item.into_inner()))
            .collect(),
        DeValue::Table(table) => Value::Object(
            table
                .into_iter()
                .map(|(key, value)| (key.into_inner().into_owned(), json(value.into_inner())))
                .collect(),
        ),
    }
}

/// JSON has no `inf` and no `nan`.
fn float(text: &str) -> Value {
    text.parse()
        .ok()
        .and_then(Number::from_f64)
        .map_or_else(|| Value::String(text.to_owned()), Value::Number)
}
