#![expect(
    clippy::unused_async,
    reason = "resolvers are async, whether they wait or not"
)]

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, Lookahead, Object, SimpleObject};
use chrono::{DateTime, Utc};

use super::inputs::PostStatus;
use super::{Author, Tag};
use crate::blog::{markdown, model};
use crate::error::{Error, Result};
use crate::graphql::context::ContextExt;
use crate::graphql::global_id::GlobalId;
use crate::graphql::siblings::{Keyed, Load, Sibling};
use crate::ids::PostId;

/// The larger parts of a post that a selection on it wants. Knows which fields stand on which
/// columns.
pub(in crate::graphql) fn post_parts(post: &Lookahead<'_>) -> model::PostColumns {
    let selects = |field| post.field(field).exists();
    model::PostColumns {
        excerpt: selects("excerpt"),
        content: selects("content") || selects("contentHtml") || selects("tableOfContents"),
        front_matter: selects("frontMatter"),
    }
}

/// A post in GraphQL.
#[derive(Clone)]
pub(in crate::graphql) struct Post(pub(in crate::graphql) Sibling<model::Post>);

impl Keyed for model::Post {
    type Id = PostId;

    fn id(&self) -> PostId {
        self.id
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

    async fn load_authors(&self, ctx: &Context<'_>) -> Result<Arc<HashMap<PostId, Vec<Author>>>> {
        let load = |posts: Arc<[PostId]>| async move {
            let service = &ctx.app().blog.authors;
            let authors = service.of_posts(ctx.viewer(), &posts).await?;
            Ok(Sibling::grouped(authors)
                .map(|(post, authors)| (post, authors.into_iter().map(Author).collect()))
                .collect())
        };
        let siblings = self.0.siblings();
        siblings.load(Load::Relation("authors"), load).await
    }
}

/// A post of the blog.
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
    #[graphql(complexity = 5)]
    async fn content(&self) -> async_graphql::Result<&str> {
        Ok(self.markdown()?)
    }

    /// The text as HTML that is safe to put into a page: rendered from `content` (CommonMark with
    /// tables, footnotes and task lists; headings have ids, code has `language-…` classes), with
    /// everything removed that could run a script.
    #[graphql(complexity = 20)]
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

    /// Counts its changes, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The first of its authors.
    async fn author(&self, ctx: &Context<'_>) -> async_graphql::Result<Author> {
        let authors = self.load_authors(ctx).await?;
        let first = authors.get(&self.0.id).and_then(|authors| authors.first());
        Ok(first
            .cloned()
            .ok_or_else(|| Error::internal("a post without an author"))?)
    }

    /// Its authors, in their order.
    async fn authors(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Author>> {
        let authors = self.load_authors(ctx).await?;
        Ok(authors.get(&self.0.id).cloned().unwrap_or_default())
    }

    /// Its tags, in the order that its author gave them.
    async fn tags(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Tag>> {
        let load = |posts: Arc<[PostId]>| async move {
            let tags = ctx.app().blog.tags.of_posts(ctx.viewer(), &posts).await?;
            Ok(Sibling::grouped(tags)
                .map(|(post, tags)| (post, tags.into_iter().map(Tag).collect()))
                .collect::<HashMap<_, Vec<Tag>>>())
        };
        let tags = self.0.siblings().load(Load::Relation("tags"), load).await?;
        Ok(tags.get(&self.0.id).cloned().unwrap_or_default())
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
    #[graphql(complexity = "20 + child_complexity")]
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

/// A heading of a post.
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
