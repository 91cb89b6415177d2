mod changes;

use std::collections::HashMap;

use crate::accounts::Viewer;
use crate::blog::model::{Author, By};
use crate::blog::order::{AuthorFilter, AuthorOrder};
use crate::blog::policy::Visibility;
use crate::blog::posts::grouped;
use crate::blog::provenance::{Source, note, note_more};
use crate::blog::repository::authors;
use crate::blog::slug::is_slug;
use crate::clock::Clock;
use crate::db::Pool;
use crate::error::{Error, Result};
use crate::ids::{AuthorId, PostId};
use crate::page::{Page, PageRequest};

pub use changes::AuthorFields;

/// Authors: profiles, seen by whoever may see a post of theirs.
#[derive(Clone, Debug)]
pub struct Authors {
    pool: Pool,
    clock: Clock,
}

impl Authors {
    pub(in crate::blog) fn new(pool: Pool, clock: Clock) -> Self {
        Self { pool, clock }
    }

    /// The author with this id or slug, if the viewer may see them.
    pub async fn find(&self, viewer: &Viewer, by: &By<AuthorId>) -> Result<Option<Author>> {
        match by {
            By::Id(id) => {
                let connection = &mut self.pool.get().await?;
                note(|| [Source::Author(id.0)]);
                Ok(authors::by_ids(connection, self.visibility(viewer), &[*id])
                    .await?
                    .pop())
            }
            By::Slug(slug) if !is_slug(slug) => Ok(None),
            By::Slug(slug) => {
                let connection = &mut self.pool.get().await?;
                note(|| [Source::AuthorSlug(slug.as_str().into())]);
                let found = authors::find_by_slug(connection, self.visibility(viewer), slug);
                let found = found.await?;
                note_more(|| found.as_ref().map(|it| Source::Author(it.id.0)));
                Ok(found)
            }
        }
    }

    /// The authors with these ids that the viewer may see, in no order.
    pub async fn by_ids(&self, viewer: &Viewer, ids: &[AuthorId]) -> Result<Vec<Author>> {
        let connection = &mut self.pool.get().await?;
        note(|| ids.iter().map(|id| Source::Author(id.0)));
        authors::by_ids(connection, self.visibility(viewer), ids).await
    }

    /// The authors of each post, first author first. The posts are ones that the viewer was shown.
    pub async fn of_posts(
        &self,
        _viewer: &Viewer,
        posts: &[PostId],
    ) -> Result<HashMap<PostId, Vec<Author>>> {
        let connection = &self.pool.get().await?;
        let found = authors::of_posts(connection, posts).await?;
        note(|| found.iter().map(|(_, it)| Source::Author(it.id.0)));
        Ok(grouped(found))
    }

    /// A page of the authors that the viewer may see.
    pub async fn list(
        &self,
        viewer: &Viewer,
        filter: &AuthorFilter,
        order: AuthorOrder,
        page: &PageRequest,
    ) -> Result<Page<Author>> {
        check(filter)?;
        let connection = &mut self.pool.get().await?;
        let rows = authors::list(connection, self.visibility(viewer), filter, order, page).await?;
        note_rows(&rows, page);
        Ok(Page::from_rows(rows, page))
    }

    /// How many authors the viewer may see.
    pub async fn count(&self, viewer: &Viewer, filter: &AuthorFilter) -> Result<i64> {
        check(filter)?;
        let connection = &mut self.pool.get().await?;
        note(|| [Source::Authors]);
        authors::count(connection, self.visibility(viewer), filter).await
    }

    fn visibility(&self, viewer: &Viewer) -> Visibility {
        Visibility::of(viewer, self.clock.now())
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

/// Notes those of a page, of which these rows were read. Whether others follow is the list's.
fn note_rows(rows: &[Author], page: &PageRequest) {
    note(|| {
        let rows = rows
            .iter()
            .take(page.size as usize)
            .map(|it| Source::Author(it.id.0));
        rows.chain([Source::Authors])
    });
}
