use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use super::database::Database;
use super::{CommandError, StopSignal, secret};
use crate::accounts::Viewer;
use crate::app::{App, VERSION};
use crate::blog::Moved;
use crate::clock::Clock;
use crate::config::Config;
use crate::error::with_causes;
use crate::{graphql, http, import, telemetry};

/// How often what has ended is deleted: sessions, tokens, counts of attempts.
const CLEANING_INTERVAL: Duration = Duration::from_hours(1);

/// How long subscribers may take to be told that the server stops.
const LEAVE_TIMEOUT: Duration = Duration::from_secs(6);

/// How often posts are looked for whose time has come: they are public within two seconds of it.
const SCHEDULE_INTERVAL: Duration = Duration::from_millis(500);

/// How often some posts are put into the index of phrases.
const INDEXING_INTERVAL: Duration = Duration::from_millis(500);

/// Migrates, then serves until told to stop.
pub(super) async fn run(mut config: Config) -> Result<ExitCode, CommandError> {
    telemetry::start(&config.logging)?;
    graphql::check_trusted_documents(&config.graphql)
        .map_err(|problem| CommandError::from(format!("GRAPHQL_TRUSTED_DOCUMENTS: {problem}")))?;
    // First of all, so that a port in use is known before a database is started.
    let listener = http::server::bind(config.http.address).await?;
    secret::ensure(&mut config)?;
    // Heard from here on, so that a stop while a database starts does not leave it behind.
    let mut stop = StopSignal::new()?;
    let database = Database::open(&config, &mut stop).await?;
    let served = migrate_and_serve(config, listener, &database, stop).await;
    let closed = database.close().await;
    served.and(closed).map(|()| ExitCode::SUCCESS)
}

async fn migrate_and_serve(
    config: Config,
    listener: TcpListener,
    database: &Database,
    mut stop: StopSignal,
) -> Result<(), CommandError> {
    let app = tokio::select! {
        prepared = prepare(config, database) => prepared?,
        () = stop.received() => return Ok(()),
    };
    announce(&app, &listener)?;
    announce_user_command(&app).await;
    let serving = http::server::serve(listener, http::router(&app), async {
        stop.received().await;
        tracing::info!("stopping");
        app.stop();
    });
    tokio::select! {
        () = serving => {
            // What was upgraded is no connection of the server's any more.
            if tokio::time::timeout(LEAVE_TIMEOUT, app.left()).await.is_err() {
                tracing::warn!("subscriptions were cut off at the stop");
            }
        }
        () = database.keep_alive(&app.config) => {}
        () = forget_expired(&app) => {}
        () = run_schedule(&app) => {}
        () = index_phrases(&app) => {}
        () = Box::pin(app.follow_changes()) => {}
    }
    Ok(())
}

/// Deletes what has ended, for as long as this is awaited. Each replica does it, and finds less to do.
async fn forget_expired(app: &App) {
    loop {
        let forgotten = async {
            app.accounts.forget_expired(&Viewer::system()).await?;
            app.blog.changes.forget_old(&Viewer::system()).await?;
            app.blog.previews.forget_expired().await
        };
        if let Err(error) = forgotten.await {
            tracing::warn!(
                cause = with_causes(&error),
                "what has ended was not deleted"
            );
        }
        tokio::time::sleep(CLEANING_INTERVAL).await;
    }
}

/// Publishes and archives posts whose time has come, for as long as this is awaited.
async fn run_schedule(app: &App) {
    loop {
        match app.blog.schedule.run_due(&Viewer::system()).await {
            Ok(moved) if moved != Moved::default() => {
                let Moved { published, ended } = moved;
                tracing::info!(published, ended, "moved posts whose time has come");
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(
                    cause = with_causes(&error),
                    "the schedule was not looked at"
                );
            }
        }
        tokio::time::sleep(SCHEDULE_INTERVAL).await;
    }
}

/// Puts posts into the index of phrases, for as long as this is awaited: slowly, for after an import there may be
/// many and requests come first.
async fn index_phrases(app: &App) {
    loop {
        if let Err(error) = app.blog.phrases.index_some(&Viewer::system()).await {
            tracing::warn!(cause = with_causes(&error), "phrases were not indexed");
        }
        tokio::time::sleep(INDEXING_INTERVAL).await;
    }
}

async fn prepare(config: Config, database: &Database) -> Result<Arc<App>, CommandError> {
    for migration in database.migrate().await? {
        tracing::info!(migration, "migrated");
    }
    let app = App::new(config, database.pool.clone(), &Clock::system())?;
    if database.is_embedded() && !app.blog.posts.any(&Viewer::system()).await? {
        let report = import::import_sample(&app.blog.imports).await?;
        tracing::info!(posts = report.added, "loaded sample content");
    }
    Ok(app)
}

fn announce(app: &App, listener: &TcpListener) -> Result<(), CommandError> {
    let address = listener.local_addr()?;
    let url = app.config.http.public_url.clone();
    let url = url.unwrap_or_else(|| format!("http://{address}"));
    tracing::info!(version = VERSION, %address, graphql = format!("{url}/graphql"), "serving");
    if app.config.graphql.explorer {
        tracing::info!(
            url = format!("{url}/graphiql"),
            "explore the API in a browser"
        );
    }
    Ok(())
}

/// Says how to make the first admin. Not worth a failed start: whether the database answers is
/// told elsewhere.
async fn announce_user_command(app: &App) {
    if let Ok(false) = app.accounts.users.any_admin(&Viewer::system()).await {
        tracing::info!(
            command = "imprenta user create --email you@example.org --name You --role admin",
            "nobody can manage accounts yet: make an admin"
        );
    }
}
