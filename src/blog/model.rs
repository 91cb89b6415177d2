//! The things that the blog consists of, as services hand them out.

use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::prelude::{Identifiable, Queryable, Selectable};
use diesel::serialize::{self, IsNull, Output, ToSql};
use serde::{Deserialize, Serialize};
use std::io::Write;

use crate::db::schema::{authors, sql_types, tags};
use crate::db::sql::OrDefault;
use crate::ids::{AuthorId, PostId, TagId};

/// Where a post is in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::PostStatus)]
pub enum PostStatus {
    /// Being written.
    #[default]
    Draft,
    /// Goes live at a time to come.
    Scheduled,
    /// Public, from its publication time on.
    Published,
    /// Was public, and is kept.
    Archived,
    /// Thrown away, and can be had back.
    Trashed,
}

impl PostStatus {
    /// Every status.
    pub const ALL: [Self; 5] = [
        Self::Draft,
        Self::Scheduled,
        Self::Published,
        Self::Archived,
        Self::Trashed,
    ];

    /// Its word in PostgreSQL's enum `post_status`, and in the audit log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Published => "published",
            Self::Archived => "archived",
            Self::Trashed => "trashed",
        }
    }
}

impl From<OrDefault<Self>> for PostStatus {
    fn from(status: OrDefault<Self>) -> Self {
        status.0
    }
}

impl ToSql<sql_types::PostStatus, Pg> for PostStatus {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.as_str().as_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<sql_types::PostStatus, Pg> for PostStatus {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str().as_bytes() == value.as_bytes())
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

/// A post, with those of its columns, and of what belongs to it, that were [asked for](PostColumns). What was
/// not is empty: a text without letters, zero, no date.
#[derive(Clone, Debug, Queryable)]
pub struct Post {
    /// Its id.
    pub id: PostId,
    /// Unique, of `[a-z0-9-]`.
    #[diesel(deserialize_as = OrDefault<String>)]
    pub slug: String,
    /// Where it lives on the site; unique, begins with a slash.
    #[diesel(deserialize_as = OrDefault<String>)]
    pub path: String,
    /// Its title, 1 to 255 characters.
    #[diesel(deserialize_as = OrDefault<String>)]
    pub title: String,
    /// Where it is in its life.
    #[diesel(deserialize_as = OrDefault<PostStatus>)]
    pub status: PostStatus,
    /// When it went or goes live.
    pub published_at: Option<DateTime<Utc>>,
    /// When it was made.
    #[diesel(deserialize_as = OrDefault<DateTime<Utc>>)]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[diesel(deserialize_as = OrDefault<DateTime<Utc>>)]
    pub updated_at: DateTime<Utc>,
    /// The time it is listed under: its publication, or its creation until it has one.
    pub listed_at: DateTime<Utc>,
    /// When it stops being public; it stays if there is no time.
    pub unpublish_at: Option<DateTime<Utc>>,
    /// Counts its changes, from 1.
    #[diesel(deserialize_as = OrDefault<i32>)]
    pub version: i32,
    /// The revision that is being worked on while readers see that of [`version`](Self::version).
    pub draft_version: Option<i32>,
    /// Words of its visible text.
    #[diesel(deserialize_as = OrDefault<i32>)]
    pub word_count: i32,
    /// The language that it is in, as a tag of BCP 47.
    pub locale: Option<String>,
    /// The title for search engines, where it is another one; 1 to 255 characters.
    pub meta_title: Option<String>,
    /// What search engines say of it, 1 to 300 characters.
    pub meta_description: Option<String>,
    /// Where the original is, if this is a copy.
    pub canonical_url: Option<String>,
    /// A summary of at most 1,000 characters.
    pub excerpt: Option<String>,
    /// Its Markdown, at most 1 MiB.
    pub content: Option<String>,
    /// What an imported file said beyond the fields above: a JSON object.
    pub front_matter: Option<serde_json::Value>,
    /// Questions and answers: a JSON list of [`FaqItem`]s.
    pub faq: Option<serde_json::Value>,
    /// Its authors, first author first.
    pub authors: Option<Vec<Author>>,
    /// Its tags, in the order that its author gave them.
    pub tags: Option<Vec<Tag>>,
}

impl Post {
    /// The number of its newest revision.
    #[must_use]
    pub fn head_version(&self) -> i32 {
        self.draft_version.unwrap_or(self.version)
    }
}

/// A question and its answer.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct FaqItem {
    /// 1 to 300 characters.
    pub question: String,
    /// 1 to 5,000 characters of Markdown.
    pub answer: String,
}

bitflags::bitflags! {
    /// What to read of a post beside its id and the time it is listed under.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct PostColumns: u32 {
        /// [`Post::slug`].
        const SLUG = 1;
        /// [`Post::path`].
        const PATH = 1 << 1;
        /// [`Post::title`].
        const TITLE = 1 << 2;
        /// [`Post::status`].
        const STATUS = 1 << 3;
        /// [`Post::published_at`].
        const PUBLISHED_AT = 1 << 4;
        /// [`Post::created_at`].
        const CREATED_AT = 1 << 5;
        /// [`Post::updated_at`].
        const UPDATED_AT = 1 << 6;
        /// [`Post::unpublish_at`].
        const UNPUBLISH_AT = 1 << 7;
        /// [`Post::version`].
        const VERSION = 1 << 8;
        /// [`Post::draft_version`].
        const DRAFT_VERSION = 1 << 9;
        /// [`Post::word_count`].
        const WORD_COUNT = 1 << 10;
        /// [`Post::locale`].
        const LOCALE = 1 << 11;
        /// [`Post::meta_title`].
        const META_TITLE = 1 << 12;
        /// [`Post::meta_description`].
        const META_DESCRIPTION = 1 << 13;
        /// [`Post::canonical_url`].
        const CANONICAL_URL = 1 << 14;
        /// [`Post::excerpt`].
        const EXCERPT = 1 << 15;
        /// [`Post::content`].
        const CONTENT = 1 << 16;
        /// [`Post::front_matter`].
        const FRONT_MATTER = 1 << 17;
        /// [`Post::faq`].
        const FAQ = 1 << 18;
        /// Every column of the post itself.
        const ALL = (1 << 19) - 1;
        /// [`Post::authors`], by name: what else is said of them is empty.
        const AUTHORS = 1 << 19;
        /// All that is said of [`Post::authors`].
        const PROFILES = Self::AUTHORS.bits() | 1 << 20;
        /// [`Post::tags`].
        const TAGS = 1 << 21;
    }
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
    /// Counts its changes, from 1.
    pub version: i32,
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
    /// Counts its changes, from 1.
    pub version: i32,
}
