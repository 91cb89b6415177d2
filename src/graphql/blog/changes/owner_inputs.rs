use async_graphql::{ID, InputObject, MaybeUndefined};

use super::post_inputs::emptied;
use crate::blog::AuthorFields;

/// An author to make.
#[derive(InputObject)]
pub(super) struct CreateAuthorInput {
    /// 1 to 255 characters.
    name: String,
    /// What names them in addresses; made of the name where none is given.
    slug: Option<String>,
    /// About them, in plain text of at most 64 KiB.
    bio: Option<String>,
    /// Where a picture of them is: an http or https address.
    avatar_url: Option<String>,
}

/// What to change of an author. What is left out stays.
#[derive(InputObject)]
pub(super) struct UpdateAuthorInput {
    /// The `id` of the author.
    pub(super) id: ID,
    /// The `version` that you have read.
    pub(super) expected_version: i32,
    /// 1 to 255 characters.
    name: Option<String>,
    /// What names them in addresses.
    slug: Option<String>,
    /// About them, in plain text of at most 64 KiB.
    bio: Option<String>,
    /// Where a picture of them is: an http or https address; null takes it away.
    avatar_url: MaybeUndefined<String>,
}

/// Which author to remove.
#[derive(InputObject)]
pub(super) struct DeleteAuthorInput {
    /// The `id` of an author without posts.
    pub(super) id: ID,
}

/// A tag to make.
#[derive(InputObject)]
pub(super) struct CreateTagInput {
    /// 1 to 255 characters; unique, whatever the case.
    pub(super) name: String,
    /// What names it in addresses; made of the name where none is given.
    pub(super) slug: Option<String>,
}

/// A tag's new name.
#[derive(InputObject)]
pub(super) struct RenameTagInput {
    /// The `id` of the tag.
    pub(super) id: ID,
    /// The `version` that you have read.
    pub(super) expected_version: i32,
    /// 1 to 255 characters; unique, whatever the case.
    pub(super) name: String,
    /// What names it in addresses; stays where none is given.
    pub(super) slug: Option<String>,
}

/// Tags that are to be one.
#[derive(InputObject)]
pub(super) struct MergeTagsInput {
    /// The `id`s of the tags that are no more afterwards, at most 100.
    pub(super) from: Vec<ID>,
    /// The `id` of the tag that their posts have afterwards.
    pub(super) into: ID,
}

/// Which tag to remove.
#[derive(InputObject)]
pub(super) struct DeleteTagInput {
    /// The `id` of the tag. Its posts stay, without it.
    pub(super) id: ID,
}

impl From<CreateAuthorInput> for AuthorFields {
    fn from(input: CreateAuthorInput) -> Self {
        Self {
            name: Some(input.name),
            slug: input.slug,
            bio: input.bio,
            avatar_url: input.avatar_url,
        }
    }
}

impl From<UpdateAuthorInput> for AuthorFields {
    fn from(input: UpdateAuthorInput) -> Self {
        Self {
            name: input.name,
            slug: input.slug,
            bio: input.bio,
            avatar_url: emptied(input.avatar_url),
        }
    }
}
