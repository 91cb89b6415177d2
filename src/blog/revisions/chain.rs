//! The chain of a post's revisions: each has a hash that the next one is made of.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;

use super::snapshot::{Link, Saved, Snapshot, content_hash};
use crate::accounts::Viewer;
use crate::blog::markdown;
use crate::blog::model::{FaqItem, Post};
use crate::blog::repository::editing;
use crate::blog::repository::revisions::{self as rows, RevisionRow};
use crate::error::{Error, Result};
use crate::ids::PostId;

/// What a revision is to say beside what was saved.
#[derive(Clone, Copy, Debug)]
pub struct Save<'a> {
    /// Of which post.
    pub post: PostId,
    /// One more than the newest has.
    pub number: i32,
    /// When.
    pub now: DateTime<Utc>,
    /// Why.
    pub note: Option<&'a str>,
}

/// Adds a revision.
pub async fn record(
    connection: &mut AsyncPgConnection,
    viewer: Option<&Viewer>,
    save: Save<'_>,
    saved: &Saved,
) -> Result<()> {
    let previous = rows::hash_before(connection, save.post, save.number).await?;
    let row = row(viewer, save, saved, previous.as_deref())?;
    rows::insert(connection, &row, &saved.content).await
}

/// The first revision of a post, for many to be added at once.
pub fn first(viewer: &Viewer, save: Save<'_>, saved: &Saved) -> Result<RevisionRow> {
    row(Some(viewer), save, saved, None)
}

fn row(
    viewer: Option<&Viewer>,
    save: Save<'_>,
    saved: &Saved,
    previous: Option<&[u8]>,
) -> Result<RevisionRow> {
    let editor = viewer.and_then(Viewer::account).map(|it| it.user);
    let (text, content_hash) = (saved.snapshot.to_text()?, content_hash(&saved.content));
    let link = Link {
        previous: previous.unwrap_or_default(),
        post: save.post.0,
        number: save.number,
        editor: editor.map(|id| id.0),
        created_at: save.now,
        note: save.note,
        snapshot: &text,
        content_hash: &content_hash,
    };
    Ok(RevisionRow {
        hash: link.hash().to_vec(),
        post_id: save.post,
        number: save.number,
        editor_id: editor,
        created_at: save.now,
        note: save.note.map(ToOwned::to_owned),
        content_hash: content_hash.to_vec(),
        snapshot: text,
    })
}

/// The newest revision of a post, which is locked and has all of its parts. A post from before there
/// were revisions gets its first here, so that what comes next has something to be compared with.
pub async fn head(connection: &mut AsyncPgConnection, post: &Post) -> Result<Saved> {
    let number = post.head_version();
    if let Some(saved) = find(connection, post.id, number).await? {
        return Ok(saved);
    }
    let saved = live(connection, post).await?;
    let save = Save {
        post: post.id,
        number,
        now: post.updated_at,
        note: None,
    };
    record(connection, None, save, &saved).await?;
    Ok(saved)
}

/// What the revision with this number saved.
pub async fn find(
    connection: &mut AsyncPgConnection,
    post: PostId,
    number: i32,
) -> Result<Option<Saved>> {
    match rows::find(connection, post, number).await? {
        Some(row) => saved(connection, &row).await.map(Some),
        None => Ok(None),
    }
}

/// What a revision saved.
async fn saved(connection: &mut AsyncPgConnection, row: &RevisionRow) -> Result<Saved> {
    Ok(Saved {
        snapshot: Snapshot::from_text(&row.snapshot)?,
        content: content(connection, row).await?,
    })
}

/// The text of a revision.
async fn content(connection: &mut AsyncPgConnection, row: &RevisionRow) -> Result<String> {
    let text = rows::content(connection, row.post_id, &row.content_hash).await?;
    text.ok_or_else(|| Error::internal("a revision without its text"))
}

/// What readers see of a post, all parts of which were read.
async fn live(connection: &mut AsyncPgConnection, post: &Post) -> Result<Saved> {
    let (authors, tags) = editing::links(connection, post.id).await?;
    let content = post.content.clone().unwrap_or_default();
    let derived = markdown::derive(&content).excerpt;
    let object = post.front_matter.as_ref().and_then(|it| it.as_object());
    let faq: Vec<FaqItem> = match &post.faq {
        Some(faq) => serde_json::from_value(faq.clone()).map_err(Error::internal)?,
        None => Vec::new(),
    };
    let snapshot = Snapshot {
        title: post.title.clone(),
        slug: post.slug.clone(),
        path: post.path.clone(),
        excerpt: post.excerpt.clone().filter(|it| *it != derived),
        authors: authors.into_iter().map(|id| id.0).collect(),
        tags: tags.into_iter().map(|id| id.0).collect(),
        meta_title: post.meta_title.clone(),
        meta_description: post.meta_description.clone(),
        canonical_url: post.canonical_url.clone(),
        faq,
        locale: post.locale.clone(),
        front_matter: object.cloned().unwrap_or_default(),
    };
    Ok(Saved { snapshot, content })
}
