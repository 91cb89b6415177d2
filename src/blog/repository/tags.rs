use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::visible::visible_tag;
use crate::blog::model::Tag;
use crate::blog::policy::Visibility;
use crate::db::schema::{merged_tags, post_tags, tags};
use crate::db::sql::{CurrentKey, Keyset, LimitDsl, PerKey, Side};
use crate::error::Result;
use crate::ids::{PostId, TagId};
use crate::page::PageRequest;

/// The tags with these ids, in no order.
pub async fn by_ids(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    ids: &[TagId],
) -> Result<Vec<Tag>> {
    Ok(tags::table
        .filter(tags::id.eq_any(ids))
        .filter(visible_tag(visibility))
        .select(Tag::as_select())
        .load(connection)
        .await?)
}

/// Those of these ids whose tags there are.
pub async fn visible_ids(
    mut connection: &AsyncPgConnection,
    visibility: Visibility,
    ids: &[TagId],
) -> Result<Vec<TagId>> {
    Ok(tags::table
        .filter(tags::id.eq_any(ids))
        .filter(visible_tag(visibility))
        .select(tags::id)
        .load(&mut connection)
        .await?)
}

/// The tag with this slug.
pub async fn find_by_slug(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    slug: &str,
) -> Result<Option<Tag>> {
    Ok(tags::table
        .filter(tags::slug.eq(slug))
        .filter(visible_tag(visibility))
        .select(Tag::as_select())
        .get_result(connection)
        .await
        .optional()?)
}

/// The tags of each post, in the order its author gave them. Who may see a post may see them.
pub async fn of_posts(
    mut connection: &AsyncPgConnection,
    posts: &[PostId],
) -> Result<Vec<(PostId, Tag)>> {
    let of_post = post_tags::table
        .inner_join(tags::table)
        .filter(post_tags::post_id.eq(CurrentKey))
        .order_by(post_tags::position)
        .select(Tag::as_select());
    let posts = posts.iter().map(|id| id.0).collect();
    Ok(PerKey::new(posts, of_post).load(&mut connection).await?)
}

/// The tags with these ids, in no order. Whoever names them was shown what they belong to.
pub async fn of_ids(connection: &mut AsyncPgConnection, ids: &[TagId]) -> Result<Vec<Tag>> {
    Ok(tags::table
        .filter(tags::id.eq_any(ids))
        .select(Tag::as_select())
        .load(connection)
        .await?)
}

/// What has become of the tags with these ids: they are there, or part of another one. Those that
/// are no more are left out.
pub async fn present(
    connection: &mut AsyncPgConnection,
    ids: &[TagId],
) -> Result<HashMap<TagId, TagId>> {
    let mut present: HashMap<TagId, TagId> = merged_tags::table
        .filter(merged_tags::id.eq_any(ids))
        .select((merged_tags::id, merged_tags::tag_id))
        .load(connection)
        .await?
        .into_iter()
        .collect();
    let there: Vec<TagId> = tags::table
        .filter(tags::id.eq_any(ids))
        .select(tags::id)
        .load(connection)
        .await?;
    present.extend(there.into_iter().map(|id| (id, id)));
    Ok(present)
}

/// A page of tags, by name.
pub async fn list(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    page: &PageRequest,
) -> Result<Vec<Tag>> {
    let mut query = tags::table
        .filter(visible_tag(visibility))
        .select(Tag::as_select())
        .into_boxed();
    if let Some(position) = page.after.clone() {
        query = query.filter(Keyset::new(tags::name, tags::id, Side::Above, position));
    }
    if let Some(position) = page.before.clone() {
        query = query.filter(Keyset::new(tags::name, tags::id, Side::Below, position));
    }
    let query = if page.from_end {
        query.order_by((tags::name.desc(), tags::id.desc()))
    } else {
        query.order_by((tags::name.asc(), tags::id.asc()))
    };
    Ok(query.limit_at_least(page.rows()).load(connection).await?)
}

/// How many tags there are.
pub async fn count(connection: &mut AsyncPgConnection, visibility: Visibility) -> Result<i64> {
    let query = tags::table.filter(visible_tag(visibility)).count();
    Ok(query.get_result(connection).await?)
}
