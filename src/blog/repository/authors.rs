use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::visible::visible_author;
use crate::blog::model::Author;
use crate::blog::order::{AuthorFilter, AuthorOrder, AuthorOrderField, Direction};
use crate::blog::policy::Visibility;
use crate::db::schema::{authors, post_authors};
use crate::db::sql::{CurrentKey, Keyset, LimitDsl, PerKey, Side};
use crate::error::Result;
use crate::ids::{AuthorId, PostId};
use crate::page::PageRequest;

/// The authors with these ids, in no order.
pub async fn by_ids(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    ids: &[AuthorId],
) -> Result<Vec<Author>> {
    Ok(authors::table
        .filter(authors::id.eq_any(ids))
        .filter(visible_author(visibility))
        .select(Author::as_select())
        .load(connection)
        .await?)
}

/// Those of these ids whose authors there are.
pub async fn visible_ids(
    mut connection: &AsyncPgConnection,
    visibility: Visibility,
    ids: &[AuthorId],
) -> Result<Vec<AuthorId>> {
    Ok(authors::table
        .filter(authors::id.eq_any(ids))
        .filter(visible_author(visibility))
        .select(authors::id)
        .load(&mut connection)
        .await?)
}

/// The author with this slug.
pub async fn find_by_slug(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    slug: &str,
) -> Result<Option<Author>> {
    Ok(authors::table
        .filter(authors::slug.eq(slug))
        .filter(visible_author(visibility))
        .select(Author::as_select())
        .get_result(connection)
        .await
        .optional()?)
}

/// The authors of each post, first author first. Who may see a post may see them.
pub async fn of_posts(
    mut connection: &AsyncPgConnection,
    posts: &[PostId],
) -> Result<Vec<(PostId, Author)>> {
    let of_post = post_authors::table
        .inner_join(authors::table)
        .filter(post_authors::post_id.eq(CurrentKey))
        .order_by(post_authors::position)
        .select(Author::as_select());
    let posts = posts.iter().map(|id| id.0).collect();
    Ok(PerKey::new(posts, of_post).load(&mut connection).await?)
}

/// The ids of the authors of each post, first author first.
pub async fn ids_of_posts(
    connection: &mut AsyncPgConnection,
    posts: &[PostId],
) -> Result<Vec<(PostId, AuthorId)>> {
    Ok(post_authors::table
        .filter(post_authors::post_id.eq_any(posts))
        .order_by((post_authors::post_id, post_authors::position))
        .select((post_authors::post_id, post_authors::author_id))
        .load(connection)
        .await?)
}

/// The authors with these ids, in no order. Whoever names them was shown what they belong to.
pub async fn of_ids(connection: &mut AsyncPgConnection, ids: &[AuthorId]) -> Result<Vec<Author>> {
    Ok(authors::table
        .filter(authors::id.eq_any(ids))
        .select(Author::as_select())
        .load(connection)
        .await?)
}

/// A page of authors.
pub async fn list(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    filter: &AuthorFilter,
    order: AuthorOrder,
    page: &PageRequest,
) -> Result<Vec<Author>> {
    let mut query = filtered(visibility, filter);
    let descending = order.direction == Direction::Descending;
    let (after, before) = if descending {
        (Side::Below, Side::Above)
    } else {
        (Side::Above, Side::Below)
    };
    let bounds = [(page.after.clone(), after), (page.before.clone(), before)];
    for (position, side) in bounds {
        let Some(position) = position else { continue };
        query = match order.field {
            AuthorOrderField::Name => {
                query.filter(Keyset::new(authors::name, authors::id, side, position))
            }
            AuthorOrderField::CreatedAt => query.filter(Keyset::new(
                authors::created_at,
                authors::id,
                side,
                position,
            )),
        };
    }
    let query = match (order.field, descending == page.from_end) {
        (AuthorOrderField::Name, true) => query.order_by((authors::name.asc(), authors::id.asc())),
        (AuthorOrderField::Name, false) => {
            query.order_by((authors::name.desc(), authors::id.desc()))
        }
        (AuthorOrderField::CreatedAt, true) => {
            query.order_by((authors::created_at.asc(), authors::id.asc()))
        }
        (AuthorOrderField::CreatedAt, false) => {
            query.order_by((authors::created_at.desc(), authors::id.desc()))
        }
    };
    Ok(query
        .select(Author::as_select())
        .limit_at_least(page.rows())
        .load(connection)
        .await?)
}

/// How many authors there are.
pub async fn count(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    filter: &AuthorFilter,
) -> Result<i64> {
    let query = filtered(visibility, filter).count();
    Ok(query.get_result(connection).await?)
}

fn filtered(
    visibility: Visibility,
    filter: &AuthorFilter,
) -> authors::BoxedQuery<'static, diesel::pg::Pg> {
    let mut query = authors::table
        .filter(visible_author(visibility))
        .into_boxed();
    if let Some(prefix) = &filter.name_starts_with {
        // Letter by letter: within a word, Greek's last letter is not written as at its end.
        let from: String = prefix.chars().flat_map(char::to_lowercase).collect();
        // The last text that begins so, in the byte order of the column.
        let until = format!("{from}{}", char::MAX);
        query = query.filter(authors::name_key.between(from, until));
    }
    query
}
