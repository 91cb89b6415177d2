//! Brings a database to the schema that this program was built for. The SQL is part of the binary.

use diesel::migration::{MigrationSource, MigrationVersion};
use diesel::pg::Pg;
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{ConnectError, Pool};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Held while migrating, so that several processes that start at once take turns. The number is
/// arbitrary and only has to be the same everywhere.
const ADVISORY_LOCK: i64 = 0x1a_9e_47_a0;

/// A migration and whether the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationStatus {
    /// The name of its folder.
    pub name: String,
    /// The database has it.
    pub applied: bool,
}

/// Why the schema could not be changed or read.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The database could not be reached.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// PostgreSQL refused.
    #[error("the database's schema could not be migrated: {0}")]
    Failed(String),
    /// There is nothing to revert.
    #[error("no migration has been applied, so there is none to revert")]
    NothingToRevert,
}

/// Applies what the database lacks and returns the names, oldest first.
pub async fn run(pool: &Pool) -> Result<Vec<String>, MigrationError> {
    locked(pool, |harness| {
        let applied = harness.run_pending_migrations(MIGRATIONS).map_err(failed)?;
        applied.iter().map(name_of).collect()
    })
    .await
}

/// Takes back the newest migration and returns its name.
pub async fn revert(pool: &Pool) -> Result<String, MigrationError> {
    locked(pool, |harness| {
        if harness.applied_migrations().map_err(failed)?.is_empty() {
            return Err(MigrationError::NothingToRevert);
        }
        let reverted = harness.revert_last_migration(MIGRATIONS).map_err(failed)?;
        name_of(&reverted)
    })
    .await
}

/// Every migration of this program, oldest first.
pub async fn status(pool: &Pool) -> Result<Vec<MigrationStatus>, MigrationError> {
    locked(pool, |harness| {
        let applied = harness.applied_migrations().map_err(failed)?;
        let mut all = MigrationSource::<Pg>::migrations(&MIGRATIONS).map_err(failed)?;
        all.sort_by(|a, b| a.name().version().cmp(&b.name().version()));
        let status = all.iter().map(|migration| MigrationStatus {
            name: migration.name().to_string(),
            applied: applied.contains(&migration.name().version().as_owned()),
        });
        Ok(status.collect())
    })
    .await
}

type Harness = AsyncMigrationHarness<AsyncPgConnection>;

async fn locked<T: Send + 'static>(
    pool: &Pool,
    work: impl FnOnce(&mut Harness) -> Result<T, MigrationError> + Send + 'static,
) -> Result<T, MigrationError> {
    let mut connection = pool.dedicated().await?;
    connection
        .batch_execute(&format!("SELECT pg_advisory_lock({ADVISORY_LOCK})"))
        .await
        .map_err(failed)?;
    // Diesel's migrations are written for blocking connections. The lock ends with the connection.
    tokio::task::spawn_blocking(move || work(&mut Harness::new(connection)))
        .await
        .map_err(failed)?
}

/// The name of the folder of a version.
fn name_of(version: &MigrationVersion<'_>) -> Result<String, MigrationError> {
    let all = MigrationSource::<Pg>::migrations(&MIGRATIONS).map_err(failed)?;
    let named = all
        .iter()
        .find(|migration| migration.name().version() == *version);
    Ok(named.map_or_else(
        || version.to_string(),
        |migration| migration.name().to_string(),
    ))
}

fn failed(error: impl std::fmt::Display) -> MigrationError {
    MigrationError::Failed(error.to_string())
}
