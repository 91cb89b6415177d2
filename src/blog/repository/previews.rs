use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::blog::previews::PreviewLink;
use crate::db::schema::preview_links;
use crate::error::Result;
use crate::ids::{PostId, PreviewLinkId};

pub async fn insert(connection: &mut AsyncPgConnection, link: &PreviewLink) -> Result<()> {
    diesel::insert_into(preview_links::table)
        .values(link)
        .execute(connection)
        .await?;
    Ok(())
}

/// The post of a link, unless it was revoked or is over.
pub async fn find_post(
    connection: &mut AsyncPgConnection,
    link: PreviewLinkId,
    now: DateTime<Utc>,
) -> Result<Option<PostId>> {
    Ok(preview_links::table
        .find(link)
        .filter(preview_links::revoked_at.is_null())
        .filter(preview_links::expires_at.gt(now))
        .select(preview_links::post_id)
        .get_result(connection)
        .await
        .optional()?)
}

/// The link with this id.
pub async fn find(
    connection: &mut AsyncPgConnection,
    link: PreviewLinkId,
) -> Result<Option<PreviewLink>> {
    Ok(preview_links::table
        .find(link)
        .select(PreviewLink::as_select())
        .get_result(connection)
        .await
        .optional()?)
}

/// The links of posts that still lead to them, the newest first.
pub async fn of_posts(
    connection: &mut AsyncPgConnection,
    posts: &[PostId],
    now: DateTime<Utc>,
) -> Result<Vec<PreviewLink>> {
    Ok(preview_links::table
        .filter(preview_links::post_id.eq_any(posts))
        .filter(preview_links::revoked_at.is_null())
        .filter(preview_links::expires_at.gt(now))
        .order_by((preview_links::created_at.desc(), preview_links::id.desc()))
        .select(PreviewLink::as_select())
        .load(connection)
        .await?)
}

/// Ends a link.
pub async fn revoke(
    connection: &mut AsyncPgConnection,
    link: PreviewLinkId,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(preview_links::table.find(link))
        .filter(preview_links::revoked_at.is_null())
        .set(preview_links::revoked_at.eq(now))
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes the links that ended before `cutoff`.
pub async fn delete_ended(connection: &mut AsyncPgConnection, cutoff: DateTime<Utc>) -> Result<()> {
    diesel::delete(preview_links::table.filter(preview_links::expires_at.lt(cutoff)))
        .execute(connection)
        .await?;
    Ok(())
}
