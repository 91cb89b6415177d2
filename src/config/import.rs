use super::{ConfigError, Environment};

/// How content is imported, where the command line does not say.
#[derive(Clone, Debug)]
pub struct ImportConfig {
    /// `IMPORT_AUTHOR` (Unknown): the author of posts that name none.
    pub author: String,
    /// `IMPORT_DRY_RUN` (off): try everything and keep nothing.
    pub dry_run: bool,
}

impl ImportConfig {
    pub(super) fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        let author = environment.text("IMPORT_AUTHOR")?;
        Ok(Self {
            author: author.unwrap_or_else(|| "Unknown".to_owned()),
            dry_run: environment.switch("IMPORT_DRY_RUN", false)?,
        })
    }
}
