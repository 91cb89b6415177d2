use std::collections::HashMap;
use std::hash::Hash;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::model::{By, Post, PostColumns};
use super::order::{PostFilter, PostOrder};
use super::policy::Visibility;
use super::provenance::{self, Scope, Source, note, note_more};
use super::repository::feeds::{self, Conditions, Feed};
use super::repository::{authors, counts, posts, tags};
use super::slug::is_slug;
use crate::accounts::Viewer;
use crate::clock::Clock;
use crate::db::Pool;
use crate::error::Result;
use crate::ids::{AuthorId, PostId, TagId};
use crate::page::{Page, PageRequest};

/// Posts and lists of posts.
#[derive(Clone, Debug)]
pub struct Posts {
    pub(super) pool: Pool,
    clock: Clock,
}

/// Which posts of a list are wanted, in which order, and how much of each.
#[derive(Clone, Debug)]
pub struct PostList {
    /// Which posts the list holds.
    pub filter: PostFilter,
    /// Their order.
    pub order: PostOrder,
    /// Which part of the list.
    pub page: PageRequest,
    /// What of them.
    pub parts: PostColumns,
}

impl Posts {
    pub(super) fn new(pool: Pool, clock: Clock) -> Self {
        Self { pool, clock }
    }

    /// The post with this id or slug, if the viewer may see it. A slug that it had before finds it
    /// too, unless another post has that now.
    pub async fn find(
        &self,
        viewer: &Viewer,
        by: &By<PostId>,
        parts: PostColumns,
    ) -> Result<Option<Post>> {
        let visibility = self.visibility(viewer);
        match by {
            By::Id(id) => {
                let connection = &mut self.pool.get().await?;
                note(|| [Source::Post(id.0)]);
                let found = posts::by_ids(connection, visibility, &[*id], parts).await?;
                provenance::note_posts(&found);
                Ok(found.into_iter().next())
            }
            // What is no slug is no post's slug.
            By::Slug(slug) if !is_slug(slug) => Ok(None),
            By::Slug(slug) => {
                let connection = &mut self.pool.get().await?;
                note(|| [Source::PostSlug(slug.as_str().into())]);
                let mut found = posts::find_by_slug(connection, visibility, slug, parts).await?;
                if found.is_none() {
                    found =
                        posts::find_by_present_or_former_slug(connection, visibility, slug, parts)
                            .await?;
                }
                provenance::note_posts(&found);
                Ok(found)
            }
        }
    }

    /// Whether there is any post that the viewer may see.
    pub async fn any(&self, viewer: &Viewer) -> Result<bool> {
        let connection = &mut self.pool.get().await?;
        note(|| [Source::Count(Scope::All)]);
        posts::any(connection, self.visibility(viewer)).await
    }

    /// The posts with these ids that the viewer may see, in no order.
    pub async fn by_ids(
        &self,
        viewer: &Viewer,
        ids: &[PostId],
        parts: PostColumns,
    ) -> Result<Vec<Post>> {
        let connection = &mut self.pool.get().await?;
        note(|| ids.iter().map(|id| Source::Post(id.0)));
        let found = posts::by_ids(connection, self.visibility(viewer), ids, parts).await?;
        provenance::note_posts(&found);
        Ok(found)
    }

    /// A page of posts.
    pub async fn list(&self, viewer: &Viewer, list: PostList) -> Result<Page<Post>> {
        list.filter.check()?;
        if !self.admits_any(viewer, &list.filter) {
            return Ok(Page::empty());
        }
        let connection = &mut self.pool.get().await?;
        let Some(mut feed) = self.feed(connection, viewer, list).await? else {
            return Ok(Page::empty());
        };
        let rows = if let Some(author) = feed.conditions.author.take() {
            let rows = feeds::list_by_authors(connection, &[author], &feed).await?;
            provenance::note_lists([Scope::Author(author.0)], &feed, &rows);
            values(rows)
        } else if let Some(tag) = feed.conditions.tag.take() {
            let rows = feeds::list_by_tags(connection, &[tag], &feed).await?;
            provenance::note_lists([Scope::Tag(tag.0)], &feed, &rows);
            values(rows)
        } else {
            let rows = feeds::list(connection, &feed).await?;
            provenance::note_list(&feed, &rows);
            rows
        };
        Ok(Page::from_rows(rows, &feed.page))
    }

    /// A page of the posts of each author; authors without any are left out.
    pub async fn list_by_authors(
        &self,
        viewer: &Viewer,
        authors: &[AuthorId],
        list: PostList,
    ) -> Result<HashMap<AuthorId, Page<Post>>> {
        list.filter.check()?;
        if !self.admits_any(viewer, &list.filter) {
            return Ok(HashMap::new());
        }
        let connection = &mut self.pool.get().await?;
        let Some(feed) = self.feed(connection, viewer, list).await? else {
            return Ok(HashMap::new());
        };
        let rows = feeds::list_by_authors(connection, authors, &feed).await?;
        let scopes = authors.iter().map(|id| Scope::Author(id.0));
        provenance::note_lists(scopes, &feed, &rows);
        Ok(pages(rows, AuthorId, &feed.page))
    }

    /// A page of the posts with each tag; tags without any are left out.
    pub async fn list_by_tags(
        &self,
        viewer: &Viewer,
        tags: &[TagId],
        list: PostList,
    ) -> Result<HashMap<TagId, Page<Post>>> {
        list.filter.check()?;
        if !self.admits_any(viewer, &list.filter) {
            return Ok(HashMap::new());
        }
        let connection = &mut self.pool.get().await?;
        let Some(feed) = self.feed(connection, viewer, list).await? else {
            return Ok(HashMap::new());
        };
        let rows = feeds::list_by_tags(connection, tags, &feed).await?;
        let scopes = tags.iter().map(|id| Scope::Tag(id.0));
        provenance::note_lists(scopes, &feed, &rows);
        Ok(pages(rows, TagId, &feed.page))
    }

    /// How many posts a list holds.
    pub async fn count(&self, viewer: &Viewer, filter: &PostFilter) -> Result<i64> {
        if !self.admits_any(viewer, filter) {
            return Ok(0);
        }
        let visibility = self.visibility(viewer);
        let connection = &mut self.pool.get().await?;
        let Some(mut conditions) = conditions(connection, visibility, filter).await? else {
            return Ok(0);
        };
        if let Some(author) = conditions.author.take() {
            provenance::note_counts([Scope::Author(author.0)], &conditions);
            let counts = counts::by_authors(connection, visibility, &[author], &conditions).await?;
            Ok(values(counts).pop().unwrap_or(0))
        } else if let Some(tag) = conditions.tag.take() {
            provenance::note_counts([Scope::Tag(tag.0)], &conditions);
            let counts = counts::by_tags(connection, visibility, &[tag], &conditions).await?;
            Ok(values(counts).pop().unwrap_or(0))
        } else {
            provenance::note_counts([Scope::All], &conditions);
            counts::all(connection, visibility, &conditions).await
        }
    }

    /// How many posts each author has; those without any are left out.
    pub async fn count_by_authors(
        &self,
        viewer: &Viewer,
        authors: &[AuthorId],
        filter: &PostFilter,
    ) -> Result<HashMap<AuthorId, i64>> {
        if !self.admits_any(viewer, filter) {
            return Ok(HashMap::new());
        }
        let visibility = self.visibility(viewer);
        let connection = &mut self.pool.get().await?;
        let Some(conditions) = conditions(connection, visibility, filter).await? else {
            return Ok(HashMap::new());
        };
        let scopes = authors.iter().map(|id| Scope::Author(id.0));
        provenance::note_counts(scopes, &conditions);
        let counts = counts::by_authors(connection, visibility, authors, &conditions).await?;
        Ok(counts.into_iter().collect())
    }

    /// How many posts each tag has; those without any are left out.
    pub async fn count_by_tags(
        &self,
        viewer: &Viewer,
        tags: &[TagId],
        filter: &PostFilter,
    ) -> Result<HashMap<TagId, i64>> {
        if !self.admits_any(viewer, filter) {
            return Ok(HashMap::new());
        }
        let visibility = self.visibility(viewer);
        let connection = &mut self.pool.get().await?;
        let Some(conditions) = conditions(connection, visibility, filter).await? else {
            return Ok(HashMap::new());
        };
        let scopes = tags.iter().map(|id| Scope::Tag(id.0));
        provenance::note_counts(scopes, &conditions);
        let counts = counts::by_tags(connection, visibility, tags, &conditions).await?;
        Ok(counts.into_iter().collect())
    }

    pub(super) fn visibility(&self, viewer: &Viewer) -> Visibility {
        Visibility::of(viewer, self.clock.now())
    }

    /// Whether a list can hold anything that the viewer may see. If not, it is empty without a
    /// statement.
    pub(super) fn admits_any(&self, viewer: &Viewer, filter: &PostFilter) -> bool {
        self.visibility(viewer).admits_any(filter.status.as_deref())
    }

    /// `None` if the list is empty without a look at the posts.
    async fn feed(
        &self,
        connection: &mut AsyncPgConnection,
        viewer: &Viewer,
        list: PostList,
    ) -> Result<Option<Feed>> {
        let visibility = self.visibility(viewer);
        let conditions = conditions(connection, visibility, &list.filter).await?;
        Ok(conditions.map(|conditions| Feed {
            visibility,
            conditions,
            order: list.order,
            page: list.page,
            // And what cursors are made of.
            parts: list.parts | list.order.field.column(),
        }))
    }
}

/// Resolves a filter's slugs; `None` if no post can pass the filter. An author or a tag that may
/// not be seen is looked for no further than one that is not there.
///
/// The first that is done with a connection: notes its use.
pub(super) async fn conditions(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    filter: &PostFilter,
) -> Result<Option<Conditions>> {
    note(|| named_in(filter));
    let mut conditions = Conditions {
        // Where only published posts may be seen, a filter that admits them adds nothing.
        status: filter
            .status
            .clone()
            .filter(|_| !matches!(visibility, Visibility::Public(_))),
        author: None,
        tag: None,
        listed_from: filter.published_from,
        listed_until: filter.published_until,
    };
    if let Some(by) = &filter.author {
        conditions.author = match by {
            By::Id(id) => Some(*id),
            By::Slug(slug) if !is_slug(slug) => None,
            By::Slug(slug) => authors::find_by_slug(connection, visibility, slug)
                .await?
                .map(|it| it.id),
        };
        note_more(|| conditions.author.map(|it| Source::Author(it.0)));
        if conditions.author.is_none() {
            return Ok(None);
        }
    }
    if let Some(by) = &filter.tag {
        conditions.tag = match by {
            By::Id(id) => Some(*id),
            By::Slug(slug) if !is_slug(slug) => None,
            By::Slug(slug) => tags::find_by_slug(connection, visibility, slug)
                .await?
                .map(|it| it.id),
        };
        note_more(|| conditions.tag.map(|it| Source::Tag(it.0)));
        if conditions.tag.is_none() {
            return Ok(None);
        }
    }
    Ok(Some(conditions))
}

/// The sources that tell who and what a filter names.
fn named_in(filter: &PostFilter) -> impl Iterator<Item = Source> {
    let author = filter.author.as_ref().and_then(|by| match by {
        By::Id(_) => None,
        By::Slug(slug) => Some(Source::AuthorSlug(slug.as_str().into())),
    });
    let tag = filter.tag.as_ref().and_then(|by| match by {
        By::Id(_) => None,
        By::Slug(slug) => Some(Source::TagSlug(slug.as_str().into())),
    });
    author.into_iter().chain(tag)
}

/// What belongs to each, in its order.
pub(super) fn grouped<K: Eq + Hash, V>(
    pairs: impl IntoIterator<Item = (K, V)>,
) -> HashMap<K, Vec<V>> {
    let mut grouped: HashMap<K, Vec<V>> = HashMap::new();
    for (key, value) in pairs {
        grouped.entry(key).or_default().push(value);
    }
    grouped
}

fn values<K, V>(pairs: Vec<(K, V)>) -> Vec<V> {
    pairs.into_iter().map(|(_, value)| value).collect()
}

fn pages<Id: Eq + Hash>(
    rows: Vec<(Uuid, Post)>,
    id: impl Fn(Uuid) -> Id,
    page: &PageRequest,
) -> HashMap<Id, Page<Post>> {
    let rows = rows.into_iter().map(|(key, post)| (id(key), post));
    grouped(rows)
        .into_iter()
        .map(|(key, rows)| (key, Page::from_rows(rows, page)))
        .collect()
}
