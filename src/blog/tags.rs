use std::collections::HashMap;

use super::model::{By, Tag};
use super::repository::tags;
use super::slug::is_slug;
use crate::accounts::Viewer;
use crate::db::Pool;
use crate::error::Result;
use crate::ids::{PostId, TagId};
use crate::page::{Page, PageRequest};

/// Tags, which everyone may see.
#[derive(Clone, Debug)]
pub struct Tags {
    pool: Pool,
}

impl Tags {
    pub(super) fn new(pool: Pool) -> Self {
        Self { pool }
    }

    /// The tag with this id or slug.
    pub async fn find(&self, _viewer: &Viewer, by: &By<TagId>) -> Result<Option<Tag>> {
        match by {
            By::Id(id) => {
                let connection = &mut self.pool.get().await?;
                Ok(tags::by_ids(connection, &[*id]).await?.pop())
            }
            By::Slug(slug) if !is_slug(slug) => Ok(None),
            By::Slug(slug) => {
                let connection = &mut self.pool.get().await?;
                tags::find_by_slug(connection, slug).await
            }
        }
    }

    /// The tags with these ids, in no order.
    pub async fn by_ids(&self, _viewer: &Viewer, ids: &[TagId]) -> Result<Vec<Tag>> {
        let connection = &mut self.pool.get().await?;
        tags::by_ids(connection, ids).await
    }

    /// The tags of each post, in the order its author gave them. The posts are ones that the
    /// viewer was shown.
    pub async fn of_posts(
        &self,
        _viewer: &Viewer,
        posts: &[PostId],
    ) -> Result<HashMap<PostId, Vec<Tag>>> {
        let connection = &mut self.pool.get().await?;
        let mut grouped: HashMap<PostId, Vec<Tag>> = HashMap::new();
        for (post, tag) in tags::of_posts(connection, posts).await? {
            grouped.entry(post).or_default().push(tag);
        }
        Ok(grouped)
    }

    /// A page of tags, by name.
    pub async fn list(&self, _viewer: &Viewer, page: &PageRequest) -> Result<Page<Tag>> {
        let connection = &mut self.pool.get().await?;
        Ok(Page::from_rows(tags::list(connection, page).await?, page))
    }

    /// How many tags there are.
    pub async fn count(&self, _viewer: &Viewer) -> Result<i64> {
        let connection = &mut self.pool.get().await?;
        tags::count(connection).await
    }
}
