use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{ConfigError, Environment};

const VARIABLE: &str = "GRAPHQL_TRUSTED_DOCUMENTS";
const EXAMPLE: &str = "/etc/imprenta/persisted-documents.json";

/// The documents of one's own clients, by the ids that they send in their place.
#[derive(Clone, Debug, Default)]
pub struct TrustedDocuments {
    /// Text by id.
    pub by_id: HashMap<String, Arc<str>>,
    /// `GRAPHQL_TRUSTED_ONLY` (off): others are refused, except from those who may explore.
    pub only: bool,
}

/// What Apollo's `generate-persisted-query-manifest` writes.
#[derive(Deserialize)]
struct ApolloManifest {
    version: u32,
    operations: Vec<ApolloOperation>,
}

#[derive(Deserialize)]
struct ApolloOperation {
    id: String,
    body: String,
}

impl TrustedDocuments {
    /// Reads the file that `GRAPHQL_TRUSTED_DOCUMENTS` names, in one of two forms: Apollo's manifest, or an
    /// object of texts by their ids, as relay-compiler and graphql-codegen write.
    pub(super) fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        let only = environment.switch("GRAPHQL_TRUSTED_ONLY", false)?;
        let Some(path) = environment.text(VARIABLE)? else {
            if only {
                let problem = "on, while GRAPHQL_TRUSTED_DOCUMENTS names no documents";
                return Err(ConfigError::new("GRAPHQL_TRUSTED_ONLY", problem, "false"));
            }
            return Ok(Self::default());
        };
        let wrong = |problem: String| ConfigError::new(VARIABLE, problem, EXAMPLE);
        let text = std::fs::read_to_string(&path)
            .map_err(|error| wrong(format!("the file {path} cannot be read: {error}")))?;
        let by_id = read(&text).map_err(|problem| wrong(format!("the file {path} {problem}")))?;
        Ok(Self { by_id, only })
    }
}

fn read(text: &str) -> Result<HashMap<String, Arc<str>>, String> {
    let manifest: Map<String, Value> = serde_json::from_str(text)
        .map_err(|error| format!("is not a JSON object, at line {}", error.line()))?;
    match manifest.get("format").and_then(Value::as_str) {
        Some("apollo-persisted-query-manifest") => of_apollo(Value::Object(manifest)),
        _ => manifest
            .into_iter()
            .map(|(id, text)| match text {
                Value::String(text) => Ok((id, text.into())),
                _ => Err(format!("has no text for the id {id:?}")),
            })
            .collect(),
    }
}

fn of_apollo(manifest: Value) -> Result<HashMap<String, Arc<str>>, String> {
    let manifest: ApolloManifest = serde_json::from_value(manifest)
        .map_err(|error| format!("is not a manifest of Apollo: {error}"))?;
    if manifest.version != 1 {
        return Err(format!(
            "is of version {}, and 1 is known",
            manifest.version
        ));
    }
    let operations = manifest.operations.into_iter();
    Ok(operations.map(|it| (it.id, it.body.into())).collect())
}
