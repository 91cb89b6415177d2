use std::time::Duration;

use super::{ConfigError, Environment, TrustedDocuments};

/// What the GraphQL endpoint shows of itself, and how much may be asked of it.
#[derive(Clone, Debug)]
pub struct GraphqlConfig {
    /// `GRAPHIQL` (on): serve the explorer at `/graphiql`.
    pub explorer: bool,
    /// `INTROSPECTION` (on): answer questions about the schema, suggestions in errors included.
    pub introspection: bool,
    /// `GRAPHQL_DOCUMENT_CACHE_BYTES` (8388608): memory for documents that were parsed and checked,
    /// which need not be so again; 0 for none.
    pub document_cache: usize,
    /// `RESPONSE_CACHE_BYTES` (67108864): memory for answers to visitors, which are given again until
    /// something that they were made from is another; 0 for none.
    pub response_cache: usize,
    /// `GRAPHQL_TRUSTED_DOCUMENTS` (none): a file with the documents of one's own clients.
    pub trusted: TrustedDocuments,
    /// How much one operation may ask for.
    pub limits: GraphqlLimits,
}

/// The limits of one document and of the operation in it. `docs/security.md` has the reasons.
#[derive(Clone, Debug)]
pub struct GraphqlLimits {
    /// `GRAPHQL_MAX_DOCUMENT_BYTES` (131072): bytes of the text. Long values go into variables.
    pub document_bytes: usize,
    /// `GRAPHQL_MAX_TOKENS` (4000): words, numbers, strings and signs of the text.
    pub tokens: usize,
    /// `GRAPHQL_MAX_NESTING` (60): brackets within brackets in the text.
    pub nesting: usize,
    /// `GRAPHQL_MAX_OPERATIONS` (20): operations in a document.
    pub operations: usize,
    /// `GRAPHQL_MAX_FRAGMENTS` (60): fragments in a document.
    pub fragments: usize,
    /// `GRAPHQL_MAX_VARIABLES` (100): variables of an operation.
    pub variables: usize,
    /// `GRAPHQL_MAX_DEPTH` (20): fields within fields. The explorer's introspection query has 15.
    pub depth: usize,
    /// `GRAPHQL_MAX_FIELDS` (2000): fields of an operation, each as often as fragments spread it.
    pub fields: usize,
    /// `GRAPHQL_MAX_ROOT_FIELDS` (20): fields at the root. Those of a query run at the same time: so
    /// many connections one request may hold. Those of a mutation run one after the other: so many
    /// passwords one request may try.
    pub root_fields: usize,
    /// `GRAPHQL_MAX_ALIASES` (30): fields that are named anew, each as often as fragments spread it.
    pub aliases: usize,
    /// `GRAPHQL_MAX_DIRECTIVES` (40): directives of an operation, with those of its fragments.
    pub directives: usize,
    /// `GRAPHQL_MAX_DIRECTIVES_AT_ONE_PLACE` (4): directives of one field or fragment.
    pub directives_at_one_place: usize,
    /// `GRAPHQL_MAX_LIST_ITEMS` (1000): items of a list in an argument or a variable.
    pub list_items: usize,
    /// `GRAPHQL_MAX_COST` (10000): what an operation may cost, in fields of its answer as far as
    /// page sizes tell before it runs.
    pub cost: usize,
    /// `GRAPHQL_MAX_BATCH` (0): queries that one request may have, as a list; 0 for no lists.
    pub batch: usize,
    /// `GRAPHQL_TIMEOUT_MS` (10000): how long an operation may take. What PostgreSQL is doing for it
    /// then is cancelled.
    pub timeout: Duration,
}

impl GraphqlConfig {
    pub(super) fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        let cache = ("GRAPHQL_DOCUMENT_CACHE_BYTES", 8 * 1024 * 1024);
        let document_cache = environment.within(cache.0, (0, 1 << 32), cache.1, "8388608")?;
        let responses = ("RESPONSE_CACHE_BYTES", 64 * 1024 * 1024);
        let response_cache =
            environment.within(responses.0, (0, 1 << 40), responses.1, "67108864")?;
        Ok(Self {
            response_cache: usize::try_from(response_cache).unwrap_or(usize::MAX),
            document_cache: usize::try_from(document_cache).unwrap_or(usize::MAX),
            explorer: environment.switch("GRAPHIQL", true)?,
            introspection: environment.switch("INTROSPECTION", true)?,
            trusted: TrustedDocuments::from_environment(environment)?,
            limits: GraphqlLimits::from_environment(environment)?,
        })
    }
}

impl GraphqlLimits {
    fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        let limit = |variable, default: usize, most: u64, example| {
            let number = environment.within(variable, (1, most), default as u64, example)?;
            Ok(usize::try_from(number).unwrap_or(default))
        };
        let batch = environment.within("GRAPHQL_MAX_BATCH", (0, 50), 0, "10")?;
        let timeout = environment.within("GRAPHQL_TIMEOUT_MS", (1, 600_000), 10_000, "10000")?;
        Ok(Self {
            document_bytes: limit("GRAPHQL_MAX_DOCUMENT_BYTES", 131_072, 4_194_304, "131072")?,
            tokens: limit("GRAPHQL_MAX_TOKENS", 4000, 100_000, "4000")?,
            // Whoever walks through a document does it by recursion.
            nesting: limit("GRAPHQL_MAX_NESTING", 60, 200, "60")?,
            operations: limit("GRAPHQL_MAX_OPERATIONS", 20, 1000, "20")?,
            fragments: limit("GRAPHQL_MAX_FRAGMENTS", 60, 1000, "60")?,
            variables: limit("GRAPHQL_MAX_VARIABLES", 100, 1000, "100")?,
            depth: limit("GRAPHQL_MAX_DEPTH", 20, 100, "20")?,
            fields: limit("GRAPHQL_MAX_FIELDS", 2000, 100_000, "2000")?,
            root_fields: limit("GRAPHQL_MAX_ROOT_FIELDS", 20, 1000, "20")?,
            aliases: limit("GRAPHQL_MAX_ALIASES", 30, 10_000, "30")?,
            directives: limit("GRAPHQL_MAX_DIRECTIVES", 40, 10_000, "40")?,
            directives_at_one_place: limit("GRAPHQL_MAX_DIRECTIVES_AT_ONE_PLACE", 4, 100, "4")?,
            list_items: limit("GRAPHQL_MAX_LIST_ITEMS", 1000, 100_000, "1000")?,
            cost: limit("GRAPHQL_MAX_COST", 10_000, 10_000_000, "10000")?,
            batch: usize::try_from(batch).unwrap_or_default(),
            timeout: Duration::from_millis(timeout),
        })
    }
}
