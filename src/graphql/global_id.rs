//! Opaque ids: base64url of one letter for the kind of thing and the 16 bytes of its UUID.

use async_graphql::ID;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ids::{AuthorId, PostId, TagId};

/// The id of anything that `node` can find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GlobalId {
    Post(PostId),
    Author(AuthorId),
    Tag(TagId),
}

impl GlobalId {
    /// Reads the id that was given as `argument`.
    pub(super) fn decode(argument: &str, id: &ID) -> Result<Self> {
        Self::from_text(id).ok_or_else(|| {
            Error::invalid(
                argument,
                "not an id of this server; use the `id` field of an object",
            )
        })
    }

    fn from_text(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (kind, uuid) = bytes.split_first()?;
        let uuid = Uuid::from_slice(uuid).ok()?;
        match kind {
            b'P' => Some(Self::Post(PostId(uuid))),
            b'A' => Some(Self::Author(AuthorId(uuid))),
            b'T' => Some(Self::Tag(TagId(uuid))),
            _ => None,
        }
    }
}

impl From<GlobalId> for ID {
    fn from(id: GlobalId) -> Self {
        let (kind, uuid) = match id {
            GlobalId::Post(id) => (b'P', id.0),
            GlobalId::Author(id) => (b'A', id.0),
            GlobalId::Tag(id) => (b'T', id.0),
        };
        let mut bytes = [kind; 17];
        bytes[1..].copy_from_slice(uuid.as_bytes());
        ID(URL_SAFE_NO_PAD.encode(bytes))
    }
}

/// An id that one kind of thing has.
pub(super) trait TypedId: Sized {
    /// The name of its GraphQL type.
    const TYPE: &'static str;
    fn from_global(id: GlobalId) -> Option<Self>;

    /// Reads the id that was given as `argument`, and refuses ids of other kinds of things.
    fn decode(argument: &str, id: &ID) -> Result<Self> {
        Self::from_global(GlobalId::decode(argument, id)?).ok_or_else(|| {
            Error::invalid(
                argument,
                format!("the id of something else than of {}", Self::TYPE),
            )
        })
    }
}

macro_rules! typed_id {
    ($id:ty, $kind:ident, $name:literal) => {
        impl TypedId for $id {
            const TYPE: &'static str = $name;
            fn from_global(id: GlobalId) -> Option<Self> {
                match id {
                    GlobalId::$kind(id) => Some(id),
                    _ => None,
                }
            }
        }
    };
}

typed_id!(PostId, Post, "a post");
typed_id!(AuthorId, Author, "an author");
typed_id!(TagId, Tag, "a tag");
