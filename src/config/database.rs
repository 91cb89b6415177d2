use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{ConfigError, DatabaseUrl, Environment};

/// Where the content is, and how to talk to it.
#[derive(Clone, Debug)]
pub struct DatabaseConfig {
    /// `DATABASE_URL`, or `POSTGRES_USER`, `POSTGRES_PASSWORD`, `POSTGRES_SERVER`,
    /// `POSTGRES_PORT` and `POSTGRES_DB`; neither: embedded.
    pub source: DatabaseSource,
    /// `DATABASE_POOLER` (`none`): what stands at that address.
    pub pooler: Pooler,
    /// `DATABASE_POOL_SIZE` (16): connections of this process, at most.
    pub pool_size: usize,
    /// `DATABASE_STATEMENT_TIMEOUT_MS` (3000): PostgreSQL ends a statement that takes longer.
    pub statement_timeout: Duration,
}

/// A PostgreSQL to use.
#[derive(Clone, Debug)]
pub enum DatabaseSource {
    /// Run a private one under `DATA_DIR`.
    Embedded,
    /// Use the one at this URL.
    Url(Box<DatabaseUrl>),
}

/// What stands between this program and PostgreSQL.
#[derive(Clone, Debug)]
pub enum Pooler {
    /// `none`: nothing, or what gives each client a connection for as long as it is there.
    None,
    /// `transaction`: what gives out connections by the transaction, as PgBouncer does with
    /// `pool_mode = transaction`.
    Transaction {
        /// `DATABASE_DIRECT_URL`: PostgreSQL itself, to listen to it, to migrate it and for imports.
        direct: Box<DatabaseUrl>,
    },
}

impl DatabaseConfig {
    pub(super) fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        // PostgreSQL's own largest value.
        let most = i32::MAX as u64;
        let timeout =
            environment.within("DATABASE_STATEMENT_TIMEOUT_MS", (0, most), 3000, "3000")?;
        let pool_size = environment.within("DATABASE_POOL_SIZE", (1, 1000), 16, "16")?;
        let source = source(environment)?;
        Ok(Self {
            pooler: pooler(environment, &source)?,
            source,
            pool_size: usize::try_from(pool_size).unwrap_or(16),
            statement_timeout: Duration::from_millis(timeout),
        })
    }
}

const URL_EXAMPLE: &str = "postgresql://imprenta:password@localhost:5432/imprenta";

fn source(environment: &Environment) -> Result<DatabaseSource, ConfigError> {
    if let Some(url) = environment.text("DATABASE_URL")? {
        return parsed("DATABASE_URL", &url).map(DatabaseSource::Url);
    }
    let server = environment.text("POSTGRES_SERVER")?;
    let user = environment.text("POSTGRES_USER")?;
    let password = environment.text("POSTGRES_PASSWORD")?;
    let database = environment.text("POSTGRES_DB")?;
    let port: Option<u16> = environment.parsed("POSTGRES_PORT", "a port", "5432")?;
    if server.is_none()
        && user.is_none()
        && password.is_none()
        && database.is_none()
        && port.is_none()
    {
        return Ok(DatabaseSource::Embedded);
    }
    let Some(server) = server else {
        let problem = "missing, while other POSTGRES_* variables are set";
        return Err(ConfigError::new("POSTGRES_SERVER", problem, "localhost"));
    };
    let user = user.unwrap_or_else(|| "postgres".to_owned());
    let database = database.unwrap_or_else(|| user.clone());
    let credentials = match password {
        Some(password) => format!("{}:{}", encoded(&user), encoded(&password)),
        None => encoded(&user),
    };
    let url = format!(
        "postgresql://{credentials}@{}:{}/{}",
        encoded(&server),
        port.unwrap_or(5432),
        encoded(&database),
    );
    url.parse()
        .map(|url| DatabaseSource::Url(Box::new(url)))
        .map_err(|problem| ConfigError::new("POSTGRES_SERVER", problem, "localhost"))
}

fn pooler(environment: &Environment, source: &DatabaseSource) -> Result<Pooler, ConfigError> {
    const POOLER: &str = "DATABASE_POOLER";
    const DIRECT_URL: &str = "DATABASE_DIRECT_URL";
    let direct = environment.text(DIRECT_URL)?;
    match environment.text(POOLER)?.as_deref() {
        None | Some("none") if direct.is_none() => Ok(Pooler::None),
        None | Some("none") => {
            let problem = "none, while DATABASE_DIRECT_URL is set";
            Err(ConfigError::new(POOLER, problem, "transaction"))
        }
        Some("transaction") => {
            if matches!(source, DatabaseSource::Embedded) {
                let problem = "missing, while DATABASE_POOLER names what stands there";
                return Err(ConfigError::new("DATABASE_URL", problem, URL_EXAMPLE));
            }
            let direct = direct.ok_or_else(|| {
                let problem = "missing: a pooler cannot tell of changes, nor be migrated through";
                ConfigError::new(DIRECT_URL, problem, URL_EXAMPLE)
            })?;
            let direct = parsed(DIRECT_URL, &direct)?;
            Ok(Pooler::Transaction { direct })
        }
        Some(_) => {
            let problem = "neither none nor transaction";
            Err(ConfigError::new(POOLER, problem, "transaction"))
        }
    }
}

fn parsed(variable: &'static str, url: &str) -> Result<Box<DatabaseUrl>, ConfigError> {
    let url = url.parse();
    url.map(Box::new)
        .map_err(|problem: String| ConfigError::new(variable, problem, URL_EXAMPLE))
}

/// A part of a URL, so that a password may hold any character.
fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
