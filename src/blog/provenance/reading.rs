use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::blog::order::PostOrderField;

/// Something that answers are made from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// A post, with its links, or that there is none with this id.
    Post(Uuid),
    /// An author, or that there is none to be seen with this id.
    Author(Uuid),
    /// A tag, or that there is none to be seen with this id.
    Tag(Uuid),
    /// Which post a slug leads to.
    PostSlug(Box<str>),
    /// Which post a path leads to.
    PostPath(Box<str>),
    /// Which author has a slug.
    AuthorSlug(Box<str>),
    /// Which tag has a slug.
    TagSlug(Box<str>),
    /// Which posts there are, in an order.
    Posts(Scope, PostOrderField),
    /// How many posts there are.
    Count(Scope),
    /// Which posts a search finds, whatever it looks for.
    Search,
    /// Which authors there are, in whatever order.
    Authors,
    /// Which tags there are.
    Tags,
}

/// Which posts a list is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All.
    All,
    /// An author's.
    Author(Uuid),
    /// Those with a tag.
    Tag(Uuid),
}

/// A place in a list that is ordered by a time.
pub type Place = (DateTime<Utc>, Uuid);

/// What was read of a source.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reading {
    /// What was read.
    pub source: Source,
    /// Which part of it mattered; all of it if there are none.
    pub bounds: Option<Box<Bounds>>,
}

/// A part of a list: posts elsewhere in it, or that are not in all of its scopes, do not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// The earliest place that matters, and those after it; all if there is none.
    pub from: Option<Place>,
    /// The latest.
    pub to: Option<Place>,
    /// What else the posts have to belong to.
    pub also: Vec<Scope>,
}

impl From<Source> for Reading {
    fn from(source: Source) -> Self {
        Self {
            source,
            bounds: None,
        }
    }
}

impl Reading {
    /// A part of a list.
    #[must_use]
    pub fn part(source: Source, bounds: Bounds) -> Self {
        let bounds = (bounds != Bounds::default()).then(|| Box::new(bounds));
        Self { source, bounds }
    }

    /// About how many bytes of memory it takes.
    #[must_use]
    pub fn weight(&self) -> usize {
        let text = match &self.source {
            Source::PostSlug(text)
            | Source::PostPath(text)
            | Source::AuthorSlug(text)
            | Source::TagSlug(text) => text.len(),
            _ => 0,
        };
        let bounds = self.bounds.as_ref().map_or(0, |bounds| {
            size_of::<Bounds>() + bounds.also.len() * size_of::<Scope>()
        });
        size_of::<Self>() + text + bounds
    }
}

impl Bounds {
    /// Whether a post matters that belongs to `scopes` and stands at a place, if that is known.
    #[must_use]
    pub fn hold(&self, place: Option<Place>, scopes: &[Scope]) -> bool {
        let is_within = place.is_none_or(|place| {
            self.from.is_none_or(|from| from <= place) && self.to.is_none_or(|to| place <= to)
        });
        is_within && self.also.iter().all(|scope| scopes.contains(scope))
    }
}
