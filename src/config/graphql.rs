use super::{ConfigError, Environment};

/// What the GraphQL endpoint shows of itself.
#[derive(Clone, Debug)]
pub struct GraphqlConfig {
    /// `GRAPHIQL` (on): serve the explorer at `/graphiql`.
    pub explorer: bool,
    /// `INTROSPECTION` (on): answer questions about the schema, suggestions in errors included.
    pub introspection: bool,
}

impl GraphqlConfig {
    pub(super) fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            explorer: environment.switch("GRAPHIQL", true)?,
            introspection: environment.switch("INTROSPECTION", true)?,
        })
    }
}
