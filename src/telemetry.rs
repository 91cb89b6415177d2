//! What the process writes about itself: a constant message and named fields, each fact once.

use std::io::IsTerminal;

use tracing::{Level, Metadata, Subscriber};
use tracing_appender::rolling::{Builder, RollingFileAppender, Rotation};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

use crate::config::{LogFormat, LoggingConfig};

/// Files of `LOG_DIR` that are kept, one a day.
const KEPT_FILES: usize = 7;

/// Why the log cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TelemetryError {
    #[error("LOG_DIR: log files cannot be written there: {0}")]
    Directory(#[from] tracing_appender::rolling::InitError),
}

/// Begins to write the log, to standard error and to `LOG_DIR` if there is one.
pub(crate) fn start(config: &LoggingConfig) -> Result<(), TelemetryError> {
    let files = config.directory.as_ref().map(|directory| {
        Builder::new()
            .rotation(Rotation::DAILY)
            .filename_prefix("imprenta")
            .filename_suffix("log")
            .max_log_files(KEPT_FILES)
            .build(directory)
    });
    let mut layers = vec![terminal_layer(config.format)];
    layers.extend(
        files
            .transpose()?
            .map(|files| file_layer(config.format, files)),
    );
    // A second start in one process, as tests do, keeps the first.
    let _ = tracing_subscriber::registry()
        .with(layers)
        .with(filter(&config.level))
        .try_init();
    // Where the default would write to the terminal only, and without the request's id.
    std::panic::set_hook(Box::new(
        |panic| tracing::error!(cause = %panic, "panicked"),
    ));
    Ok(())
}

/// What is written at a level, or by directives for parts of the program; never what holds the
/// values of statements.
pub fn filter<S: Subscriber>(level: &str) -> impl Layer<S> {
    EnvFilter::new(level).and_then(filter_fn(is_without_values))
}

/// Those who write below `info` what passes through them: the PostgreSQL client every statement's
/// parameters, hashes of passwords too; WebSocket every message, and with it access tokens.
const WITH_VALUES: [&str; 3] = ["tokio_postgres", "tokio_tungstenite", "tungstenite"];

fn is_without_values(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    *metadata.level() <= Level::INFO || !WITH_VALUES.iter().any(|it| target.starts_with(it))
}

fn terminal_layer(format: LogFormat) -> Box<dyn Layer<Registry> + Send + Sync> {
    let layer = fmt::layer().with_writer(std::io::stderr);
    match format {
        LogFormat::Pretty => layer
            .with_target(false)
            .with_ansi(std::io::stderr().is_terminal())
            .boxed(),
        LogFormat::Json => layer
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .boxed(),
    }
}

fn file_layer(
    format: LogFormat,
    files: RollingFileAppender,
) -> Box<dyn Layer<Registry> + Send + Sync> {
    let layer = fmt::layer()
        .with_ansi(false)
        .with_writer(std::sync::Mutex::new(files));
    match format {
        LogFormat::Pretty => layer.boxed(),
        LogFormat::Json => layer
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .boxed(),
    }
}
