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

/// The newest revision of a post.
#[derive(Clone, Debug)]
pub struct Head {
    /// What it saved.
    pub saved: Saved,
    /// Its hash, of which the next one is made.
    pub hash: Vec<u8>,
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

/// The first revision of a post, to be added.
pub fn first(viewer: &Viewer, save: Save<'_>, saved: &Saved) -> Result<RevisionRow> {
    row(Some(viewer), save, saved, None)
}

/// The revision after the newest one, to be added.
pub fn next(viewer: &Viewer, save: Save<'_>, saved: &Saved, head: &Head) -> Result<RevisionRow> {
    row(Some(viewer), save, saved, Some(&head.hash))
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

/// The newest revision of a post, which is locked and has all of its parts.
pub async fn head(connection: &mut AsyncPgConnection, post: &Post) -> Result<Head> {
    let newest = rows::newest(connection, post.id).await?;
    head_of(connection, post, newest).await
}

/// The newest revision of a post, which is locked and has all of its parts, as it was read after
/// that. A post from before there were revisions gets its first here, so that what comes next has
/// something to be compared with.
pub async fn head_of(
    connection: &mut AsyncPgConnection,
    post: &Post,
    newest: Option<(RevisionRow, String)>,
) -> Result<Head> {
    let number = post.head_version();
    if let Some((row, content)) = newest.filter(|(row, _)| row.number == number) {
        return Ok(Head {
            saved: saved(&row, content)?,
            hash: row.hash,
        });
    }
    let saved = live(connection, post).await?;
    let save = Save {
        post: post.id,
        number,
        now: post.updated_at,
        note: None,
    };
    let previous = rows::hash_before(connection, save.post, save.number).await?;
    let row = row(None, save, &saved, previous.as_deref())?;
    rows::insert(connection, &row, &saved.content).await?;
    Ok(Head {
        saved,
        hash: row.hash,
    })
}

/// What the revision with this number saved.
pub async fn find(
    connection: &mut AsyncPgConnection,
    post: PostId,
    number: i32,
) -> Result<Option<Saved>> {
    let found = rows::find(connection, post, number).await?;
    found.map(|(row, content)| saved(&row, content)).transpose()
}

/// What a revision saved.
fn saved(row: &RevisionRow, content: String) -> Result<Saved> {
    Ok(Saved {
        snapshot: Snapshot::from_text(&row.snapshot)?,
        content,
    })
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
