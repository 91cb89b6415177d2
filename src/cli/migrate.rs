use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::database::{Database, explained};
use super::{CommandError, StopSignal, print};
use crate::config::Config;
use crate::{db::migrations, telemetry};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum Action {
    /// Applies what the database lacks (the default)
    Run,
    /// Lists the migrations and whether the database has them
    Status,
    /// Takes back the newest migration
    Revert,
}

/// Applies, shows or takes back migrations.
pub(super) async fn run(config: Config, arguments: Arguments) -> Result<ExitCode, CommandError> {
    telemetry::start(&config.logging)?;
    let mut stop = StopSignal::new()?;
    let database = Database::open(&config, &mut stop).await?;
    let done = tokio::select! {
        done = act(&database, arguments.action.unwrap_or(Action::Run)) => done,
        () = stop.received() => Err("stopped".into()),
    };
    let closed = database.close().await;
    let text = done?;
    closed?;
    print(text)?;
    Ok(ExitCode::SUCCESS)
}

async fn act(database: &Database, action: Action) -> Result<String, CommandError> {
    Ok(match action {
        Action::Run => {
            let applied = database.migrate().await?;
            if applied.is_empty() {
                "nothing to do: the database has every migration\n".to_owned()
            } else {
                format!("applied {}\n", applied.join("\napplied "))
            }
        }
        Action::Status => {
            let status = migrations::status(&database.pool)
                .await
                .map_err(explained)?;
            let line = |it: &migrations::MigrationStatus| {
                let mark = if it.applied { "applied" } else { "pending" };
                format!("{mark} {}", it.name)
            };
            let lines: Vec<_> = status.iter().map(line).collect();
            format!("{}\n", lines.join("\n"))
        }
        Action::Revert => format!(
            "reverted {}\n",
            migrations::revert(&database.pool)
                .await
                .map_err(explained)?
        ),
    })
}
