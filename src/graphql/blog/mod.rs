//! The blog in GraphQL: mirrors `crate::blog`.

mod author;
mod changes;
mod inputs;
mod lists;
mod of_posts;
mod post;
mod post_parts;
mod preview;
mod revisions;
mod route;
mod search;
mod structured_data;
mod subscriptions;
mod tag;

use async_graphql::{Context, Object};

pub(super) use author::Author;
pub(super) use changes::BlogMutation;
pub(super) use post::Post;
pub(super) use post_parts::post_parts;
pub(super) use subscriptions::BlogSubscription;
pub(super) use tag::Tag;

use super::connection::PageArguments;
use super::context::ContextExt;
use super::in_order::InOrder;
use super::siblings::Sibling;
use inputs::{AuthorBy, AuthorFilter, AuthorOrder, PostBy, PostFilter, PostOrder, TagBy};
use lists::{AuthorConnection, PostConnection, TagConnection};
use revisions::PostRevision;
use route::Route;

#[derive(Default)]
pub(super) struct BlogQuery;

type Result<T> = async_graphql::Result<T>;

#[Object]
impl BlogQuery {
    /// A post by its id or its slug; null if there is none that you may see. A slug that the post
    /// had before finds it too.
    async fn post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Which post. Example: `{ slug: "hello-madrid" }`."#)] by: PostBy,
    ) -> Result<Option<Post>> {
        let parts = post_parts(&ctx.look_ahead());
        let by = by.into_domain("by")?;
        let post = ctx.app().blog.posts.find(ctx.viewer(), &by, parts).await?;
        Ok(post.map(Sibling::single).map(Post))
    }

    /// Posts that you may see, newest first unless `orderBy` says otherwise; with `search`, those
    /// that match, the best first.
    #[expect(
        clippy::too_many_arguments,
        reason = "the arguments of a Relay connection"
    )]
    async fn posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start of the list, at most 100; 20 if neither `first` nor `last` is given. Example: `10`."
        )]
        first: Option<i32>,
        #[graphql(
            desc = r#"Only what follows this cursor. Example: `"cAGdQwOPQHGyg9Tl9gcYKToABk5NxeeSAA"`."#
        )]
        after: Option<String>,
        #[graphql(desc = "How many from the end of the list, at most 100. Example: `10`.")]
        last: Option<i32>,
        #[graphql(
            desc = r#"Only what precedes this cursor. Example: `"cAGdQwOPQHGyg9Tl9gcYKToABk5NxeeSAA"`."#
        )]
        before: Option<String>,
        #[graphql(desc = r#"Which posts. Example: `{ tag: { slug: "travel" } }`."#)] filter: Option<
            PostFilter,
        >,
        #[graphql(
            desc = "In which order; not together with `search`. Example: `{ field: TITLE, direction: ASC }`."
        )]
        order_by: Option<PostOrder>,
        #[graphql(
            desc = r#"Only posts with all of these words, at most 256 characters. `"two words"` stand together, `-word` is not there, `this or that` is either, and `begin*` is any word with that beginning, of two letters or more. Each post is searched in the language of its `locale`, without regard to case and accents, so that `canciones` finds `Canción`; what is left out there, such as `the`, is not looked for, and nothing is found by that alone. Posts with the words in their titles come first, then those with them in their excerpts, in their headings, and anywhere in their texts; among equals the newest. Example: `"madrid -train"`."#
        )]
        search: Option<String>,
    ) -> Result<PostConnection> {
        let page = PageArguments::new(first, after, last, before);
        match search {
            Some(text) => search::posts(ctx, &page, filter, order_by.is_some(), &text).await,
            None => lists::posts(ctx, &page, filter, order_by).await,
        }
    }

    /// An author by id or slug; null if there is none that you may see: one with a post that you
    /// may see.
    async fn author(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Which author. Example: `{ slug: "ana-ruiz" }`."#)] by: AuthorBy,
    ) -> Result<Option<Author>> {
        let by = by.into_domain("by")?;
        let author = ctx.app().blog.authors.find(ctx.viewer(), &by).await?;
        Ok(author.map(Sibling::single).map(Author))
    }

    /// Authors with a post that you may see, by name unless `orderBy` says otherwise.
    #[expect(
        clippy::too_many_arguments,
        reason = "the arguments of a Relay connection"
    )]
    async fn authors(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start of the list, at most 100; 20 if neither `first` nor `last` is given. Example: `10`."
        )]
        first: Option<i32>,
        #[graphql(
            desc = r#"Only what follows this cursor. Example: `"bgGdQwOPQHtenH0h80aKzgFBbmEgUnVpeg"`."#
        )]
        after: Option<String>,
        #[graphql(desc = "How many from the end of the list, at most 100. Example: `10`.")]
        last: Option<i32>,
        #[graphql(
            desc = r#"Only what precedes this cursor. Example: `"bgGdQwOPQHtenH0h80aKzgFBbmEgUnVpeg"`."#
        )]
        before: Option<String>,
        #[graphql(desc = r#"Which authors. Example: `{ nameStartsWith: "an" }`."#)] filter: Option<
            AuthorFilter,
        >,
        #[graphql(desc = "In which order. Example: `{ field: CREATED_AT, direction: DESC }`.")]
        order_by: Option<AuthorOrder>,
    ) -> Result<AuthorConnection> {
        let page = PageArguments::new(first, after, last, before);
        lists::authors(ctx, &page, filter, order_by).await
    }

    /// A tag by id or slug; null if there is none that you may see: one on a post that you may see.
    async fn tag(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Which tag. Example: `{ slug: "travel" }`."#)] by: TagBy,
    ) -> Result<Option<Tag>> {
        let by = by.into_domain("by")?;
        let tag = ctx.app().blog.tags.find(ctx.viewer(), &by).await?;
        Ok(tag.map(Sibling::single).map(Tag))
    }

    /// Tags on posts that you may see, by name.
    async fn tags(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start of the list, at most 100; 20 if neither `first` nor `last` is given. Example: `10`."
        )]
        first: Option<i32>,
        #[graphql(
            desc = r#"Only what follows this cursor. Example: `"bgGdQwOPQHw-kdmotAJvHYVUcmF2ZWw"`."#
        )]
        after: Option<String>,
        #[graphql(desc = "How many from the end of the list, at most 100. Example: `10`.")]
        last: Option<i32>,
        #[graphql(
            desc = r#"Only what precedes this cursor. Example: `"bgGdQwOPQHw-kdmotAJvHYVUcmF2ZWw"`."#
        )]
        before: Option<String>,
    ) -> Result<TagConnection> {
        let page = PageArguments::new(first, after, last, before);
        lists::tags(ctx, &page).await
    }

    /// What lives at a path of the site: a post, or a redirect to where it has moved; null if
    /// there is nothing that you may see.
    async fn route(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"The path as a browser shows it, for example `/2026/03/31/hello`. A slash at its end makes no difference. Example: `"/2026/hello-madrid"`."#
        )]
        path: String,
    ) -> Result<Option<InOrder<Route>>> {
        let parts = post_parts(&ctx.look_ahead());
        let route = ctx
            .app()
            .blog
            .routes
            .find(ctx.viewer(), &path, parts)
            .await?;
        Ok(route.map(Route::from).map(InOrder))
    }

    /// The newest text of the one post that a preview link leads to, whoever asks; null if the link is
    /// over or was revoked.
    async fn preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"The token that `createPreviewLink` gave. Example: `"imv_…"`."#)] token: String,
    ) -> Result<Option<PostRevision>> {
        let previews = &ctx.app().blog.previews;
        let found = previews.find(ctx.viewer(), &token.into()).await?;
        Ok(found.map(Sibling::single).map(PostRevision))
    }
}
