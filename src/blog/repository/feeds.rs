//! Ordered lists of posts: all of them, or those of each of several authors or tags.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::posts::columns;
use super::statuses::{in_statuses, not_trashed};
use super::visible::{POST_AUTHORS, POST_TAGS, POSTS, visible};
use crate::blog::model::{Post, PostColumns, PostStatus};
use crate::blog::order::{Direction, PostOrder, PostOrderField};
use crate::blog::policy::Visibility;
use crate::db::schema::{post_authors, post_tags, posts};
use crate::db::sql::{CurrentKey, Keyset, LimitDsl, PerKey, Side};
use crate::error::Result;
use crate::ids::{AuthorId, TagId};
use crate::page::PageRequest;

/// Conditions on posts. Every one that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    pub status: Option<Vec<PostStatus>>,
    pub author: Option<AuthorId>,
    pub tag: Option<TagId>,
    pub listed_from: Option<DateTime<Utc>>,
    pub listed_until: Option<DateTime<Utc>>,
}

/// Which posts to read, in which order, and how much of each.
#[derive(Clone, Debug)]
pub struct Feed {
    pub visibility: Visibility,
    pub conditions: Conditions,
    pub order: PostOrder,
    pub page: PageRequest,
    pub parts: PostColumns,
}

impl Feed {
    /// How many rows of a list tell what is asked of a page.
    pub fn rows(&self) -> usize {
        self.page.rows() as usize
    }
}

/// Applies the bounds and the direction of a page to a query that is ordered by two columns.
macro_rules! ordered {
    ($query:expr, $feed:expr, $key:expr, $id:expr) => {{
        let descending = $feed.order.direction == Direction::Descending;
        let (after, before) = if descending {
            (Side::Below, Side::Above)
        } else {
            (Side::Above, Side::Below)
        };
        let mut query = $query;
        if let Some(position) = $feed.page.after.clone() {
            query = query.filter(Keyset::new($key, $id, after, position));
        }
        if let Some(position) = $feed.page.before.clone() {
            query = query.filter(Keyset::new($key, $id, before, position));
        }
        if descending == $feed.page.from_end {
            query.order_by(($key.asc(), $id.asc()))
        } else {
            query.order_by(($key.desc(), $id.desc()))
        }
    }};
}

diesel::alias!(
    pub const FURTHER_AUTHORS: Alias<FurtherAuthors> = post_authors as further_authors;
    pub const FURTHER_TAGS: Alias<FurtherTags> = post_tags as further_tags;
);

/// Leaves only the links `$query` whose posts have a given author and tag, too.
macro_rules! narrowed {
    ($query:ident, $conditions:expr, $post_id:expr) => {{
        use $crate::blog::repository::feeds::{FURTHER_AUTHORS, FURTHER_TAGS};
        let of_author = FURTHER_AUTHORS.field(post_authors::author_id);
        let of_tag = FURTHER_TAGS.field(post_tags::tag_id);
        if let Some(author) = $conditions.author {
            let posts = FURTHER_AUTHORS.field(post_authors::post_id);
            let links = FURTHER_AUTHORS.filter(of_author.eq(author)).select(posts);
            $query = $query.filter($post_id.eq_any(links));
        }
        if let Some(tag) = $conditions.tag {
            let posts = FURTHER_TAGS.field(post_tags::post_id);
            let links = FURTHER_TAGS.filter(of_tag.eq(tag)).select(posts);
            $query = $query.filter($post_id.eq_any(links));
        }
    }};
}
pub(super) use narrowed;

/// A page of posts from some source, where `$status`, `$listed_at` and `$id` are the columns that
/// an index of the source's driving table holds, and `$columns` tell who may see a row of it.
macro_rules! feed {
    ($source:expr, $feed:expr, $columns:expr, $status:expr, $listed_at:expr, $id:expr) => {{
        let feed: &Feed = $feed;
        let mut query = $source
            .filter(visible($columns, feed.visibility))
            .select(columns(feed.parts))
            .into_boxed();
        if let Some(statuses) = feed.conditions.status.clone() {
            query = query.filter(in_statuses($status, statuses));
        } else if !matches!(feed.visibility, Visibility::Public(_)) {
            query = query.filter(not_trashed($status));
        }
        if let Some(from) = feed.conditions.listed_from {
            query = query.filter($listed_at.ge(from));
        }
        if let Some(until) = feed.conditions.listed_until {
            query = query.filter($listed_at.lt(until));
        }
        match feed.order.field {
            PostOrderField::PublishedAt => ordered!(query, feed, $listed_at, $id),
            PostOrderField::CreatedAt => ordered!(query, feed, posts::created_at, posts::id),
            PostOrderField::UpdatedAt => ordered!(query, feed, posts::updated_at, posts::id),
            PostOrderField::Title => ordered!(query, feed, posts::title, posts::id),
        }
    }};
}

/// A page of all posts. The author and the tag of its conditions are not looked at: lists of those
/// are read from the links, which hold them in order.
pub async fn list(connection: &mut AsyncPgConnection, feed: &Feed) -> Result<Vec<Post>> {
    let query = feed!(
        posts::table,
        feed,
        POSTS,
        posts::status,
        posts::listed_at,
        posts::id
    );
    Ok(query
        .limit_at_least(feed.page.rows())
        .load(connection)
        .await?)
}

/// A page of the posts of each author, in the feed's order within each.
pub async fn list_by_authors(
    connection: &mut AsyncPgConnection,
    authors: &[AuthorId],
    feed: &Feed,
) -> Result<Vec<(Uuid, Post)>> {
    let mut query = feed!(
        post_authors::table
            .inner_join(posts::table.on(posts::id.eq(post_authors::post_id)))
            .filter(post_authors::author_id.eq(CurrentKey)),
        feed,
        POST_AUTHORS,
        post_authors::status,
        post_authors::listed_at,
        post_authors::post_id
    );
    narrowed!(query, feed.conditions, post_authors::post_id);
    let query = query.limit_at_least(feed.page.rows());
    let keys = authors.iter().map(|id| id.0).collect();
    Ok(PerKey::new(keys, query).load(connection).await?)
}

/// A page of the posts with each tag, in the feed's order within each.
pub async fn list_by_tags(
    connection: &mut AsyncPgConnection,
    tags: &[TagId],
    feed: &Feed,
) -> Result<Vec<(Uuid, Post)>> {
    let mut query = feed!(
        post_tags::table
            .inner_join(posts::table.on(posts::id.eq(post_tags::post_id)))
            .filter(post_tags::tag_id.eq(CurrentKey)),
        feed,
        POST_TAGS,
        post_tags::status,
        post_tags::listed_at,
        post_tags::post_id
    );
    narrowed!(query, feed.conditions, post_tags::post_id);
    let query = query.limit_at_least(feed.page.rows());
    let keys = tags.iter().map(|id| id.0).collect();
    Ok(PerKey::new(keys, query).load(connection).await?)
}
