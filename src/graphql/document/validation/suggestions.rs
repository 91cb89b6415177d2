use async_graphql::Name;

use crate::graphql::types::SchemaTypes;

/// Words that name what someone may have meant, if the schema is no secret and there is such a name.
pub(super) fn suggestion<'n>(
    types: &SchemaTypes,
    given: &str,
    names: impl IntoIterator<Item = &'n Name>,
) -> String {
    // No name of a schema is that long, and comparing takes time by the length.
    if !types.tells_names() || given.len() > 64 {
        return String::new();
    }
    let most = (given.len() / 3).max(1);
    let nearest = names
        .into_iter()
        .filter(|name| !name.starts_with("__"))
        .map(|name| (strsim::damerau_levenshtein(given, name), name))
        .filter(|(distance, _)| *distance <= most)
        .min();
    nearest.map_or(String::new(), |(_, name)| {
        format!("; did you mean \"{name}\"?")
    })
}
