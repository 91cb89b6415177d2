//! Identifiers: one type for each kind of thing, so that a tag's id cannot be passed for a post's.

/// Declares an id: a UUID version 7 that PostgreSQL stores as `uuid`.
macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            diesel::expression::AsExpression, diesel::deserialize::FromSqlRow,
        )]
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        pub struct $name(pub uuid::Uuid);

        impl diesel::deserialize::FromSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
            fn from_sql(bytes: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                diesel::deserialize::FromSql::<diesel::sql_types::Uuid, diesel::pg::Pg>::from_sql(bytes)
                    .map(Self)
            }
        }

        impl diesel::serialize::ToSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                diesel::serialize::ToSql::<diesel::sql_types::Uuid, diesel::pg::Pg>::to_sql(&self.0, out)
            }
        }
    };
}

id_type!(
    /// A post.
    PostId
);
id_type!(
    /// An author: a public profile, not an account.
    AuthorId
);
id_type!(
    /// A tag.
    TagId
);
id_type!(
    /// A user: an account, not a public profile.
    UserId
);
id_type!(
    /// A log-in, and all that was renewed from it.
    SessionId
);
id_type!(
    /// An API key.
    ApiKeyId
);
id_type!(
    /// An entry of the audit log.
    AuditEventId
);
id_type!(
    /// Leave to read a post as it is being worked on.
    PreviewLinkId
);
