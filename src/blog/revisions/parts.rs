use std::collections::HashMap;

use diesel_async::AsyncPgConnection;

use super::snapshot::{Link, Saved, Snapshot, content_hash};
use super::{Revision, RevisionId, Revisions, changed_fields, present_tags};
use crate::accounts::Viewer;
use crate::blog::lines;
use crate::blog::model::{Author, Tag};
use crate::blog::repository::revisions::{self as rows, RevisionRow};
use crate::blog::repository::{authors, tags};
use crate::error::{Error, Result};
use crate::ids::{AuthorId, UserId};

/// How one revision differs from another.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The names of the fields.
    pub fields: Vec<&'static str>,
    /// The texts in the unified format; empty if they are the same.
    pub content: String,
}

/// What belongs to revisions that the viewer was shown.
impl Revisions {
    /// Their texts.
    pub async fn contents(
        &self,
        _viewer: &Viewer,
        revisions: &[RevisionId],
    ) -> Result<HashMap<RevisionId, String>> {
        let connection = &mut self.pool.get().await?;
        let contents = rows::contents(connection, revisions).await?;
        Ok(contents.into_iter().collect())
    }

    /// Who saved them.
    pub async fn editors(
        &self,
        _viewer: &Viewer,
        revisions: &[RevisionId],
    ) -> Result<HashMap<RevisionId, UserId>> {
        let connection = &mut self.pool.get().await?;
        let found = rows::by_numbers(connection, revisions).await?;
        let editor = |row: RevisionRow| Some(((row.post_id, row.number), row.editor_id?));
        Ok(found.into_iter().filter_map(editor).collect())
    }

    /// Which of them are what was saved, and follow the one that they were saved after.
    pub async fn intact(
        &self,
        _viewer: &Viewer,
        revisions: &[RevisionId],
    ) -> Result<HashMap<RevisionId, bool>> {
        let before = revisions.iter().map(|(post, number)| (*post, number - 1));
        let wanted: Vec<_> = revisions.iter().copied().chain(before).collect();
        let connection = &mut self.pool.get().await?;
        let found = rows::by_numbers(connection, &wanted).await?;
        let contents: HashMap<_, _> = rows::contents(connection, revisions)
            .await?
            .into_iter()
            .collect();
        let of = |id: RevisionId| found.iter().find(|it| (it.post_id, it.number) == id);
        let checked = revisions.iter().map(|id| {
            let previous = of((id.0, id.1 - 1));
            let intact = of(*id).is_some_and(|row| is_intact(row, previous, contents.get(id)));
            (*id, intact)
        });
        Ok(checked.collect())
    }

    /// How they differ from other ones of their posts: those with this number, else those before
    /// them. Left out where there is none, or where the viewer may not see the post's history: a preview shows
    /// one revision of it.
    pub async fn differences(
        &self,
        viewer: &Viewer,
        revisions: &[RevisionId],
        against: Option<i32>,
    ) -> Result<HashMap<RevisionId, Difference>> {
        let posts: Vec<_> = revisions.iter().map(|(post, _)| *post).collect();
        let Some((mut connection, readable)) = self.readable(viewer, &posts).await? else {
            return Ok(HashMap::new());
        };
        let connection = &mut connection;
        let revisions = revisions.iter().filter(|it| readable.contains(&it.0));
        let revisions: Vec<_> = revisions.copied().collect();
        let other = move |(post, number): RevisionId| (post, against.unwrap_or(number - 1));
        let others = revisions.iter().map(|id| other(*id));
        let wanted: Vec<_> = revisions.iter().copied().chain(others).collect();
        let mut contents: HashMap<_, _> = rows::contents(connection, &wanted)
            .await?
            .into_iter()
            .collect();
        let mut saved = HashMap::new();
        for row in rows::by_numbers(connection, &wanted).await? {
            let id = (row.post_id, row.number);
            let snapshot = Snapshot::from_text(&row.snapshot)?;
            let content = contents.remove(&id).unwrap_or_default();
            saved.insert(id, Saved { snapshot, content });
        }
        // Comparing long texts takes a while: off the threads that serve requests.
        let comparing = tokio::task::spawn_blocking(move || {
            let difference = |id: &RevisionId| {
                let (old, new) = (saved.get(&other(*id))?, saved.get(id)?);
                let content = lines::unified_diff(&old.content, &new.content);
                let fields = changed_fields(old, new);
                Some((*id, Difference { fields, content }))
            };
            revisions.iter().filter_map(difference).collect()
        });
        comparing.await.map_err(Error::internal)
    }

    /// Their authors, in order.
    pub async fn authors(
        &self,
        _viewer: &Viewer,
        revisions: &[RevisionId],
    ) -> Result<HashMap<RevisionId, Vec<Author>>> {
        let connection = &mut self.pool.get().await?;
        let revisions = named(connection, revisions).await?;
        let named = revisions.iter().flat_map(|it| &it.snapshot.authors);
        let ids: Vec<_> = named.map(|id| AuthorId(*id)).collect();
        let found = authors::of_ids(connection, &ids).await?;
        let of = |revision: &Revision| {
            let ids = revision.snapshot.authors.iter();
            ids.filter_map(|id| found.iter().find(|it| it.id.0 == *id).cloned())
                .collect()
        };
        Ok(revisions.iter().map(|it| (it.id(), of(it))).collect())
    }

    /// Their tags, in order; those that are no more are left out.
    pub async fn tags(
        &self,
        _viewer: &Viewer,
        revisions: &[RevisionId],
    ) -> Result<HashMap<RevisionId, Vec<Tag>>> {
        let connection = &mut self.pool.get().await?;
        let revisions = named(connection, revisions).await?;
        let all = revisions.iter().flat_map(|it| &it.snapshot.tags);
        let all = all.copied().collect::<Vec<_>>();
        let present = present_tags(connection, &all).await?;
        let mut ids: Vec<_> = present.values().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        let found = tags::of_ids(connection, &ids).await?;
        let of = |revision: &Revision| {
            let ids = super::in_order(&revision.snapshot.tags, &present);
            ids.into_iter()
                .filter_map(|id| found.iter().find(|it| it.id == id).cloned())
                .collect()
        };
        Ok(revisions.iter().map(|it| (it.id(), of(it))).collect())
    }
}

/// The revisions with these names.
async fn named(
    connection: &mut AsyncPgConnection,
    revisions: &[RevisionId],
) -> Result<Vec<Revision>> {
    let rows = rows::by_numbers(connection, revisions).await?;
    rows.into_iter().map(Revision::of).collect()
}

/// Whether a revision is what its hash was made of, its text and the hash before it included.
fn is_intact(row: &RevisionRow, previous: Option<&RevisionRow>, content: Option<&String>) -> bool {
    let link = Link {
        previous: previous.map_or(&[][..], |row| &row.hash),
        post: row.post_id.0,
        number: row.number,
        editor: row.editor_id.map(|id| id.0),
        created_at: row.created_at,
        note: row.note.as_deref(),
        snapshot: &row.snapshot,
        content_hash: &row.content_hash,
    };
    let is_text = |text: &String| content_hash(text)[..] == row.content_hash[..];
    link.hash()[..] == row.hash[..] && content.is_some_and(is_text)
}
