use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use super::database::Database;
use super::{CommandError, StopSignal, print};
use crate::app::App;
use crate::blog::imports::Mode;
use crate::clock::Clock;
use crate::config::Config;
use crate::import::{ImportOptions, Report, markdown_tree};
use crate::telemetry;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    source: Source,
}

#[derive(Debug, Subcommand)]
enum Source {
    /// Loads a tree of Markdown files with TOML (+++) or YAML (---) front matter, as Zola, Hugo and
    /// Jekyll write them. Loading the same files again changes nothing.
    Markdown(Markdown),
}

#[derive(Debug, Args)]
struct Markdown {
    /// The folder that holds the files
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Try everything and keep nothing [env: `IMPORT_DRY_RUN`]
    #[arg(long)]
    dry_run: bool,
    /// The author of posts that name none [env: `IMPORT_AUTHOR`] [default: Unknown]
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
}

/// How often a line is written where there is no terminal, in files.
const FILES_PER_LINE: u64 = 100;

/// Loads content from files; exit status 1 if a file failed.
pub(super) async fn run(config: Config, arguments: Arguments) -> Result<ExitCode, CommandError> {
    telemetry::start(&config.logging)?;
    let Source::Markdown(source) = arguments.source;
    let dry_run = source.dry_run || config.import.dry_run;
    let options = ImportOptions {
        author: source
            .author
            .unwrap_or_else(|| config.import.author.clone()),
        mode: if dry_run { Mode::DryRun } else { Mode::Keep },
    };
    let mut stop = StopSignal::new()?;
    let database = Database::open(&config, &mut stop).await?;
    let imported = tokio::select! {
        imported = import(config, &database, &source.folder, &options) => imported,
        () = stop.received() => Err("stopped; run the same command again to go on".into()),
    };
    let closed = database.close().await;
    let report = imported?;
    closed?;
    if dry_run {
        print("dry run, nothing was kept: ")?;
    }
    print(&report)?;
    Ok(if report.failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn import(
    config: Config,
    database: &Database,
    folder: &Path,
    options: &ImportOptions,
) -> Result<Report, CommandError> {
    database.migrate().await?;
    let app = App::new(config, database.pool.clone(), &Clock::system())?;
    let progress = Progress::new();
    let imports = &app.blog.imports;
    let report = markdown_tree(imports, folder, options, |file, total| {
        progress.step(file, total as u64);
    })
    .await?;
    progress.bar.finish_and_clear();
    Ok(report)
}

/// A bar on a terminal, a line now and then elsewhere.
struct Progress {
    bar: ProgressBar,
    terminal: bool,
}

impl Progress {
    fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = if terminal {
            ProgressBar::new(0)
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {wide_msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar, terminal }
    }

    fn step(&self, file: &str, total: u64) {
        self.bar.set_length(total);
        self.bar.inc(1);
        self.bar.set_message(file.to_owned());
        let done = self.bar.position();
        if !self.terminal && (done.is_multiple_of(FILES_PER_LINE) || done == total) {
            tracing::info!(done, total, "importing");
        }
    }
}
