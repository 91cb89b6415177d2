use async_graphql::{Context, Object, Result};
use chrono::TimeDelta;

use super::payloads::{
    CreatePostPayload, CreatePreviewLinkPayload, DiscardDraftPayload, RestoreRevisionPayload,
    RevokePreviewLinkPayload, UpdatePostPayload, post,
};
use super::post_inputs::{
    CreatePostInput, CreatePreviewLinkInput, RestoreRevisionInput, RevokePreviewLinkInput,
    UpdatePostInput,
};
use super::transition_inputs::DiscardDraftInput;
use crate::graphql::blog::preview::PreviewLink;
use crate::graphql::context::ContextExt;
use crate::graphql::global_id::TypedId;
use crate::ids::{PostId, PreviewLinkId};

#[derive(Default)]
pub(in crate::graphql) struct PostMutation;

#[Object]
impl PostMutation {
    /// Makes a post: a draft, unless `publish` is set. For authors.
    async fn create_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"The post. Example: `{ title: "Hello, Madrid", content: "**Hola**" }`."#
        )]
        input: CreatePostInput,
    ) -> Result<CreatePostPayload> {
        let created = async {
            let (dates, note) = (input.dates(), input.note.clone());
            let editing = &ctx.app().blog.editing;
            let fields = input.into_domain();
            editing
                .create(ctx.viewer(), fields, note.as_deref(), dates)
                .await
        };
        let created = ctx.change(Box::pin(created)).await;
        CreatePostPayload::of(created.map(post))
    }

    /// Changes a post. Readers of a published one see the changes when it is published again; until
    /// then they are its working draft. What others have changed since `expectedVersion` is merged
    /// with your changes, field by field and the text line by line; where both have changed the same,
    /// nothing is changed, and each such field is told as a `Conflict`.
    async fn update_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"Which post, and what of it. Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo", expectedVersion: 1, title: "Hello, Bogotá" }`."#
        )]
        input: UpdatePostInput,
    ) -> Result<UpdatePostPayload> {
        let updated = async {
            let note = input.note.clone();
            let editing = &ctx.app().blog.editing;
            let (post, fields) = input.into_domain()?;
            editing
                .update(ctx.viewer(), post, fields, note.as_deref())
                .await
        };
        // All that it may have to read and compare makes it a large one.
        let updated = ctx.change(Box::pin(updated)).await;
        UpdatePostPayload::of(updated.map(post))
    }

    /// Drops a working draft: the next publication shows what readers see now. Its revisions stay.
    async fn discard_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Whose draft. Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo" }`."#)]
        input: DiscardDraftInput,
    ) -> Result<DiscardDraftPayload> {
        let discarded = ctx.change(async {
            let editing = &ctx.app().blog.editing;
            let id = PostId::decode("id", &input.id)?;
            editing
                .discard_draft(ctx.viewer(), (id, input.expected_version))
                .await
        });
        DiscardDraftPayload::of(discarded.await.map(post))
    }

    /// Makes a new revision that says what an old one said.
    async fn restore_revision(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"Which revision. Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo", number: 1 }`."#
        )]
        input: RestoreRevisionInput,
    ) -> Result<RestoreRevisionPayload> {
        let restored = async {
            let editing = &ctx.app().blog.editing;
            let id = PostId::decode("id", &input.id)?;
            let post = (id, input.expected_version);
            let note = input.note.as_deref();
            editing
                .restore_revision(ctx.viewer(), post, input.number, note)
                .await
        };
        let restored = ctx.change(Box::pin(restored)).await;
        RestoreRevisionPayload::of(restored.map(post))
    }

    /// Makes a link by which others may see a post as it is being worked on, and nothing else. Who
    /// has its token gives it to `preview`.
    async fn create_preview_link(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"Which post, and for how long. Example: `{ post: "UAGdQwOPQHGyg9Tl9gcYKTo" }`."#
        )]
        input: CreatePreviewLinkInput,
    ) -> Result<CreatePreviewLinkPayload> {
        let created = ctx.change(async {
            let previews = &ctx.app().blog.previews;
            let id = PostId::decode("post", &input.post)?;
            let lifetime = TimeDelta::seconds(input.expires_in.into());
            previews.create(ctx.viewer(), id, lifetime).await
        });
        CreatePreviewLinkPayload::of(created.await)
    }

    /// Ends a preview link, from the next request on.
    async fn revoke_preview_link(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Which link. Example: `{ id: "VgGdQwOPQH9rg-XQqUxyiL4" }`."#)]
        input: RevokePreviewLinkInput,
    ) -> Result<RevokePreviewLinkPayload> {
        let revoked = ctx.change(async {
            let previews = &ctx.app().blog.previews;
            let id = PreviewLinkId::decode("id", &input.id)?;
            previews.revoke(ctx.viewer(), id).await
        });
        RevokePreviewLinkPayload::of(revoked.await.map(PreviewLink))
    }
}
