//! What belongs to a post, as columns of it: a post, its authors and its tags are one statement, and so one
//! state of the database.

use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql};
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Array, Integer, Nullable, Record, Text, Timestamptz, Uuid as SqlUuid};

use crate::blog::model::{Author, Tag};

/// A list of rows that belong to a row of `posts`.
macro_rules! related {
    ($(#[$doc:meta])* $name:ident, $row:ty, $sql:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, QueryId)]
        pub(in crate::blog) struct $name;

        impl Expression for $name {
            type SqlType = Array<Record<$row>>;
        }

        impl QueryFragment<Pg> for $name {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
                out.push_sql($sql);
                Ok(())
            }
        }

        impl ValidGrouping<()> for $name {
            type IsAggregate = is_aggregate::No;
        }

        impl<QS> AppearsOnTable<QS> for $name {}

        impl<QS> SelectableExpression<QS> for $name {}
    };
}

type AuthorRow = (
    SqlUuid,
    Text,
    Text,
    Text,
    Nullable<Text>,
    Timestamptz,
    Integer,
);
type TagRow = (SqlUuid, Text, Text, Integer);

related!(
    /// Its authors, first author first. Who may see a post may see them.
    AuthorsOf,
    AuthorRow,
    "ARRAY(SELECT ROW(authors.id, authors.slug, authors.name, authors.bio, authors.avatar_url, \
     authors.created_at, authors.version) FROM post_authors AS links \
     JOIN authors ON authors.id = links.author_id \
     WHERE links.post_id = posts.id ORDER BY links.position)"
);
related!(
    /// Its tags, in the order that its author gave them. Who may see a post may see them.
    TagsOf,
    TagRow,
    "ARRAY(SELECT ROW(tags.id, tags.slug, tags.name, tags.version) FROM post_tags AS links \
     JOIN tags ON tags.id = links.tag_id \
     WHERE links.post_id = posts.id ORDER BY links.position)"
);

impl FromSql<Record<AuthorRow>, Pg> for Author {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let row = FromSql::<Record<AuthorRow>, Pg>::from_sql(bytes)?;
        let (id, slug, name, bio, avatar_url, created_at, version) = row;
        let created_at: DateTime<Utc> = created_at;
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
