//! Revisions in GraphQL, and how those of several posts are read at once.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};

use super::post::FaqItem;
use super::{Author, Tag};
use crate::blog::{Difference, Revision, RevisionId, markdown};
use crate::error::{Error, Result};
use crate::graphql::accounts::User;
use crate::graphql::connection::{PageArguments, Selected, connection};
use crate::graphql::context::ContextExt;
use crate::graphql::global_id::GlobalId;
use crate::graphql::siblings::{Keyed, Load, Sibling, Siblings};
use crate::ids::{PostId, UserId};
use crate::page::Page;

/// A revision in GraphQL.
#[derive(Clone)]
pub(in crate::graphql) struct PostRevision(pub(super) Sibling<Revision>);

impl Keyed for Revision {
    type Id = RevisionId;

    fn id(&self) -> RevisionId {
        (self.post, self.number)
    }
}

connection!(
    PostRevisionConnection,
    PostRevisionEdge,
    PostRevision,
    "revisions of a post",
    [
        r#"{ post(by: { slug: "hello-madrid" }) { revisions(first: 10)"#,
        "number note",
        " } }"
    ],
    (),
    |(): &(), node: &PostRevision| node.0.cursor()
);

/// The working draft of one of several posts.
pub(super) async fn draft_of(
    ctx: &Context<'_>,
    siblings: &Siblings<PostId>,
    post: PostId,
) -> Result<Option<PostRevision>> {
    let load = |posts: Arc<[PostId]>| async move {
        let service = &ctx.app().blog.revisions;
        Ok(joined(service.drafts(ctx.viewer(), &posts).await?))
    };
    let drafts = siblings.load(Load::Relation("draft"), load).await?;
    Ok(drafts.get(&post).cloned())
}

/// The revision of one of several posts with a number.
pub(super) async fn numbered(
    ctx: &Context<'_>,
    siblings: &Siblings<PostId>,
    post: PostId,
    number: i32,
) -> Result<Option<PostRevision>> {
    let load = |posts: Arc<[PostId]>| async move {
        let service = &ctx.app().blog.revisions;
        let found = service.numbered(ctx.viewer(), &posts, number).await?;
        Ok(joined(found))
    };
    let revisions = siblings.load(Load::field(ctx), load).await?;
    Ok(revisions.get(&post).cloned())
}

/// A page of the revisions of one of several posts.
pub(super) async fn page_of(
    ctx: &Context<'_>,
    siblings: &Siblings<PostId>,
    post: PostId,
    page: &PageArguments,
) -> Result<PostRevisionConnection> {
    let selected = Selected::of(&ctx.look_ahead());
    let request = page.request(selected, Revision::position)?;
    let load = |posts: Arc<[PostId]>| async move {
        let (service, viewer) = (&ctx.app().blog.revisions, ctx.viewer());
        let mut totals = HashMap::new();
        if selected.total {
            totals = service.count_by_posts(viewer, &posts).await?;
        }
        let mut pages = HashMap::new();
        if selected.page {
            let loaded = service.of_posts(viewer, &posts, &request).await?;
            let joined = Sibling::pages(loaded);
            pages.extend(joined.map(|(post, page)| (post, page.map(PostRevision))));
        }
        Ok((pages, totals))
    };
    let loaded = siblings.load(Load::field(ctx), load).await?;
    let (pages, totals) = &*loaded;
    Ok(PostRevisionConnection {
        page: pages.get(&post).cloned().unwrap_or_else(Page::empty),
        order: (),
        total: totals.get(&post).copied().unwrap_or(0),
    })
}

/// One revision of each of several posts; the revisions are siblings.
fn joined(revisions: HashMap<PostId, Revision>) -> HashMap<PostId, PostRevision> {
    let revisions = Sibling::all(revisions.into_values().collect());
    revisions.map(|it| (it.post, PostRevision(it))).collect()
}

impl PostRevision {
    /// What belongs to this revision, loaded for all of its siblings at once.
    async fn load<T, F>(
        &self,
        load: Load,
        run: impl FnOnce(Arc<[RevisionId]>) -> F,
    ) -> Result<Option<T>>
    where
        T: Clone + Send + Sync + 'static,
        F: Future<Output = Result<HashMap<RevisionId, T>>>,
    {
        let loaded = self.0.siblings().load(load, run).await?;
        Ok(loaded.get(&self.0.id()).cloned())
    }

    async fn text(&self, ctx: &Context<'_>) -> Result<String> {
        let load = |ids: Arc<[RevisionId]>| async move {
            let service = &ctx.app().blog.revisions;
            service.contents(ctx.viewer(), &ids).await
        };
        let missing = || Error::internal("a revision without its text");
        let text = self.load(Load::Relation("content"), load).await?;
        text.ok_or_else(missing)
    }

    async fn render<T: Send + 'static>(&self, ctx: &Context<'_>, make: fn(&str) -> T) -> Result<T> {
        let text = self.text(ctx).await?;
        let making = tokio::task::spawn_blocking(move || make(&text));
        making.await.map_err(Error::internal)
    }
}

/// A post as it was saved: a point of its history, or its working draft.
///
/// Example: `{ post(by: { slug: "hello-madrid" }) { revision(number: 1) { title note createdAt } }
/// }`.
#[Object(serial)]
impl PostRevision {
    /// Counts the saves of the post, from 1. Give it as `expectedVersion` to change what it says.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// The id of the post.
    async fn post_id(&self) -> ID {
        GlobalId::Post(self.0.post).into()
    }

    /// Who saved it; null if the program did, or if you may not see that account.
    async fn editor(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<User>> {
        let load = |ids: Arc<[RevisionId]>| async move { editors(ctx, &ids).await };
        Ok(self.load(Load::Relation("editor"), load).await?)
    }

    /// When it was saved.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// Why, in its editor's words.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// The title, in plain text.
    async fn title(&self) -> &str {
        &self.0.snapshot.title
    }

    /// What names the post in addresses.
    async fn slug(&self) -> &str {
        &self.0.snapshot.slug
    }

    /// Where the post lives on the site.
    async fn path(&self) -> &str {
        &self.0.snapshot.path
    }

    /// The text, as Markdown.
    async fn content(&self, ctx: &Context<'_>) -> async_graphql::Result<String> {
        Ok(self.text(ctx).await?)
    }

    /// The text as HTML that is safe to put into a page, as that of posts is.
    async fn content_html(&self, ctx: &Context<'_>) -> async_graphql::Result<String> {
        Ok(self.render(ctx, markdown::render_html).await?)
    }

    /// A summary in plain text: its author's, else the beginning of the text.
    async fn excerpt(&self, ctx: &Context<'_>) -> async_graphql::Result<String> {
        match &self.0.snapshot.excerpt {
            Some(excerpt) => Ok(excerpt.clone()),
            None => Ok(self
                .render(ctx, |text| markdown::derive(text).excerpt)
                .await?),
        }
    }

    /// The authors, in their order.
    async fn authors(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Author>> {
        let load = |ids: Arc<[RevisionId]>| async move {
            let service = &ctx.app().blog.revisions;
            let authors = service.authors(ctx.viewer(), &ids).await?;
            Ok(Sibling::grouped(authors)
                .map(|(id, authors)| (id, authors.into_iter().map(Author).collect::<Vec<_>>()))
                .collect())
        };
        let authors = self.load(Load::Relation("authors"), load).await?;
        Ok(authors.unwrap_or_default())
    }

    /// The tags, in their order; those that are no more are left out.
    async fn tags(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Tag>> {
        let load = |ids: Arc<[RevisionId]>| async move {
            let service = &ctx.app().blog.revisions;
            let tags = service.tags(ctx.viewer(), &ids).await?;
            Ok(Sibling::grouped(tags)
                .map(|(id, tags)| (id, tags.into_iter().map(Tag).collect::<Vec<_>>()))
                .collect())
        };
        let tags = self.load(Load::Relation("tags"), load).await?;
        Ok(tags.unwrap_or_default())
    }

    /// The title for search engines and shared links; null if it is `title`.
    async fn meta_title(&self) -> Option<&str> {
        self.0.snapshot.meta_title.as_deref()
    }

    /// What search engines say of it; null if it is `excerpt`.
    async fn meta_description(&self) -> Option<&str> {
        self.0.snapshot.meta_description.as_deref()
    }

    /// Where the original is, if this is a copy of a post elsewhere.
    async fn canonical_url(&self) -> Option<&str> {
        self.0.snapshot.canonical_url.as_deref()
    }

    /// Questions that it answers, in order.
    async fn faq(&self) -> Vec<FaqItem> {
        let items = self.0.snapshot.faq.iter().cloned();
        items.map(FaqItem::from).collect()
    }

    /// The language that it is in, as a BCP 47 tag; null if nothing says so.
    async fn locale(&self) -> Option<&str> {
        self.0.snapshot.locale.as_deref()
    }

    /// What the file that it was imported from said beyond the other fields.
    async fn front_matter(&self) -> serde_json::Value {
        serde_json::Value::Object(self.0.snapshot.front_matter.clone())
    }

    /// How it differs from another revision of its post; null if there is no such revision, or if you may
    /// not see the history of the post.
    async fn diff(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The number of the revision to compare with; by default the one before. Example: `1`."
        )]
        against: Option<i32>,
    ) -> async_graphql::Result<Option<RevisionDiff>> {
        let load = |ids: Arc<[RevisionId]>| async move {
            let service = &ctx.app().blog.revisions;
            service.differences(ctx.viewer(), &ids, against).await
        };
        let difference = self.load(Load::field(ctx), load).await?;
        Ok(difference.map(RevisionDiff::from))
    }

    /// Whether it is what was saved: the chain of hashes from the revision before it to this one
    /// holds. False if somebody has changed it in the database.
    async fn intact(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let load = |ids: Arc<[RevisionId]>| async move {
            let service = &ctx.app().blog.revisions;
            service.intact(ctx.viewer(), &ids).await
        };
        let intact = self.load(Load::Relation("intact"), load).await?;
        Ok(intact.unwrap_or(false))
    }
}

/// How a revision differs from another one.
///
/// Example: `{ post(by: { slug: "hello-madrid" }) { revision(number: 2) { diff { changedFields
/// content } } } }`.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(super) struct RevisionDiff {
    /// The names of the fields whose values differ.
    changed_fields: Vec<String>,
    /// How the texts differ, in the unified format; empty if they are the same.
    content: String,
}

impl From<Difference> for RevisionDiff {
    fn from(difference: Difference) -> Self {
        let fields = difference.fields.into_iter().map(ToOwned::to_owned);
        Self {
            changed_fields: fields.collect(),
            content: difference.content,
        }
    }
}

/// The accounts that saved revisions, as far as the viewer may see them.
async fn editors(ctx: &Context<'_>, ids: &[RevisionId]) -> Result<HashMap<RevisionId, User>> {
    let (app, viewer) = (ctx.app(), ctx.viewer());
    let editors = app.blog.revisions.editors(viewer, ids).await?;
    let mut users: Vec<UserId> = editors.values().copied().collect();
    users.sort_unstable();
    users.dedup();
    let found = app.accounts.users.by_ids(viewer, &users).await?;
    let users: HashMap<_, _> = Sibling::all(found).map(|it| (it.id, User(it))).collect();
    let editor = |(id, user): (RevisionId, UserId)| Some((id, users.get(&user)?.clone()));
    Ok(editors.into_iter().filter_map(editor).collect())
}
