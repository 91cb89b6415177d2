use std::process::ExitCode;

use super::{CommandError, print};

/// Prints the schema, byte for byte the file `schema.graphql`.
pub(super) fn run() -> Result<ExitCode, CommandError> {
    print(crate::graphql::sdl())?;
    Ok(ExitCode::SUCCESS)
}
