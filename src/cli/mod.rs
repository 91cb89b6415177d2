//! The commands, one file each. Start at [`main`].

mod database;
mod healthcheck;
mod import;
mod migrate;
mod password;
mod schema;
mod secret;
mod serve;
mod signal;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, Environment};
use crate::error::with_causes;
use signal::StopSignal;

/// A command that could not do its work: what to tell the person who gave it.
type CommandError = Box<dyn std::error::Error + Send + Sync>;

/// A GraphQL content API server on PostgreSQL.
///
/// Settings come from the environment and from the file .env; README.md lists them.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Migrates the database and serves until SIGTERM or Ctrl-C (the default)
    Serve,
    /// Applies, shows or takes back migrations of the database
    Migrate(migrate::Arguments),
    /// Loads content from files
    Import(import::Arguments),
    /// Makes accounts, sets their passwords, lists them; may run beside the server
    User(user::Arguments),
    /// Prints the GraphQL schema
    Schema,
    /// Asks the running server whether it is ready: exit status 0 or 1
    Healthcheck,
}

/// Runs the command that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.command.unwrap_or(Command::Serve)) {
        Ok(code) => code,
        Err(error) => {
            #[expect(
                clippy::print_stderr,
                reason = "the last word of a command that failed"
            )]
            {
                eprintln!("imprenta: {}", with_causes(&*error));
            }
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode, CommandError> {
    // Needs no settings: it works wherever the program does.
    if let Command::Schema = command {
        return schema::run();
    }
    let config = Config::from_environment(&Environment::of_process()?)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match command {
            Command::Serve => serve::run(config).await,
            Command::Migrate(arguments) => migrate::run(config, arguments).await,
            Command::Import(arguments) => import::run(config, arguments).await,
            Command::User(arguments) => user::run(config, arguments).await,
            Command::Schema => schema::run(),
            Command::Healthcheck => healthcheck::run(&config).await,
        }
    })
}

/// Writes a command's result to standard output.
fn print(text: impl std::fmt::Display) -> Result<(), CommandError> {
    use std::io::Write;
    let mut output = std::io::stdout().lock();
    match write!(output, "{text}").and_then(|()| output.flush()) {
        // Whoever reads has read enough: `imprenta schema | head`.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
