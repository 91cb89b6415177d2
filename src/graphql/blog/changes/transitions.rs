use async_graphql::{Context, ID, Object, Result};

use super::ids::post_ids;
use super::payloads::{
    ArchivePostPayload, ArchivePostsPayload, PublishPostPayload, PublishPostsPayload,
    PurgePostPayload, PurgePostsPayload, RestorePostPayload, RestorePostsPayload,
    SchedulePostPayload, SchedulePostsPayload, TrashPostPayload, TrashPostsPayload,
    UnpublishPostPayload, UnpublishPostsPayload, post, posts,
};
use super::transition_inputs::{
    ArchivePostInput, ArchivePostsInput, PublishPostInput, PublishPostsInput, PurgePostInput,
    PurgePostsInput, RestorePostInput, RestorePostsInput, SchedulePostInput, SchedulePostsInput,
    TrashPostInput, TrashPostsInput, UnpublishPostInput, UnpublishPostsInput,
};
use crate::blog::{Command, Dates, model};
use crate::error;
use crate::graphql::context::ContextExt;
use crate::graphql::global_id::{GlobalId, TypedId};
use crate::ids::PostId;

#[derive(Default)]
pub(in crate::graphql) struct TransitionMutation;

#[Object]
impl TransitionMutation {
    /// Makes the newest text of a post public, now. If it is public already, its working draft takes the
    /// place of what readers see.
    async fn publish_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Which post, and when. Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo" }`."#)]
        input: PublishPostInput,
    ) -> Result<PublishPostPayload> {
        let command = Command::Publish(input.dates());
        let done = move_one(ctx, &input.id, input.expected_version, command);
        PublishPostPayload::of(done.await.map(post))
    }

    /// Has a post made public at a time to come, within two seconds of it. If the server is down then, it
    /// is made public when that starts.
    async fn schedule_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"Which post, and when. Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo", at: "2030-01-01T08:00:00Z" }`."#
        )]
        input: SchedulePostInput,
    ) -> Result<SchedulePostPayload> {
        let command = Command::Schedule(input.dates());
        let done = move_one(ctx, &input.id, input.expected_version, command);
        SchedulePostPayload::of(done.await.map(post))
    }

    /// Makes a post a draft again, at once. Its working draft stays beside it.
    async fn unpublish_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Which post. Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo" }`."#)]
        input: UnpublishPostInput,
    ) -> Result<UnpublishPostPayload> {
        let command = Command::Unpublish;
        let done = move_one(ctx, &input.id, input.expected_version, command);
        UnpublishPostPayload::of(done.await.map(post))
    }

    /// Takes a published post away from the public, and keeps it.
    async fn archive_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Which post. Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo" }`."#)]
        input: ArchivePostInput,
    ) -> Result<ArchivePostPayload> {
        let command = Command::Archive;
        let done = move_one(ctx, &input.id, input.expected_version, command);
        ArchivePostPayload::of(done.await.map(post))
    }

    /// Throws a post away, so that it can be had back. Its slug and its path are free for others.
    async fn trash_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Which post. Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo" }`."#)]
        input: TrashPostInput,
    ) -> Result<TrashPostPayload> {
        let command = Command::Trash;
        let done = move_one(ctx, &input.id, input.expected_version, command);
        TrashPostPayload::of(done.await.map(post))
    }

    /// Has a post back from the trash, as a draft. If another post has taken its slug, it gets a number.
    async fn restore_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Which post. Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo" }`."#)]
        input: RestorePostInput,
    ) -> Result<RestorePostPayload> {
        let command = Command::Restore;
        let done = move_one(ctx, &input.id, input.expected_version, command);
        RestorePostPayload::of(done.await.map(post))
    }

    /// Removes a post in the trash for good, with its revisions. For editors.
    async fn purge_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Which post. Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo" }`."#)]
        input: PurgePostInput,
    ) -> Result<PurgePostPayload> {
        let command = Command::Purge;
        let done = move_one(ctx, &input.id, input.expected_version, command);
        PurgePostPayload::of(done.await.map(|it| GlobalId::Post(it.id).into()))
    }

    /// Publishes posts as `publishPost` does: all of them, or none.
    async fn publish_posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Which posts. Example: `{ ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"] }`."#)] input: PublishPostsInput,
    ) -> Result<PublishPostsPayload> {
        let done = move_all(ctx, &input.ids, Command::Publish(Dates::default()));
        PublishPostsPayload::of(done.await.map(posts))
    }

    /// Schedules posts as `schedulePost` does: all of them, or none.
    async fn schedule_posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"Which posts, and when. Example: `{ ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"], at: "2030-01-01T08:00:00Z" }`."#
        )]
        input: SchedulePostsInput,
    ) -> Result<SchedulePostsPayload> {
        let dates = Dates {
            published_at: Some(input.at),
            unpublish_at: None,
        };
        let done = move_all(ctx, &input.ids, Command::Schedule(dates));
        SchedulePostsPayload::of(done.await.map(posts))
    }

    /// Makes posts drafts again as `unpublishPost` does: all of them, or none.
    async fn unpublish_posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Which posts. Example: `{ ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"] }`."#)] input: UnpublishPostsInput,
    ) -> Result<UnpublishPostsPayload> {
        let done = move_all(ctx, &input.ids, Command::Unpublish);
        UnpublishPostsPayload::of(done.await.map(posts))
    }

    /// Archives posts as `archivePost` does: all of them, or none.
    async fn archive_posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Which posts. Example: `{ ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"] }`."#)] input: ArchivePostsInput,
    ) -> Result<ArchivePostsPayload> {
        let done = move_all(ctx, &input.ids, Command::Archive);
        ArchivePostsPayload::of(done.await.map(posts))
    }

    /// Throws posts away as `trashPost` does: all of them, or none.
    async fn trash_posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Which posts. Example: `{ ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"] }`."#)] input: TrashPostsInput,
    ) -> Result<TrashPostsPayload> {
        let done = move_all(ctx, &input.ids, Command::Trash);
        TrashPostsPayload::of(done.await.map(posts))
    }

    /// Has posts back from the trash as `restorePost` does: all of them, or none.
    async fn restore_posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Which posts. Example: `{ ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"] }`."#)] input: RestorePostsInput,
    ) -> Result<RestorePostsPayload> {
        let done = move_all(ctx, &input.ids, Command::Restore);
        RestorePostsPayload::of(done.await.map(posts))
    }

    /// Removes posts in the trash for good as `purgePost` does: all of them, or none. For editors.
    async fn purge_posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Which posts. Example: `{ ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"] }`."#)] input: PurgePostsInput,
    ) -> Result<PurgePostsPayload> {
        let done = move_all(ctx, &input.ids, Command::Purge);
        let ids = done.await.map(|posts| {
            let ids = posts.iter().map(|it| GlobalId::Post(it.id).into());
            ids.collect()
        });
        PurgePostsPayload::of(ids)
    }
}

async fn move_one(
    ctx: &Context<'_>,
    id: &ID,
    expected_version: Option<i32>,
    command: Command,
) -> error::Result<model::Post> {
    let moving = async {
        let post = (PostId::decode("id", id)?, expected_version);
        let editing = &ctx.app().blog.editing;
        editing.transition(ctx.viewer(), post, command).await
    };
    ctx.change(moving).await
}

async fn move_all(
    ctx: &Context<'_>,
    ids: &[ID],
    command: Command,
) -> error::Result<Vec<model::Post>> {
    let moving = async {
        let posts = post_ids(ids)?;
        let editing = &ctx.app().blog.editing;
        editing.transition_all(ctx.viewer(), &posts, command).await
    };
    ctx.change(moving).await
}
