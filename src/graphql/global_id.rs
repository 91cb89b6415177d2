//! Opaque ids: base64url of one letter for the kind of thing and the 16 bytes of its UUID.

use async_graphql::ID;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ids::{ApiKeyId, AuthorId, PostId, PreviewLinkId, TagId, UserId};

/// The id of anything that `node` can find, and of preview links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GlobalId {
    Post(PostId),
    Author(AuthorId),
    Tag(TagId),
    User(UserId),
    ApiKey(ApiKeyId),
    PreviewLink(PreviewLinkId),
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

    /// The id of a thing of this kind, in the words of the audit log.
    pub(super) fn of_kind(kind: &str, id: Uuid) -> Option<Self> {
        match kind {
            "post" => Some(Self::Post(PostId(id))),
            "author" => Some(Self::Author(AuthorId(id))),
            "tag" => Some(Self::Tag(TagId(id))),
            "user" => Some(Self::User(UserId(id))),
            "api-key" => Some(Self::ApiKey(ApiKeyId(id))),
            _ => None,
        }
    }

    /// The id alone, whatever it is of.
    pub(super) fn uuid(self) -> Uuid {
        match self {
            Self::Post(PostId(id))
            | Self::Author(AuthorId(id))
            | Self::Tag(TagId(id))
            | Self::User(UserId(id))
            | Self::ApiKey(ApiKeyId(id))
            | Self::PreviewLink(PreviewLinkId(id)) => id,
        }
    }

    fn from_text(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (kind, uuid) = bytes.split_first()?;
        let uuid = Uuid::from_slice(uuid).ok()?;
        match kind {
            b'P' => Some(Self::Post(PostId(uuid))),
            b'A' => Some(Self::Author(AuthorId(uuid))),
            b'T' => Some(Self::Tag(TagId(uuid))),
            b'U' => Some(Self::User(UserId(uuid))),
            b'K' => Some(Self::ApiKey(ApiKeyId(uuid))),
            b'V' => Some(Self::PreviewLink(PreviewLinkId(uuid))),
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
            GlobalId::User(id) => (b'U', id.0),
            GlobalId::ApiKey(id) => (b'K', id.0),
            GlobalId::PreviewLink(id) => (b'V', id.0),
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
    /// The id of nothing: in the place of one that could not be read.
    const NONE: Self;
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
            const NONE: Self = Self(uuid::Uuid::nil());
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
typed_id!(UserId, User, "a user");
typed_id!(ApiKeyId, ApiKey, "an API key");
typed_id!(PreviewLinkId, PreviewLink, "a preview link");
