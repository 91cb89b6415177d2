use std::path::PathBuf;

use super::{ConfigError, Environment};

/// What is written about the process, and where.
#[derive(Clone, Debug)]
pub struct LoggingConfig {
    /// `LOG_LEVEL` (info): `error`, `warn`, `info`, `debug` or `trace`, or directives for parts of
    /// the program (`info,imprenta::db=debug`).
    pub level: String,
    /// `LOG_FORMAT` (pretty).
    pub format: LogFormat,
    /// `LOG_DIR` (none): also write to files in this folder, a new one each day, seven kept.
    pub directory: Option<PathBuf>,
}

/// The shape of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line, for programs.
    Json,
}

impl LoggingConfig {
    pub(super) fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        let level = environment
            .text("LOG_LEVEL")?
            .unwrap_or_else(|| "info".to_owned());
        if !is_filter(&level) {
            let problem = "not error, warn, info, debug or trace";
            return Err(ConfigError::new("LOG_LEVEL", problem, "info"));
        }
        let format = environment.text("LOG_FORMAT")?;
        let format = match format.as_deref().map(str::trim) {
            None | Some("pretty") => LogFormat::Pretty,
            Some("json") => LogFormat::Json,
            Some(_) => {
                return Err(ConfigError::new(
                    "LOG_FORMAT",
                    "neither pretty nor json",
                    "json",
                ));
            }
        };
        Ok(Self {
            level,
            format,
            directory: environment.text("LOG_DIR")?.map(PathBuf::from),
        })
    }
}

/// Whether a text is a level, or directives of which each ends in one. Without this check, a word
/// that is no level would be taken for the name of a part, and nothing written of the others.
fn is_filter(text: &str) -> bool {
    let has_level = |directive: &str| {
        let level = directive.rsplit('=').next().unwrap_or_default().trim();
        level
            .parse::<tracing_subscriber::filter::LevelFilter>()
            .is_ok()
    };
    text.split(',').all(has_level) && tracing_subscriber::EnvFilter::builder().parse(text).is_ok()
}
