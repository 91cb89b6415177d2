//! What lists may be ordered by and filtered with, and the cursors that belong to each order.

use chrono::{DateTime, Utc};

use super::model::{Author, By, Post, PostColumns, PostStatus, Tag};
use crate::error::{Error, Result};
use crate::ids::{AuthorId, TagId};
use crate::page::{OrderTag, Position, SortKey, is_storable};

/// Which end of an order comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest, oldest or first of the alphabet.
    Ascending,
    /// Largest, newest or last of the alphabet.
    Descending,
}

/// What a list of posts is ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PostOrderField {
    /// [`Post::listed_at`].
    PublishedAt,
    /// [`Post::created_at`].
    CreatedAt,
    /// [`Post::updated_at`].
    UpdatedAt,
    /// [`Post::title`].
    Title,
}

impl PostOrderField {
    /// What has to be read of a post to tell its place in the order.
    #[must_use]
    pub fn column(self) -> PostColumns {
        match self {
            // Which is always read.
            Self::PublishedAt => PostColumns::empty(),
            Self::CreatedAt => PostColumns::CREATED_AT,
            Self::UpdatedAt => PostColumns::UPDATED_AT,
            Self::Title => PostColumns::TITLE,
        }
    }
}

/// An order of posts; posts that are equal in it are ordered by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PostOrder {
    /// What by.
    pub field: PostOrderField,
    /// Which end first.
    pub direction: Direction,
}

impl Default for PostOrder {
    /// Newest first.
    fn default() -> Self {
        Self {
            field: PostOrderField::PublishedAt,
            direction: Direction::Descending,
        }
    }
}

impl PostOrder {
    fn tag(self) -> OrderTag {
        OrderTag(match self.field {
            PostOrderField::PublishedAt => b'p',
            PostOrderField::CreatedAt => b'c',
            PostOrderField::UpdatedAt => b'u',
            PostOrderField::Title => b't',
        })
    }

    /// The cursor of a post in this order.
    #[must_use]
    pub fn cursor(self, post: &Post) -> String {
        let key = match self.field {
            PostOrderField::PublishedAt => SortKey::Time(post.listed_at),
            PostOrderField::CreatedAt => SortKey::Time(post.created_at),
            PostOrderField::UpdatedAt => SortKey::Time(post.updated_at),
            PostOrderField::Title => SortKey::Text(post.title.clone()),
        };
        let id = post.id.0;
        Position { key, id }.to_cursor(self.tag())
    }

    /// Reads a cursor of this order.
    #[must_use]
    pub fn position(self, cursor: &str) -> Option<Position> {
        match self.field {
            PostOrderField::Title => Position::text_from_cursor(cursor, self.tag()),
            _ => Position::time_from_cursor(cursor, self.tag()),
        }
    }
}

/// Which posts of a list are wanted. Every condition that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct PostFilter {
    /// In one of these statuses.
    pub status: Option<Vec<PostStatus>>,
    /// By this author, among others perhaps.
    pub author: Option<By<AuthorId>>,
    /// With this tag.
    pub tag: Option<By<TagId>>,
    /// Listed at this time or later.
    pub published_from: Option<DateTime<Utc>>,
    /// Listed before this time.
    pub published_until: Option<DateTime<Utc>>,
}

impl PostFilter {
    /// Refuses dates that no post can have, and a range that ends before it begins.
    pub fn check(&self) -> Result<()> {
        let bounds = [
            ("filter.publishedFrom", self.published_from),
            ("filter.publishedUntil", self.published_until),
        ];
        for (argument, bound) in bounds {
            if bound.is_some_and(|time| !is_storable(&time)) {
                return Err(Error::invalid(argument, "not within the years 1 and 9999"));
            }
        }
        match (self.published_from, self.published_until) {
            (Some(from), Some(until)) if until <= from => Err(Error::invalid(
                "filter.publishedUntil",
                "not after `publishedFrom`, so no date lies between them",
            )),
            _ => Ok(()),
        }
    }
}

/// What a list of authors is ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuthorOrderField {
    /// [`Author::name`].
    Name,
    /// [`Author::created_at`].
    CreatedAt,
}

/// An order of authors; authors that are equal in it are ordered by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AuthorOrder {
    /// What by.
    pub field: AuthorOrderField,
    /// Which end first.
    pub direction: Direction,
}

impl Default for AuthorOrder {
    /// By name, from A.
    fn default() -> Self {
        Self {
            field: AuthorOrderField::Name,
            direction: Direction::Ascending,
        }
    }
}

impl AuthorOrder {
    fn tag(self) -> OrderTag {
        OrderTag(match self.field {
            AuthorOrderField::Name => b'n',
            AuthorOrderField::CreatedAt => b'c',
        })
    }

    /// The cursor of an author in this order.
    #[must_use]
    pub fn cursor(self, author: &Author) -> String {
        let key = match self.field {
            AuthorOrderField::Name => SortKey::Text(author.name.clone()),
            AuthorOrderField::CreatedAt => SortKey::Time(author.created_at),
        };
        let id = author.id.0;
        Position { key, id }.to_cursor(self.tag())
    }

    /// Reads a cursor of this order.
    #[must_use]
    pub fn position(self, cursor: &str) -> Option<Position> {
        match self.field {
            AuthorOrderField::Name => Position::text_from_cursor(cursor, self.tag()),
            AuthorOrderField::CreatedAt => Position::time_from_cursor(cursor, self.tag()),
        }
    }
}

/// Which authors of a list are wanted.
#[derive(Clone, Debug, Default)]
pub struct AuthorFilter {
    /// Whose names begin so, without regard to case.
    pub name_starts_with: Option<String>,
}

const TAG_ORDER: OrderTag = OrderTag(b'n');

/// The cursor of a tag: tags are listed by name.
#[must_use]
pub fn tag_cursor(tag: &Tag) -> String {
    let key = SortKey::Text(tag.name.clone());
    let id = tag.id.0;
    Position { key, id }.to_cursor(TAG_ORDER)
}

/// Reads a cursor of a list of tags.
#[must_use]
pub fn tag_position(cursor: &str) -> Option<Position> {
    Position::text_from_cursor(cursor, TAG_ORDER)
}
