use async_graphql::{ID, InputObject, MaybeUndefined};

use super::post_inputs::emptied;
use crate::blog::AuthorFields;

/// An author to make.
///
/// Example: `{ name: "Ana Ruiz", slug: "ana-ruiz", bio: "Writes about cities." }`.
#[derive(InputObject)]
pub(super) struct CreateAuthorInput {
    /// 1 to 255 characters.
    /// Example: `"Ana Ruiz"`.
    name: String,
    /// What names them in addresses; made of the name where none is given.
    /// Example: `"ana-ruiz"`.
    slug: Option<String>,
    /// About them, in plain text of at most 64 KiB.
    /// Example: `"Writes about cities."`.
    bio: Option<String>,
    /// Where a picture of them is: an http or https address.
    /// Example: `"https://example.org/ana.jpg"`.
    avatar_url: Option<String>,
}

/// What to change of an author. What is left out stays.
///
/// Example: `{ id: "QQGdQwOPQHtenH0h80aKzgE", expectedVersion: 1, bio: "Writes about rivers." }`.
#[derive(InputObject)]
pub(super) struct UpdateAuthorInput {
    /// The `id` of the author.
    /// Example: `"QQGdQwOPQHtenH0h80aKzgE"`.
    pub(super) id: ID,
    /// The `version` that you have read.
    /// Example: `1`.
    pub(super) expected_version: i32,
    /// 1 to 255 characters.
    /// Example: `"Ana Ruiz"`.
    name: Option<String>,
    /// What names them in addresses.
    /// Example: `"ana-ruiz"`.
    slug: Option<String>,
    /// About them, in plain text of at most 64 KiB.
    /// Example: `"Writes about rivers."`.
    bio: Option<String>,
    /// Where a picture of them is: an http or https address; null takes it away.
    /// Example: `"https://example.org/ana.jpg"`.
    avatar_url: MaybeUndefined<String>,
}

/// Which author to remove.
///
/// Example: `{ id: "QQGdQwOPQHtenH0h80aKzgE" }`.
#[derive(InputObject)]
pub(super) struct DeleteAuthorInput {
    /// The `id` of an author without posts.
    /// Example: `"QQGdQwOPQHtenH0h80aKzgE"`.
    pub(super) id: ID,
}

/// A tag to make.
///
/// Example: `{ name: "Travel", slug: "travel" }`.
#[derive(InputObject)]
pub(super) struct CreateTagInput {
    /// 1 to 255 characters; unique, whatever the case.
    /// Example: `"Travel"`.
    pub(super) name: String,
    /// What names it in addresses; made of the name where none is given.
    /// Example: `"travel"`.
    pub(super) slug: Option<String>,
}

/// A tag's new name.
///
/// Example: `{ id: "VAGdQwOPQHw-kdmotAJvHYU", expectedVersion: 1, name: "Journeys" }`.
#[derive(InputObject)]
pub(super) struct RenameTagInput {
    /// The `id` of the tag.
    /// Example: `"VAGdQwOPQHw-kdmotAJvHYU"`.
    pub(super) id: ID,
    /// The `version` that you have read.
    /// Example: `1`.
    pub(super) expected_version: i32,
    /// 1 to 255 characters; unique, whatever the case.
    /// Example: `"Journeys"`.
    pub(super) name: String,
    /// What names it in addresses; stays where none is given.
    /// Example: `"journeys"`.
    pub(super) slug: Option<String>,
}

/// Tags that are to be one.
///
/// Example: `{ from: ["VAGdQwOPQHw-kdmotAJvHYU"], into: "VAGdQwOPQH1EobmcAuf1OG0" }`.
#[derive(InputObject)]
pub(super) struct MergeTagsInput {
    /// The `id`s of the tags that are no more afterwards, at most 100.
    /// Example: `["VAGdQwOPQHw-kdmotAJvHYU"]`.
    pub(super) from: Vec<ID>,
    /// The `id` of the tag that their posts have afterwards.
    /// Example: `"VAGdQwOPQH1EobmcAuf1OG0"`.
    pub(super) into: ID,
}

/// Which tag to remove.
///
/// Example: `{ id: "VAGdQwOPQHw-kdmotAJvHYU" }`.
#[derive(InputObject)]
pub(super) struct DeleteTagInput {
    /// The `id` of the tag. Its posts stay, without it.
    /// Example: `"VAGdQwOPQHw-kdmotAJvHYU"`.
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
