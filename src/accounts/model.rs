//! The things that accounts consist of, as services hand them out.

use std::io::Write;

use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::prelude::{Identifiable, Queryable, Selectable};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Text;

use crate::db::schema::{api_keys, sql_types, users};
use crate::ids::{ApiKeyId, AuthorId, UserId};

/// What someone may do, each including what those before it may. `docs/permissions.md` has the
/// whole matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::UserRole)]
pub enum Role {
    /// Reads what is public.
    Reader,
    /// Writes posts of their own.
    Author,
    /// Edits everyone's posts.
    Editor,
    /// Manages accounts as well.
    Admin,
}

impl Role {
    /// Every role, from the least to the most.
    pub const ALL: [Self; 4] = [Self::Reader, Self::Author, Self::Editor, Self::Admin];

    /// The word for it in PostgreSQL's enum `user_role`, in tokens and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Author => "author",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }

    /// The role of a word, whatever its case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str().eq_ignore_ascii_case(word))
    }
}

impl ToSql<sql_types::UserRole, Pg> for Role {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.as_str().as_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<sql_types::UserRole, Pg> for Role {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        std::str::from_utf8(value.as_bytes())
            .ok()
            .and_then(Self::from_word)
            .ok_or_else(|| "a role that this version does not know".into())
    }
}

/// Someone who can log in.
#[derive(Clone, Debug, PartialEq, Eq, Identifiable, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Unique without regard to case; ASCII, 3 to 255 bytes.
    pub email: String,
    /// What to call them, 1 to 255 characters.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether they may log in and act at all.
    pub active: bool,
    /// The public profile that they write under.
    pub author_id: Option<AuthorId>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When they last logged in.
    pub last_log_in_at: Option<DateTime<Utc>>,
}

/// What an API key may be used for, within what its owner may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApiKeyScope {
    /// Read what is public.
    ContentRead,
    /// Read what is not public, as far as the owner may.
    ContentReadDrafts,
    /// Write content, as far as the owner may.
    ContentWrite,
}

impl ApiKeyScope {
    /// Every scope.
    pub const ALL: [Self; 3] = [
        Self::ContentRead,
        Self::ContentReadDrafts,
        Self::ContentWrite,
    ];

    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ContentRead => "content:read",
            Self::ContentReadDrafts => "content:read-drafts",
            Self::ContentWrite => "content:write",
        }
    }
}

/// Scopes in their order, none twice; stored as OAuth 2 writes them, with spaces between (RFC 6749,
/// section 3.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Scopes(Vec<ApiKeyScope>);

impl Scopes {
    /// These scopes.
    #[must_use]
    pub fn new(mut scopes: Vec<ApiKeyScope>) -> Self {
        scopes.sort_unstable();
        scopes.dedup();
        Self(scopes)
    }

    /// Whether this scope is among them.
    #[must_use]
    pub fn contain(&self, scope: ApiKeyScope) -> bool {
        self.0.contains(&scope)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = ApiKeyScope> {
        self.0.iter().copied()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl ToSql<Text, Pg> for Scopes {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let words: Vec<_> = self.iter().map(ApiKeyScope::as_str).collect();
        out.write_all(words.join(" ").as_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<Text, Pg> for Scopes {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let text = std::str::from_utf8(value.as_bytes())?;
        let known = |word: &str| {
            ApiKeyScope::ALL
                .into_iter()
                .find(|scope| scope.as_str() == word)
        };
        // One that this version does not know gives no right.
        Ok(Self::new(text.split(' ').filter_map(known).collect()))
    }
}

/// A secret by which a program acts for a user.
#[derive(Clone, Debug, PartialEq, Eq, Identifiable, Queryable, Selectable)]
#[diesel(table_name = api_keys)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Whose it is.
    pub user_id: UserId,
    /// What its owner calls it, 1 to 255 characters.
    pub name: String,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends; never, if there is no time.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}
