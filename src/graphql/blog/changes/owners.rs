use async_graphql::{Context, Object, Result};

use super::ids::tag_ids;
use super::owner_inputs::{
    CreateAuthorInput, CreateTagInput, DeleteAuthorInput, DeleteTagInput, MergeTagsInput,
    RenameTagInput, UpdateAuthorInput,
};
use super::payloads::{
    CreateAuthorPayload, CreateTagPayload, DeleteAuthorPayload, DeleteTagPayload, MergeTagsPayload,
    RenameTagPayload, UpdateAuthorPayload,
};
use crate::graphql::blog::{Author, Tag};
use crate::graphql::context::ContextExt;
use crate::graphql::global_id::{GlobalId, TypedId};
use crate::graphql::siblings::Sibling;
use crate::ids::{AuthorId, TagId};

#[derive(Default)]
pub(in crate::graphql) struct OwnerMutation;

#[Object]
impl OwnerMutation {
    /// Makes an author. For editors.
    async fn create_author(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"The author. Example: `{ name: "Ana Ruiz" }`."#)]
        input: CreateAuthorInput,
    ) -> Result<CreateAuthorPayload> {
        let authors = &ctx.app().blog.authors;
        let created = ctx.change(authors.create(ctx.viewer(), input.into()));
        CreateAuthorPayload::of(created.await.map(Sibling::single).map(Author))
    }

    /// Changes an author: for editors, and for authors their own profile.
    async fn update_author(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"Whom, and what. Example: `{ id: "QQGdQwOPQHtenH0h80aKzgE", expectedVersion: 1, bio: "Writes about rivers." }`."#
        )]
        input: UpdateAuthorInput,
    ) -> Result<UpdateAuthorPayload> {
        let updated = ctx.change(async {
            let author = (AuthorId::decode("id", &input.id)?, input.expected_version);
            let authors = &ctx.app().blog.authors;
            authors.update(ctx.viewer(), author, input.into()).await
        });
        UpdateAuthorPayload::of(updated.await.map(Sibling::single).map(Author))
    }

    /// Removes an author without posts. For editors.
    async fn delete_author(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Whom. Example: `{ id: "QQGdQwOPQHtenH0h80aKzgE" }`."#)]
        input: DeleteAuthorInput,
    ) -> Result<DeleteAuthorPayload> {
        let deleted = ctx.change(async {
            let author = AuthorId::decode("id", &input.id)?;
            ctx.app().blog.authors.delete(ctx.viewer(), author).await
        });
        DeleteAuthorPayload::of(deleted.await.map(|it| GlobalId::Author(it.id).into()))
    }

    /// Makes a tag. For editors; whoever writes a post makes the tags that it names.
    async fn create_tag(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"The tag. Example: `{ name: "Travel" }`."#)] input: CreateTagInput,
    ) -> Result<CreateTagPayload> {
        let tags = &ctx.app().blog.tags;
        let created = ctx.change(tags.create(ctx.viewer(), &input.name, input.slug.as_deref()));
        CreateTagPayload::of(created.await.map(Sibling::single).map(Tag))
    }

    /// Renames a tag on all posts. For editors.
    async fn rename_tag(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"Which tag, and how. Example: `{ id: "VAGdQwOPQHw-kdmotAJvHYU", expectedVersion: 1, name: "Journeys" }`."#
        )]
        input: RenameTagInput,
    ) -> Result<RenameTagPayload> {
        let renamed = ctx.change(async {
            let tag = (TagId::decode("id", &input.id)?, input.expected_version);
            let (name, slug) = (&input.name, input.slug.as_deref());
            ctx.app()
                .blog
                .tags
                .rename(ctx.viewer(), tag, name, slug)
                .await
        });
        RenameTagPayload::of(renamed.await.map(Sibling::single).map(Tag))
    }

    /// Makes one tag of several: their posts have it in their place. For editors.
    async fn merge_tags(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"Which tags. Example: `{ from: ["VAGdQwOPQHw-kdmotAJvHYU"], into: "VAGdQwOPQH1EobmcAuf1OG0" }`."#
        )]
        input: MergeTagsInput,
    ) -> Result<MergeTagsPayload> {
        let merged = ctx.change(async {
            let (from, into) = (tag_ids(&input.from)?, TagId::decode("into", &input.into)?);
            ctx.app().blog.tags.merge(ctx.viewer(), &from, into).await
        });
        MergeTagsPayload::of(merged.await.map(Sibling::single).map(Tag))
    }

    /// Takes a tag off all posts, and away. For editors.
    async fn delete_tag(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Which tag. Example: `{ id: "VAGdQwOPQHw-kdmotAJvHYU" }`."#)]
        input: DeleteTagInput,
    ) -> Result<DeleteTagPayload> {
        let deleted = ctx.change(async {
            let tag = TagId::decode("id", &input.id)?;
            ctx.app().blog.tags.delete(ctx.viewer(), tag).await
        });
        DeleteTagPayload::of(deleted.await.map(|it| GlobalId::Tag(it.id).into()))
    }
}
