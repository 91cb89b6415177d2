//! What the blog's fields take.

use async_graphql::{Enum, ID, InputObject, OneofObject};
use chrono::{DateTime, Utc};

use crate::blog::model::{self, By};
use crate::blog::order;
use crate::error::Result;
use crate::graphql::global_id::TypedId;
use crate::ids::{AuthorId, PostId, TagId};

macro_rules! lookup {
    ($(#[$doc:meta])* $name:ident, $id:ty, [$id_example:literal, $slug_example:literal]) => {
        $(#[$doc])*
        #[derive(OneofObject)]
        pub(super) enum $name {
            #[doc = concat!("By `id`.\nExample: `\"", $id_example, "\"`.")]
            Id(ID),
            #[doc = concat!("By slug.\nExample: `\"", $slug_example, "\"`.")]
            Slug(String),
        }

        impl $name {
            /// Reads what was given as `argument`.
            pub(super) fn into_domain(self, argument: &str) -> Result<By<$id>> {
                Ok(match self {
                    Self::Id(id) => By::Id(<$id>::decode(&format!("{argument}.id"), &id)?),
                    Self::Slug(slug) => By::Slug(slug),
                })
            }
        }
    };
}

lookup!(
    /// Names a post.
    ///
    /// Example: `{ slug: "hello-madrid" }`.
    PostBy,
    PostId,
    ["UAGdQwOPQHGyg9Tl9gcYKTo", "hello-madrid"]
);
lookup!(
    /// Names an author.
    ///
    /// Example: `{ slug: "ana-ruiz" }`.
    AuthorBy,
    AuthorId,
    ["QQGdQwOPQHtenH0h80aKzgE", "ana-ruiz"]
);
lookup!(
    /// Names a tag.
    ///
    /// Example: `{ slug: "travel" }`.
    TagBy,
    TagId,
    ["VAGdQwOPQHw-kdmotAJvHYU", "travel"]
);

/// Where a post is in its life.
///
/// Example: `PUBLISHED`.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
#[graphql(remote = "model::PostStatus")]
pub(super) enum PostStatus {
    /// Being written.
    Draft,
    /// Goes live at a time to come.
    Scheduled,
    /// Public, from `publishedAt` on.
    Published,
    /// Was public, and is kept.
    Archived,
    /// In the trash. Such posts are in no list that does not ask for them.
    Trashed,
}

/// Which posts a list holds: those that meet every condition given.
///
/// Example: `{ tag: { slug: "travel" }, publishedFrom: "2026-01-01T00:00:00Z" }`.
#[derive(InputObject, Default)]
pub(super) struct PostFilter {
    /// In one of these statuses. Posts that you may not see are never listed.
    /// Example: `[DRAFT, SCHEDULED]`.
    status: Option<Vec<PostStatus>>,
    /// By this author, perhaps among others.
    /// Example: `{ slug: "ana-ruiz" }`.
    author: Option<AuthorBy>,
    /// With this tag.
    /// Example: `{ slug: "travel" }`.
    tag: Option<TagBy>,
    /// Published at this time or later. A draft counts by its creation.
    /// Example: `"2026-01-01T00:00:00Z"`.
    published_from: Option<DateTime<Utc>>,
    /// Published before this time. A draft counts by its creation.
    /// Example: `"2027-01-01T00:00:00Z"`.
    published_until: Option<DateTime<Utc>>,
}

impl PostFilter {
    pub(super) fn into_domain(self) -> Result<order::PostFilter> {
        let statuses = |statuses: Vec<PostStatus>| statuses.into_iter().map(Into::into).collect();
        let author = self.author.map(|by| by.into_domain("filter.author"));
        let tag = self.tag.map(|by| by.into_domain("filter.tag"));
        let filter = order::PostFilter {
            status: self.status.map(statuses),
            author: author.transpose()?,
            tag: tag.transpose()?,
            published_from: self.published_from,
            published_until: self.published_until,
        };
        filter.check()?;
        Ok(filter)
    }
}

/// Which end of an order comes first.
///
/// Example: `DESC`.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
#[graphql(remote = "order::Direction")]
pub(super) enum OrderDirection {
    /// Oldest first, or from A to Z.
    #[graphql(name = "ASC")]
    Ascending,
    /// Newest first, or from Z to A.
    #[graphql(name = "DESC")]
    Descending,
}

/// What posts are ordered by.
///
/// Example: `PUBLISHED_AT`.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
#[graphql(remote = "order::PostOrderField")]
pub(super) enum PostOrderField {
    /// When they went live. Drafts stand where their creation puts them.
    PublishedAt,
    /// When they were made.
    CreatedAt,
    /// When they were last changed.
    UpdatedAt,
    /// Title, as dictionaries order words.
    Title,
}

/// An order of posts.
///
/// Example: `{ field: TITLE, direction: ASC }`.
#[derive(InputObject)]
pub(super) struct PostOrder {
    /// What by.
    /// Example: `TITLE`.
    field: PostOrderField,
    /// Which end first.
    /// Example: `ASC`.
    #[graphql(default_with = "OrderDirection::Descending")]
    direction: OrderDirection,
}

impl From<PostOrder> for order::PostOrder {
    fn from(order: PostOrder) -> Self {
        Self {
            field: order.field.into(),
            direction: order.direction.into(),
        }
    }
}

/// Which authors a list holds.
///
/// Example: `{ nameStartsWith: "an" }`.
#[derive(InputObject, Default)]
pub(super) struct AuthorFilter {
    /// Whose names begin so, whatever the case.
    /// Example: `"an"`.
    name_starts_with: Option<String>,
}

impl From<AuthorFilter> for order::AuthorFilter {
    fn from(filter: AuthorFilter) -> Self {
        Self {
            name_starts_with: filter.name_starts_with,
        }
    }
}

/// What authors are ordered by.
///
/// Example: `NAME`.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
#[graphql(remote = "order::AuthorOrderField")]
pub(super) enum AuthorOrderField {
    /// Name, as dictionaries order words.
    Name,
    /// When their profiles were made.
    CreatedAt,
}

/// An order of authors.
///
/// Example: `{ field: NAME, direction: DESC }`.
#[derive(InputObject)]
pub(super) struct AuthorOrder {
    /// What by.
    /// Example: `NAME`.
    field: AuthorOrderField,
    /// Which end first.
    /// Example: `DESC`.
    #[graphql(default_with = "OrderDirection::Ascending")]
    direction: OrderDirection,
}

impl From<AuthorOrder> for order::AuthorOrder {
    fn from(order: AuthorOrder) -> Self {
        Self {
            field: order.field.into(),
            direction: order.direction.into(),
        }
    }
}
