//! The blog's subscriptions: what was committed, at whichever replica, as far as the subscriber may
//! know of it at that time.

mod content_change;
mod source;

use async_graphql::{Context, ID, Subscription};
use futures_util::Stream;

use super::{Post, post_parts};
use crate::graphql::global_id::TypedId;
use crate::ids::PostId;
use content_change::{ContentChanges, PostChange};
use source::Source;

type Result<T> = async_graphql::Result<T>;

/// Changes as they happen.
#[derive(Default)]
pub(in crate::graphql) struct BlogSubscription;

#[Subscription]
impl BlogSubscription {
    /// Each post that becomes public, when it does: published by someone, or because its time has
    /// come.
    async fn post_published(
        &self,
        ctx: &Context<'_>,
    ) -> Result<impl Stream<Item = Result<Post>> + use<>> {
        let parts = post_parts(&ctx.look_ahead());
        let source = Source::open(ctx, None, parts).await?;
        Ok(source.published())
    }

    /// What happens to one post, as far as you may see it.
    async fn post_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"The `id` of the post. One that you may not see has no changes. Example: `"UAGdQwOPQHGyg9Tl9gcYKTo"`."#
        )]
        post: ID,
    ) -> Result<impl Stream<Item = Result<PostChange>> + use<>> {
        let parts = post_parts(&ctx.look_ahead().field("post"));
        let post = PostId::decode("post", &post)?;
        let source = Source::open(ctx, None, parts).await?;
        Ok(source.of_post(post))
    }

    /// Everything that happens to posts, authors and tags that you may see: what a site has to build
    /// anew. The first answer comes at once, with what has changed since the cursor.
    ///
    /// Keep the `cursor` of the last answer: with it you go on where you stopped, for 30 days and
    /// at whichever server.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"The `cursor` of the last answer that you have had. Without one, from now on. Example: `"9KuuPEWaIv8I1-6AzSvSSM2gzlCF-PT35YKw79iWLgjitKx5"`."#
        )]
        since: Option<String>,
    ) -> Result<impl Stream<Item = Result<ContentChanges>> + use<>> {
        let parts = post_parts(&ctx.look_ahead().field("changes").field("node"));
        let source = Source::open(ctx, since.as_deref(), parts).await?;
        Ok(source.all())
    }
}
