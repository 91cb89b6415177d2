use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;

use super::repository::sessions;
use super::viewer::{Credential, Viewer};
use crate::error::{Error, Result};

/// Makes sure, within the transaction of a change that gives rights, that the viewer still is who
/// they were when the request came in, and stays so until it is done.
///
/// Between the two, a body arrives and the fields before this one run: the log-out of a stolen
/// session must not be overtaken by what its thief had begun.
pub(super) async fn hold(
    connection: &mut AsyncPgConnection,
    viewer: &Viewer,
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(account) = viewer.account() else {
        return Ok(());
    };
    let Credential::Session(session) = account.credential else {
        return Ok(());
    };
    let is_live = sessions::hold(connection, session, now).await?;
    let present = sessions::find_live(connection, session, account.user, now).await?;
    if is_live && present.is_some_and(|(role, _)| role == account.role) {
        return Ok(());
    }
    Err(Error::Unauthenticated(
        "your session or your role has changed meanwhile; log in again",
    ))
}
