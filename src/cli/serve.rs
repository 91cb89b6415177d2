use std::process::ExitCode;
use std::sync::Arc;

use tokio::net::TcpListener;

use super::database::Database;
use super::{CommandError, StopSignal};
use crate::accounts::Viewer;
use crate::app::{App, VERSION};
use crate::clock::Clock;
use crate::config::Config;
use crate::{http, import, telemetry};

/// Migrates, then serves until told to stop.
pub(super) async fn run(config: Config) -> Result<ExitCode, CommandError> {
    telemetry::start(&config.logging)?;
    // First of all, so that a port in use is known before a database is started.
    let listener = http::server::bind(config.http.address).await?;
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
    let serving = http::server::serve(listener, http::router(&app), async {
        stop.received().await;
        tracing::info!("stopping");
    });
    tokio::select! {
        () = serving => {}
        () = database.keep_alive(&app.config) => {}
    }
    Ok(())
}

async fn prepare(config: Config, database: &Database) -> Result<Arc<App>, CommandError> {
    for migration in database.migrate().await? {
        tracing::info!(migration, "migrated");
    }
    let app = App::new(config, database.pool.clone(), &Clock::system());
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
