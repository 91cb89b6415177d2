//! Settings, one small struct a topic. The only place that reads the environment.
//!
//! Start at [`Config::from_environment`]. Every struct names its variables in its field docs and
//! reads them from an [`Environment`], so that tests pass their own instead of the process's.

mod accounts;
mod database;
mod database_url;
mod environment;
mod error;
mod graphql;
mod http;
mod import;
mod logging;
mod mail;
mod site;
mod subscriptions;
mod trusted;
mod user;

use std::path::PathBuf;

pub(crate) use accounts::MIN_SECRET_KEY_LENGTH;
pub use accounts::{AccountsConfig, TokenAlgorithm};
pub use database::{DatabaseConfig, DatabaseSource, Pooler};
pub use database_url::{DatabaseUrl, TlsMode, TrustedRoots};
pub use environment::Environment;
pub use error::ConfigError;
pub use graphql::{GraphqlConfig, GraphqlLimits};
pub use http::{CorsOrigins, HttpConfig};
pub use import::ImportConfig;
pub use logging::{LogFormat, LoggingConfig};
pub use mail::{MailConfig, SmtpConfig};
pub use site::SiteConfig;
pub use subscriptions::SubscriptionsConfig;
pub use trusted::TrustedDocuments;
pub use user::UserConfig;

/// All settings of a process.
#[derive(Clone, Debug)]
pub struct Config {
    /// Who can log in, and for how long.
    pub accounts: AccountsConfig,
    /// `DATA_DIR` (`.imprenta`): what the process keeps on disk, the embedded PostgreSQL above all.
    pub data_dir: PathBuf,
    /// Where the content is.
    pub database: DatabaseConfig,
    /// What the explorer and introspection show, and how much may be asked for.
    pub graphql: GraphqlConfig,
    /// Where requests come in.
    pub http: HttpConfig,
    /// How content is imported.
    pub import: ImportConfig,
    /// What is written about them.
    pub logging: LoggingConfig,
    /// How mail is sent.
    pub mail: MailConfig,
    /// What the site is called, and where it is.
    pub site: SiteConfig,
    /// How much may be held open for subscriptions.
    pub subscriptions: SubscriptionsConfig,
    /// Whom the commands for users are about.
    pub user: UserConfig,
}

impl Config {
    /// Reads every setting, or says which variable is wrong and what would be right.
    pub fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        let http = HttpConfig::from_environment(environment)?;
        let public_url = http.public_url.as_deref();
        Ok(Self {
            site: SiteConfig::from_environment(environment, public_url)?,
            accounts: AccountsConfig::from_environment(environment)?,
            data_dir: environment
                .text("DATA_DIR")?
                .unwrap_or_else(|| ".imprenta".to_owned())
                .into(),
            database: DatabaseConfig::from_environment(environment)?,
            graphql: GraphqlConfig::from_environment(environment)?,
            http,
            import: ImportConfig::from_environment(environment)?,
            logging: LoggingConfig::from_environment(environment)?,
            mail: MailConfig::from_environment(environment)?,
            subscriptions: SubscriptionsConfig::from_environment(environment)?,
            user: UserConfig::from_environment(environment)?,
        })
    }
}
