mod changes;

use std::collections::HashMap;

use crate::accounts::Viewer;
use crate::blog::model::{By, Tag};
use crate::blog::policy::Visibility;
use crate::blog::posts::grouped;
use crate::blog::provenance::{Source, note, note_more};
use crate::blog::repository::tags;
use crate::blog::slug::is_slug;
use crate::clock::Clock;
use crate::db::Pool;
use crate::error::Result;
use crate::ids::{PostId, TagId};
use crate::page::{Page, PageRequest};

/// Tags, seen by whoever may see a post that has them.
#[derive(Clone, Debug)]
pub struct Tags {
    pool: Pool,
    clock: Clock,
}

impl Tags {
    pub(in crate::blog) fn new(pool: Pool, clock: Clock) -> Self {
        Self { pool, clock }
    }

    /// The tag with this id or slug, if the viewer may see it.
    pub async fn find(&self, viewer: &Viewer, by: &By<TagId>) -> Result<Option<Tag>> {
        match by {
            By::Id(id) => {
                let connection = &mut self.pool.get().await?;
                note(|| [Source::Tag(id.0)]);
                Ok(tags::by_ids(connection, self.visibility(viewer), &[*id])
                    .await?
                    .pop())
            }
            By::Slug(slug) if !is_slug(slug) => Ok(None),
            By::Slug(slug) => {
                let connection = &mut self.pool.get().await?;
                note(|| [Source::TagSlug(slug.as_str().into())]);
                let found = tags::find_by_slug(connection, self.visibility(viewer), slug);
                let found = found.await?;
                note_more(|| found.as_ref().map(|it| Source::Tag(it.id.0)));
                Ok(found)
            }
        }
    }

    /// The tags with these ids that the viewer may see, in no order.
    pub async fn by_ids(&self, viewer: &Viewer, ids: &[TagId]) -> Result<Vec<Tag>> {
        let connection = &mut self.pool.get().await?;
        note(|| ids.iter().map(|id| Source::Tag(id.0)));
        tags::by_ids(connection, self.visibility(viewer), ids).await
    }

    /// The tags of each post, in the order its author gave them. The posts are ones that the
    /// viewer was shown.
    pub async fn of_posts(
        &self,
        _viewer: &Viewer,
        posts: &[PostId],
    ) -> Result<HashMap<PostId, Vec<Tag>>> {
        let connection = &self.pool.get().await?;
        let found = tags::of_posts(connection, posts).await?;
        note(|| found.iter().map(|(_, it)| Source::Tag(it.id.0)));
        Ok(grouped(found))
    }

    /// A page of the tags that the viewer may see, by name.
    pub async fn list(&self, viewer: &Viewer, page: &PageRequest) -> Result<Page<Tag>> {
        let connection = &mut self.pool.get().await?;
        let rows = tags::list(connection, self.visibility(viewer), page).await?;
        note_rows(&rows, page);
        Ok(Page::from_rows(rows, page))
    }

    /// How many tags the viewer may see.
    pub async fn count(&self, viewer: &Viewer) -> Result<i64> {
        let connection = &mut self.pool.get().await?;
        note(|| [Source::Tags]);
        tags::count(connection, self.visibility(viewer)).await
    }

    fn visibility(&self, viewer: &Viewer) -> Visibility {
        Visibility::of(viewer, self.clock.now())
    }
}

/// Notes those of a page, of which these rows were read. Whether others follow is the list's.
fn note_rows(rows: &[Tag], page: &PageRequest) {
    note(|| {
        let rows = rows
            .iter()
            .take(page.size as usize)
            .map(|it| Source::Tag(it.id.0));
        rows.chain([Source::Tags])
    });
}
