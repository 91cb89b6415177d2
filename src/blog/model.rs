//! The things that the blog consists of, as services hand them out.

use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::prelude::{Identifiable, Queryable, Selectable};
use diesel::serialize::{self, IsNull, Output, ToSql};
use std::io::Write;

use crate::db::schema::{authors, sql_types, tags};
use crate::ids::{AuthorId, PostId, TagId};

/// Where a post is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::PostStatus)]
pub enum PostStatus {
    /// Being written.
    Draft,
    /// Goes live at a time to come.
    Scheduled,
    /// Public, from its publication time on.
    Published,
    /// Was public, and is kept.
    Archived,
}

impl PostStatus {
    /// The words of PostgreSQL's enum `post_status`.
    const WORDS: [(Self, &'static str); 4] = [
        (Self::Draft, "draft"),
        (Self::Scheduled, "scheduled"),
        (Self::Published, "published"),
        (Self::Archived, "archived"),
    ];
}

impl ToSql<sql_types::PostStatus, Pg> for PostStatus {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        for (status, word) in Self::WORDS {
            if status == *self {
                out.write_all(word.as_bytes())?;
            }
        }
        Ok(IsNull::No)
    }
}

impl FromSql<sql_types::PostStatus, Pg> for PostStatus {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Self::WORDS
            .into_iter()
            .find(|(_, word)| word.as_bytes() == value.as_bytes())
            .map(|(status, _)| status)
            .ok_or_else(|| "a post status that this version does not know".into())
    }
}

/// How something is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By<Id> {
    /// By its id.
    Id(Id),
    /// By its slug, as the caller wrote it.
    Slug(String),
}

/// A post, with those of its larger parts that were [asked for](PostColumns).
#[derive(Clone, Debug, Queryable)]
pub struct Post {
    /// Its id.
    pub id: PostId,
    /// Unique, of `[a-z0-9-]`.
    pub slug: String,
    /// Where it lives on the site; unique, begins with a slash.
    pub path: String,
    /// Its title, 1 to 255 characters.
    pub title: String,
    /// Where it is in its life.
    pub status: PostStatus,
    /// When it went or goes live.
    pub published_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The time it is listed under: its publication, or its creation until it has one.
    pub listed_at: DateTime<Utc>,
    /// When it stops being public; it stays if there is no time.
    pub unpublish_at: Option<DateTime<Utc>>,
    /// Counts its changes, from 1.
    pub version: i32,
    /// Words of its visible text.
    pub word_count: i32,
    /// A summary of at most 1,000 characters.
    pub excerpt: Option<String>,
    /// Its Markdown, at most 1 MiB.
    pub content: Option<String>,
    /// What an imported file said beyond the fields above: a JSON object.
    pub front_matter: Option<serde_json::Value>,
}

/// Which of a post's larger parts to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PostColumns {
    /// [`Post::excerpt`].
    pub excerpt: bool,
    /// [`Post::content`].
    pub content: bool,
    /// [`Post::front_matter`].
    pub front_matter: bool,
}

impl PostColumns {
    /// Every part.
    pub const ALL: Self = Self {
        excerpt: true,
        content: true,
        front_matter: true,
    };
}

/// Someone who writes posts: a public profile, not an account.
#[derive(Clone, Debug, Identifiable, Queryable, Selectable)]
#[diesel(table_name = authors)]
pub struct Author {
    /// Its id.
    pub id: AuthorId,
    /// Unique, of `[a-z0-9-]`.
    pub slug: String,
    /// The name as readers see it, 1 to 255 characters.
    pub name: String,
    /// About the author, in plain text; empty if there is none.
    pub bio: String,
    /// Where a picture is.
    pub avatar_url: Option<String>,
    /// When the profile was made.
    pub created_at: DateTime<Utc>,
}

/// A subject of posts.
#[derive(Clone, Debug, Identifiable, Queryable, Selectable)]
#[diesel(table_name = tags)]
pub struct Tag {
    /// Its id.
    pub id: TagId,
    /// Unique, of `[a-z0-9-]`.
    pub slug: String,
    /// The name as readers see it; unique without regard to case.
    pub name: String,
}
