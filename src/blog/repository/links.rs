//! The links of posts to their authors and tags.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, Integer, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::writes::{StoredPost, taken};
use crate::blog::model::{Post, PostStatus};
use crate::db::schema::{post_authors, post_tags, sql_types};
use crate::error::Result;
use crate::ids::{AuthorId, PostId, TagId};

/// What the links of a post repeat of it.
#[derive(Clone, Copy, Debug)]
pub struct Listing {
    pub post: PostId,
    pub status: PostStatus,
    pub listed_at: DateTime<Utc>,
    pub unpublish_at: Option<DateTime<Utc>>,
}

impl From<&StoredPost> for Listing {
    fn from(post: &StoredPost) -> Self {
        Self {
            post: post.id,
            status: post.status,
            listed_at: post.published_at.unwrap_or(post.created_at),
            unpublish_at: post.unpublish_at,
        }
    }
}

impl From<&Post> for Listing {
    fn from(post: &Post) -> Self {
        Self {
            post: post.id,
            status: post.status,
            listed_at: post.listed_at,
            unpublish_at: post.unpublish_at,
        }
    }
}

/// A post with those it is to be linked to, in order.
#[derive(Clone, Debug)]
pub struct LinkedPost {
    pub listing: Listing,
    pub authors: Vec<AuthorId>,
    pub tags: Vec<TagId>,
}

/// Makes these the post's authors, in this order.
pub async fn set_authors(
    connection: &mut AsyncPgConnection,
    post: Listing,
    authors: &[AuthorId],
) -> Result<()> {
    diesel::delete(post_authors::table.filter(post_authors::post_id.eq(post.post)))
        .execute(connection)
        .await?;
    let links = new_authors(post, authors).execute(connection).await;
    links.map_err(taken)?;
    Ok(())
}

/// Makes these the post's tags, in this order.
pub async fn set_tags(
    connection: &mut AsyncPgConnection,
    post: Listing,
    tags: &[TagId],
) -> Result<()> {
    diesel::delete(post_tags::table.filter(post_tags::post_id.eq(post.post)))
        .execute(connection)
        .await?;
    if !tags.is_empty() {
        let links = new_tags(post, tags).execute(connection).await;
        links.map_err(taken)?;
    }
    Ok(())
}

/// Adds the authors of a post that has none, in this order.
pub fn new_authors(post: Listing, authors: &[AuthorId]) -> NewLinks<'_, AuthorId> {
    NewLinks {
        into: "post_authors (post_id, author_id",
        post,
        ids: authors,
    }
}

/// Adds the tags of a post that has none, in this order.
pub fn new_tags(post: Listing, tags: &[TagId]) -> NewLinks<'_, TagId> {
    NewLinks {
        into: "post_tags (post_id, tag_id",
        post,
        ids: tags,
    }
}

/// Links posts that are there and have no links yet.
pub async fn link_all(connection: &mut AsyncPgConnection, posts: &[LinkedPost]) -> Result<()> {
    let authors = posts
        .iter()
        .map(|it| (it.listing.post, it.authors.as_slice()));
    AllLinks::new("post_authors (post_id, author_id", authors)
        .execute(connection)
        .await?;
    let tags = posts.iter().map(|it| (it.listing.post, it.tags.as_slice()));
    AllLinks::new("post_tags (post_id, tag_id", tags)
        .execute(connection)
        .await?;
    Ok(())
}

/// The links of one post, in the order of their ids.
pub struct NewLinks<'q, Id> {
    into: &'static str,
    post: Listing,
    ids: &'q [Id],
}

impl<Id> QueryFragment<Pg> for NewLinks<'_, Id>
where
    Id: ToSql<SqlUuid, Pg> + std::fmt::Debug,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("INSERT INTO ");
        out.push_sql(self.into);
        out.push_sql(", position, status, listed_at, visible_until) SELECT ");
        out.push_bind_param::<SqlUuid, _>(&self.post.post)?;
        out.push_sql(", linked.id, linked.place - 1, ");
        out.push_bind_param::<sql_types::PostStatus, _>(&self.post.status)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamptz, _>(&self.post.listed_at)?;
        out.push_sql(", coalesce(");
        out.push_bind_param::<Nullable<Timestamptz>, _>(&self.post.unpublish_at)?;
        out.push_sql(", 'infinity') FROM unnest(");
        out.push_bind_param::<Array<SqlUuid>, _>(self.ids)?;
        out.push_sql(") WITH ORDINALITY AS linked (id, place)");
        Ok(())
    }
}

impl<Id> QueryId for NewLinks<'_, Id> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C, Id> diesel::query_dsl::RunQueryDsl<C> for NewLinks<'_, Id> {}

/// The links of many posts. What they repeat of their posts is read from there.
struct AllLinks<Id> {
    into: &'static str,
    posts: Vec<PostId>,
    ids: Vec<Id>,
    positions: Vec<i32>,
}

impl<Id: Copy> AllLinks<Id> {
    fn new<'p>(into: &'static str, posts: impl Iterator<Item = (PostId, &'p [Id])>) -> Self
    where
        Id: 'p,
    {
        let (mut all, mut ids, mut positions) = (Vec::new(), Vec::new(), Vec::new());
        for (post, linked) in posts {
            for (position, id) in (0..).zip(linked) {
                all.push(post);
                ids.push(*id);
                positions.push(position);
            }
        }
        Self {
            into,
            posts: all,
            ids,
            positions,
        }
    }
}

impl<Id> QueryFragment<Pg> for AllLinks<Id>
where
    Id: ToSql<SqlUuid, Pg> + std::fmt::Debug,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("INSERT INTO ");
        out.push_sql(self.into);
        out.push_sql(
            ", position, status, listed_at, visible_until) \
             SELECT posts.id, linked.id, linked.position, posts.status, posts.listed_at, \
             posts.visible_until FROM unnest(",
        );
        out.push_bind_param::<Array<SqlUuid>, _>(&self.posts)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Integer>, _>(&self.positions)?;
        out.push_sql(") AS linked (post_id, id, position) JOIN posts ON posts.id = linked.post_id");
        Ok(())
    }
}

impl<Id> QueryId for AllLinks<Id> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C, Id> diesel::query_dsl::RunQueryDsl<C> for AllLinks<Id> {}
