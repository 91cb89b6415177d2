use std::collections::HashMap;

use super::model::{Author, By};
use super::order::{AuthorFilter, AuthorOrder};
use super::repository::authors;
use super::slug::is_slug;
use crate::accounts::Viewer;
use crate::db::Pool;
use crate::error::{Error, Result};
use crate::ids::{AuthorId, PostId};
use crate::page::{Page, PageRequest};

/// Authors: public profiles, which everyone may see.
#[derive(Clone, Debug)]
pub struct Authors {
    pool: Pool,
}

impl Authors {
    pub(super) fn new(pool: Pool) -> Self {
        Self { pool }
    }

    /// The author with this id or slug.
    pub async fn find(&self, _viewer: &Viewer, by: &By<AuthorId>) -> Result<Option<Author>> {
        match by {
            By::Id(id) => {
                let connection = &mut self.pool.get().await?;
                Ok(authors::by_ids(connection, &[*id]).await?.pop())
            }
            By::Slug(slug) if !is_slug(slug) => Ok(None),
            By::Slug(slug) => {
                let connection = &mut self.pool.get().await?;
                authors::find_by_slug(connection, slug).await
            }
        }
    }

    /// The authors with these ids, in no order.
    pub async fn by_ids(&self, _viewer: &Viewer, ids: &[AuthorId]) -> Result<Vec<Author>> {
        let connection = &mut self.pool.get().await?;
        authors::by_ids(connection, ids).await
    }

    /// The authors of each post, first author first. The posts are ones that the viewer was shown.
    pub async fn of_posts(
        &self,
        _viewer: &Viewer,
        posts: &[PostId],
    ) -> Result<HashMap<PostId, Vec<Author>>> {
        let connection = &mut self.pool.get().await?;
        let mut grouped: HashMap<PostId, Vec<Author>> = HashMap::new();
        for (post, author) in authors::of_posts(connection, posts).await? {
            grouped.entry(post).or_default().push(author);
        }
        Ok(grouped)
    }

    /// A page of authors.
    pub async fn list(
        &self,
        _viewer: &Viewer,
        filter: &AuthorFilter,
        order: AuthorOrder,
        page: &PageRequest,
    ) -> Result<Page<Author>> {
        check(filter)?;
        let connection = &mut self.pool.get().await?;
        let rows = authors::list(connection, filter, order, page).await?;
        Ok(Page::from_rows(rows, page))
    }

    /// How many authors there are.
    pub async fn count(&self, _viewer: &Viewer, filter: &AuthorFilter) -> Result<i64> {
        check(filter)?;
        let connection = &mut self.pool.get().await?;
        authors::count(connection, filter).await
    }
}

fn check(filter: &AuthorFilter) -> Result<()> {
    match &filter.name_starts_with {
        Some(prefix) if prefix.contains('\0') => Err(Error::invalid(
            "filter.nameStartsWith",
            "holds the character NUL, which no name does",
        )),
        _ => Ok(()),
    }
}
