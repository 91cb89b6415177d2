#![expect(
    clippy::unused_async,
    reason = "resolvers are async, whether they wait or not"
)]

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};

use super::inputs::PostStatus;
use super::of_posts::{OfPost, OfPosts};
use super::preview::PreviewLink;
use super::revisions::{self, PostRevision, PostRevisionConnection};
use super::{Author, Tag, structured_data};
use crate::blog::{markdown, model};
use crate::error::{Error, Result};
use crate::graphql::connection::PageArguments;
use crate::graphql::context::ContextExt;
use crate::graphql::global_id::GlobalId;
use crate::graphql::list::List;
use crate::graphql::siblings::{Keyed, Load, Sibling, Siblings};
use crate::ids::PostId;

/// A post in GraphQL.
#[derive(Clone)]
pub(in crate::graphql) struct Post(pub(in crate::graphql) Sibling<model::Post>);

impl Keyed for model::Post {
    type Id = PostId;

    fn id(&self) -> PostId {
        self.id
    }

    fn hand_over<'a>(posts: impl Iterator<Item = &'a mut Self>, siblings: &Siblings<PostId>) {
        let (mut authors, mut tags) = (Vec::new(), Vec::new());
        for post in posts {
            authors.extend(post.authors.take().map(|it| (post.id, it)));
            tags.extend(post.tags.take().map(|it| (post.id, it)));
        }
        if !authors.is_empty() {
            siblings.store(AUTHORS, OfPosts::joining(authors, Author));
        }
        if !tags.is_empty() {
            siblings.store(TAGS, OfPosts::joining(tags, Tag));
        }
    }
}

impl Post {
    fn markdown(&self) -> Result<&str> {
        let missing = || Error::internal("the content was selected and not read");
        self.0.content.as_deref().ok_or_else(missing)
    }

    /// What is made of the text; of a long one, off the threads that serve requests.
    async fn render<T: Send + 'static>(&self, make: fn(&str) -> T) -> Result<T> {
        let markdown = self.markdown()?;
        if markdown.len() <= MAX_INLINE_MARKDOWN {
            return Ok(make(markdown));
        }
        let markdown = markdown.to_owned();
        let making = tokio::task::spawn_blocking(move || make(&markdown));
        making.await.map_err(Error::internal)
    }

    async fn load_authors(&self, ctx: &Context<'_>) -> Result<OfPost<Author>> {
        let load = |posts: Arc<[PostId]>| async move {
            let service = &ctx.app().blog.authors;
            let authors = service.of_posts(ctx.viewer(), &posts).await?;
            Ok(OfPosts::joining(authors, Author))
        };
        let all = self.0.siblings().load(AUTHORS, load).await?;
        Ok(OfPost::new(all, self.0.id))
    }

    async fn load_tags(&self, ctx: &Context<'_>) -> Result<OfPost<Tag>> {
        let load = |posts: Arc<[PostId]>| async move {
            let service = &ctx.app().blog.tags;
            let tags = service.of_posts(ctx.viewer(), &posts).await?;
            Ok(OfPosts::joining(tags, Tag))
        };
        let all = self.0.siblings().load(TAGS, load).await?;
        Ok(OfPost::new(all, self.0.id))
    }
}

const AUTHORS: Load = Load::Relation("authors");
const TAGS: Load = Load::Relation("tags");

/// A post of the blog.
///
/// Example: `{ post(by: { slug: "hello-madrid" }) { title contentHtml author { name } } }`.
#[Object(serial)]
impl Post {
    /// An opaque id, unique among all objects.
    pub(in crate::graphql) async fn id(&self) -> ID {
        GlobalId::Post(self.0.id).into()
    }

    /// Names the post in addresses: unique, of `a` to `z`, digits and hyphens.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Where the post lives on the site, for example `/2026/03/31/hello`.
    async fn path(&self) -> &str {
        &self.0.path
    }

    /// The title, in plain text.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The text, as Markdown.
    async fn content(&self) -> async_graphql::Result<&str> {
        Ok(self.markdown()?)
    }

    /// The text as HTML that is safe to put into a page: rendered from `content` (CommonMark with
    /// tables, footnotes and task lists; headings have ids, code has `language-…` classes), with
    /// everything removed that could run a script.
    async fn content_html(&self) -> async_graphql::Result<String> {
        Ok(self.render(markdown::render_html).await?)
    }

    /// A summary in plain text, of at most 1,000 characters: its author's, else the beginning of
    /// the text.
    async fn excerpt(&self) -> async_graphql::Result<&str> {
        let missing = || Error::internal("the excerpt was selected and not read");
        Ok(self.0.excerpt.as_deref().ok_or_else(missing)?)
    }

    /// Where the post is in its life.
    async fn status(&self) -> PostStatus {
        self.0.status.into()
    }

    /// When it went or goes live; null for a draft without a date.
    async fn published_at(&self) -> Option<DateTime<Utc>> {
        self.0.published_at
    }

    /// When it stops being public; null if it stays.
    async fn unpublish_at(&self) -> Option<DateTime<Utc>> {
        self.0.unpublish_at
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }

    /// The number of the revision that this is. Give it as `expectedVersion` to change the post; if
    /// there is a working draft that you may see, give that one's number.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The language that it is in, as a BCP 47 tag, for example `es` or `en-GB`; null if nothing says
    /// so.
    async fn locale(&self) -> Option<&str> {
        self.0.locale.as_deref()
    }

    /// The title for search engines and shared links; null if it is `title`.
    async fn meta_title(&self) -> Option<&str> {
        self.0.meta_title.as_deref()
    }

    /// What search engines say of it, at most 300 characters; null if it is `excerpt`.
    async fn meta_description(&self) -> Option<&str> {
        self.0.meta_description.as_deref()
    }

    /// Where the original is, if this is a copy of a post elsewhere.
    async fn canonical_url(&self) -> Option<&str> {
        self.0.canonical_url.as_deref()
    }

    /// Questions that it answers, in order.
    async fn faq(&self) -> async_graphql::Result<Vec<FaqItem>> {
        let missing = || Error::internal("the questions were selected and not read");
        let faq = self.0.faq.clone().ok_or_else(missing)?;
        let items: Vec<model::FaqItem> = serde_json::from_value(faq).map_err(Error::internal)?;
        Ok(items.into_iter().map(FaqItem::from).collect())
    }

    /// What search engines are told of it: JSON-LD in the vocabulary of schema.org, with the post, its
    /// authors, its questions and the way to it. The content of a
    /// `<script type="application/ld+json">`, and safe there.
    async fn json_ld(&self, ctx: &Context<'_>) -> async_graphql::Result<String> {
        let (authors, tags) = (self.load_authors(ctx).await?, self.load_tags(ctx).await?);
        let authors: Vec<&model::Author> = authors.iter().map(|it| &*it.0).collect();
        let tags: Vec<&model::Tag> = tags.iter().map(|it| &*it.0).collect();
        let site = &ctx.app().config.site;
        Ok(structured_data::of_post(site, &self.0, &authors, &tags)?)
    }

    /// The newest revision, while readers still see an older one: what `publishPost` will make public
    /// and `discardDraft` drop. Null if there is none, or if you may not see it.
    async fn draft(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<PostRevision>> {
        Ok(revisions::draft_of(ctx, self.0.siblings(), self.0.id).await?)
    }

    /// Its history, the newest revision first; empty if you may not see it.
    async fn revisions(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start of the list, at most 100; 20 if neither `first` nor `last` is given. Example: `10`."
        )]
        first: Option<i32>,
        #[graphql(
            desc = r#"Only what follows this cursor. Example: `"cgGdQwOPQHGyg9Tl9gcYKToAAAAAAAAAAw"`."#
        )]
        after: Option<String>,
        #[graphql(desc = "How many from the end of the list, at most 100. Example: `10`.")]
        last: Option<i32>,
        #[graphql(
            desc = r#"Only what precedes this cursor. Example: `"cgGdQwOPQHGyg9Tl9gcYKToAAAAAAAAAAw"`."#
        )]
        before: Option<String>,
    ) -> async_graphql::Result<PostRevisionConnection> {
        let page = PageArguments::new(first, after, last, before);
        Ok(revisions::page_of(ctx, self.0.siblings(), self.0.id, &page).await?)
    }

    /// The revision with this number; null if there is none, or if you may not see it.
    async fn revision(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which revision, from 1. Example: `1`.")] number: i32,
    ) -> async_graphql::Result<Option<PostRevision>> {
        Ok(revisions::numbered(ctx, self.0.siblings(), self.0.id, number).await?)
    }

    /// The links that let others see the post as it is being worked on, and that are still good;
    /// empty if you may not change it.
    async fn preview_links(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<PreviewLink>> {
        let load = |posts: Arc<[PostId]>| async move {
            let service = &ctx.app().blog.previews;
            service.of_posts(ctx.viewer(), &posts).await
        };
        let siblings = self.0.siblings();
        let links = siblings.load(Load::Relation("previewLinks"), load).await?;
        let links = links.get(&self.0.id).cloned().unwrap_or_default();
        Ok(links.into_iter().map(PreviewLink).collect())
    }

    /// The first of its authors.
    async fn author(&self, ctx: &Context<'_>) -> async_graphql::Result<Author> {
        let authors = self.load_authors(ctx).await?;
        let missing = || Error::internal("a post without an author");
        Ok(authors.first().cloned().ok_or_else(missing)?)
    }

    /// Its authors, in their order.
    async fn authors(&self, ctx: &Context<'_>) -> async_graphql::Result<List<OfPost<Author>>> {
        Ok(List(self.load_authors(ctx).await?))
    }

    /// Its tags, in the order that its author gave them.
    async fn tags(&self, ctx: &Context<'_>) -> async_graphql::Result<List<OfPost<Tag>>> {
        Ok(List(self.load_tags(ctx).await?))
    }

    /// How long it takes to read, in minutes, at 220 words a minute; at least 1.
    async fn reading_minutes(&self) -> u32 {
        markdown::reading_minutes(self.0.word_count.unsigned_abs())
    }

    /// How many words its visible text has.
    async fn word_count(&self) -> i32 {
        self.0.word_count
    }

    /// Its headings, in order.
    async fn table_of_contents(&self) -> async_graphql::Result<Vec<Heading>> {
        let headings = self.render(markdown::table_of_contents).await?;
        Ok(headings.into_iter().map(Heading::from).collect())
    }

    /// What the file that it was imported from said beyond the other fields: an object, empty if
    /// there was nothing.
    async fn front_matter(&self) -> async_graphql::Result<&serde_json::Value> {
        let missing = || Error::internal("the front matter was selected and not read");
        Ok(self.0.front_matter.as_ref().ok_or_else(missing)?)
    }
}

/// Longer Markdown is rendered off the threads that serve requests.
const MAX_INLINE_MARKDOWN: usize = 16 * 1024;

/// A question and its answer.
///
/// Example: `{ post(by: { slug: "hello-madrid" }) { faq { question answer } } }`.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(super) struct FaqItem {
    /// In plain text, 1 to 300 characters.
    question: String,
    /// In Markdown, 1 to 5,000 characters.
    answer: String,
}

impl From<model::FaqItem> for FaqItem {
    fn from(item: model::FaqItem) -> Self {
        Self {
            question: item.question,
            answer: item.answer,
        }
    }
}

/// A heading of a post.
///
/// Example: `{ post(by: { slug: "hello-madrid" }) { tableOfContents { level text anchor } } }`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct Heading {
    /// 1 for the largest to 6 for the smallest.
    level: u8,
    /// Its text, without markup.
    text: String,
    /// The id that it has in `contentHtml`: link to it with `#` before it.
    anchor: String,
}

impl From<markdown::Heading> for Heading {
    fn from(heading: markdown::Heading) -> Self {
        Self {
            level: heading.level,
            text: heading.text,
            anchor: heading.anchor,
        }
    }
}
