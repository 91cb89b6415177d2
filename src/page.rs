//! Pages of an ordered list by keyset: the request, the page, and positions between them.
//!
//! A position is the sort key and the id of a row, so a page costs the same wherever it lies, and
//! rows inserted meanwhile neither repeat nor hide others. [`cursor`](Position::to_cursor) texts
//! are opaque to clients; one made by hand names some other position of a list that its reader
//! may see anyway.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike, Utc};
use uuid::Uuid;

use crate::error::{Error, Result};

/// The largest page.
pub const MAX_PAGE_SIZE: u32 = 100;
/// The page of a request that names no size.
pub const DEFAULT_PAGE_SIZE: u32 = 20;

/// The value that a list is ordered by.
#[derive(Clone, Debug, PartialEq)]
pub enum SortKey {
    /// A time, in microseconds.
    Time(DateTime<Utc>),
    /// A title or a name.
    Text(String),
    /// How well an item matches what is searched for; compared bit for bit.
    Rank(f32),
}

/// A place in an ordered list: a row's sort key and, among equals, its id.
#[derive(Clone, Debug, PartialEq)]
pub struct Position {
    /// What the list is ordered by.
    pub key: SortKey,
    /// Decides between rows with equal keys.
    pub id: Uuid,
}

/// An order that a cursor belongs to: a cursor of one order means nothing in another.
///
/// The tag is part of the cursor; it must be unique within one list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderTag(pub u8);

impl Position {
    /// The text that clients hand back: base64url of the tag, the id and the key.
    #[must_use]
    pub fn to_cursor(&self, order: OrderTag) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes(order))
    }

    fn bytes(&self, order: OrderTag) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(40);
        bytes.push(order.0);
        bytes.extend_from_slice(self.id.as_bytes());
        match &self.key {
            SortKey::Time(time) => bytes.extend_from_slice(&time.timestamp_micros().to_be_bytes()),
            SortKey::Text(text) => bytes.extend_from_slice(text.as_bytes()),
            SortKey::Rank(rank) => bytes.extend_from_slice(&rank.to_be_bytes()),
        }
        bytes
    }

    /// The same for a list of what a search found, of which there is one for each search: the
    /// search's `mark` stands behind the key.
    #[must_use]
    pub fn to_search_cursor(&self, order: OrderTag, mark: [u8; 8]) -> String {
        let mut bytes = self.bytes(order);
        bytes.extend_from_slice(&mark);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor of a list of what the search of this `mark` found.
    #[must_use]
    pub fn rank_from_cursor(cursor: &str, order: OrderTag, mark: [u8; 8]) -> Option<Self> {
        let (id, key) = decode(cursor, order)?;
        let rank = f32::from_be_bytes(key.strip_suffix(&mark)?.try_into().ok()?);
        rank.is_finite().then_some(Self {
            key: SortKey::Rank(rank),
            id,
        })
    }

    /// Reads a cursor of a list that is ordered by a time.
    #[must_use]
    pub fn time_from_cursor(cursor: &str, order: OrderTag) -> Option<Self> {
        let (id, key) = decode(cursor, order)?;
        let micros = i64::from_be_bytes(key.try_into().ok()?);
        let time = DateTime::from_timestamp_micros(micros).filter(is_storable)?;
        let key = SortKey::Time(time);
        Some(Self { key, id })
    }

    /// Reads a cursor of a list that is ordered by a text.
    #[must_use]
    pub fn text_from_cursor(cursor: &str, order: OrderTag) -> Option<Self> {
        let (id, key) = decode(cursor, order)?;
        let text = String::from_utf8(key).ok()?;
        // PostgreSQL's text holds no NUL, so no cursor of ours does.
        (!text.contains('\0')).then_some(Self {
            key: SortKey::Text(text),
            id,
        })
    }
}

/// Whether PostgreSQL can hold a time (its calendar is smaller than ours) and ISO 8601 can write
/// it with four digits of the year.
#[must_use]
pub fn is_storable(time: &DateTime<Utc>) -> bool {
    (1..=9999).contains(&time.year())
}

fn decode(cursor: &str, order: OrderTag) -> Option<(Uuid, Vec<u8>)> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (&tag, rest) = bytes.split_first()?;
    let (id, key) = rest.split_at_checked(16)?;
    (tag == order.0).then_some((Uuid::from_slice(id).ok()?, key.to_vec()))
}

/// Which rows of an ordered list are wanted.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// How many rows, at most [`MAX_PAGE_SIZE`].
    pub size: u32,
    /// Count from the end of the range, not from its start.
    pub from_end: bool,
    /// Whether the page is to tell if more rows follow in its direction, for which one row more is read.
    pub tells_more: bool,
    /// Only rows after this position.
    pub after: Option<Position>,
    /// Only rows before this position.
    pub before: Option<Position>,
}

impl PageRequest {
    /// Checks the arguments of a Relay connection (GraphQL Cursor Connections Specification,
    /// section 4) and reads its cursors with `position`. The page tells whether more rows follow.
    pub fn from_arguments(
        first: Option<i32>,
        after: Option<&str>,
        last: Option<i32>,
        before: Option<&str>,
        position: impl Fn(&str) -> Option<Position>,
    ) -> Result<Self> {
        let (size, from_end) = match (first, last) {
            (Some(_), Some(_)) => {
                return Err(Error::invalid(
                    "last",
                    "give either `first` or `last`, not both",
                ));
            }
            (None, Some(last)) => (page_size("last", last)?, true),
            (Some(first), None) => (page_size("first", first)?, false),
            (None, None) => (DEFAULT_PAGE_SIZE, false),
        };
        let read = |argument: &str, cursor: Option<&str>| {
            cursor
                .map(|text| {
                    position(text).ok_or_else(|| {
                        Error::invalid(
                            argument,
                            "not a cursor of this list; use `pageInfo.endCursor` or an edge's `cursor`, with the same `orderBy` and `search`",
                        )
                    })
                })
                .transpose()
        };
        Ok(Self {
            size,
            from_end,
            tells_more: true,
            after: read("after", after)?,
            before: read("before", before)?,
        })
    }

    /// How many rows of the list have to be read.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.size + u32::from(self.tells_more)
    }
}

fn page_size(argument: &str, size: i32) -> Result<u32> {
    u32::try_from(size)
        .ok()
        .filter(|size| *size <= MAX_PAGE_SIZE)
        .ok_or_else(|| {
            Error::invalid(
                argument,
                format!("{size} is not within 0 and {MAX_PAGE_SIZE}"),
            )
        })
}

/// Some rows of an ordered list, in its order.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Rows follow the last of these, as far as that was [asked](PageRequest::tells_more).
    pub has_next: bool,
    /// Rows precede the first of these, as far as that was asked.
    pub has_previous: bool,
}

impl<T> Page<T> {
    /// A page of a list that has no rows.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            items: Vec::new(),
            has_next: false,
            has_previous: false,
        }
    }

    /// Makes the page from rows as they were read: in the direction of the request, and one or more too
    /// many if there are.
    #[must_use]
    pub fn from_rows(mut rows: Vec<T>, request: &PageRequest) -> Self {
        let size = request.size as usize;
        let more = rows.len() > size;
        rows.truncate(size);
        if request.from_end {
            rows.reverse();
        }
        // At the other end a cursor was a row of the list when it was handed out.
        let (has_next, has_previous) = if request.from_end {
            (request.before.is_some(), more)
        } else {
            (more, request.after.is_some())
        };
        Self {
            items: rows,
            has_next,
            has_previous,
        }
    }

    /// The same page of other things.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            has_next: self.has_next,
            has_previous: self.has_previous,
        }
    }
}
