//! What belongs to a post, as columns of it: a post, its authors and its tags are one statement, and so one
//! state of the database.

use chrono::DateTime;
use diesel::deserialize::{self, FromSql};
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Array, Integer, Nullable, Record, Text, Timestamptz, Uuid as SqlUuid};

use crate::blog::model::{Author, Tag};

/// Its authors, first author first. Who may see a post may see them.
#[derive(Clone, Copy, Debug)]
pub(in crate::blog) struct AuthorsOf {
    /// All that is said of them; else their names.
    pub(in crate::blog) whole: bool,
}

/// Its tags, in the order that its author gave them. Who may see a post may see them.
#[derive(Clone, Copy, Debug)]
pub(in crate::blog) struct TagsOf;

impl AuthorsOf {
    fn sql(self) -> &'static str {
        if self.whole {
            "ARRAY(SELECT ROW(authors.id, authors.slug, authors.name, authors.bio, authors.avatar_url, \
             authors.created_at, authors.version) FROM post_authors AS links \
             JOIN authors ON authors.id = links.author_id \
             WHERE links.post_id = posts.id ORDER BY links.position)"
        } else {
            "ARRAY(SELECT ROW(authors.id, authors.slug, authors.name) \
             FROM post_authors AS links JOIN authors ON authors.id = links.author_id \
             WHERE links.post_id = posts.id ORDER BY links.position)"
        }
    }
}

impl TagsOf {
    #[expect(clippy::unused_self, reason = "as of authors")]
    fn sql(self) -> &'static str {
        "ARRAY(SELECT ROW(tags.id, tags.slug, tags.name, tags.version) FROM post_tags AS links \
         JOIN tags ON tags.id = links.tag_id \
         WHERE links.post_id = posts.id ORDER BY links.position)"
    }
}

/// A list of rows that belong to a row of `posts`.
macro_rules! related {
    ($name:ident, $row:ty) => {
        impl Expression for $name {
            type SqlType = Array<Record<$row>>;
        }

        impl QueryFragment<Pg> for $name {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
                out.push_sql(self.sql());
                Ok(())
            }
        }

        /// Statements with it are cached by their text.
        impl QueryId for $name {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }

        impl ValidGrouping<()> for $name {
            type IsAggregate = is_aggregate::No;
        }

        impl<QS> AppearsOnTable<QS> for $name {}

        impl<QS> SelectableExpression<QS> for $name {}
    };
}

related!(AuthorsOf, AuthorRow);
related!(TagsOf, TagRow);

type AuthorRow = (
    SqlUuid,
    Text,
    Text,
    Text,
    Nullable<Text>,
    Timestamptz,
    Integer,
);
type NameRow = (SqlUuid, Text, Text);
type TagRow = (SqlUuid, Text, Text, Integer);

impl FromSql<Record<AuthorRow>, Pg> for Author {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        // A record begins with the number of its columns.
        if bytes.as_bytes().starts_with(&3_u32.to_be_bytes()) {
            let (id, slug, name) = FromSql::<Record<NameRow>, Pg>::from_sql(bytes)?;
            return Ok(Self {
                id,
                slug,
                name,
                bio: String::new(),
                avatar_url: None,
                created_at: DateTime::UNIX_EPOCH,
                version: 0,
            });
        }
        let row = FromSql::<Record<AuthorRow>, Pg>::from_sql(bytes)?;
        let (id, slug, name, bio, avatar_url, created_at, version) = row;
        Ok(Self {
            id,
            slug,
            name,
            bio,
            avatar_url,
            created_at,
            version,
        })
    }
}

impl FromSql<Record<TagRow>, Pg> for Tag {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let (id, slug, name, version) = FromSql::<Record<TagRow>, Pg>::from_sql(bytes)?;
        Ok(Self {
            id,
            slug,
            name,
            version,
        })
    }
}
