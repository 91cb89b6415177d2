use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::visible::{POSTS, visible};
use crate::blog::policy::Visibility;
use crate::db::schema::{posts, redirects};
use crate::error::Result;

/// The present path of the post that used to live at `path`.
pub async fn find_target(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    path: &str,
) -> Result<Option<String>> {
    Ok(redirects::table
        .inner_join(posts::table)
        .filter(redirects::path.eq(path))
        .filter(visible(POSTS, visibility))
        .select(posts::path)
        .get_result(connection)
        .await
        .optional()?)
}
