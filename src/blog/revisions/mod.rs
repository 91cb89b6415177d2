//! The history of posts: every save is a revision, and none is ever changed.
//!
//! `snapshot` is what a revision holds, `chain` adds and checks revisions, `merge` makes one of two
//! changes. [`Revisions`] shows them to whoever may see them, and in `parts` what belongs to them.

pub(super) mod chain;
mod merge;
mod parts;
mod snapshot;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::model::Post;
use super::policy::{HistoryAccess, PostFacts, PostSubject};
use super::posts::grouped;
use super::repository::revisions::{self as rows, RevisionRow};
use super::repository::{authors, tags};
use crate::accounts::Viewer;
use crate::db::{Connection, Pool};
use crate::error::Result;
use crate::ids::{AuthorId, PostId, TagId, UserId};
use crate::page::{OrderTag, Page, PageRequest, Position, SortKey};

pub use merge::changed_fields;
pub(super) use merge::merge;
pub use parts::Difference;
pub use snapshot::{Hash, Saved, Snapshot};

/// A save of a post.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Whose.
    pub post: PostId,
    /// Counts the saves of the post, from 1.
    pub number: i32,
    /// Who saved it; nobody: the program did.
    pub editor: Option<UserId>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Why, in its editor's words.
    pub note: Option<String>,
    /// All but the text.
    pub snapshot: Snapshot,
}

/// Names a revision: its post, and its number.
pub type RevisionId = (PostId, i32);

impl Revision {
    pub(super) fn of(row: RevisionRow) -> Result<Self> {
        Ok(Self {
            post: row.post_id,
            number: row.number,
            editor: row.editor_id,
            created_at: row.created_at,
            snapshot: Snapshot::from_text(&row.snapshot)?,
            note: row.note,
        })
    }

    /// What names it.
    #[must_use]
    pub fn id(&self) -> RevisionId {
        (self.post, self.number)
    }

    /// The revision's place in the list of its post's.
    #[must_use]
    pub fn cursor(&self) -> String {
        let key = SortKey::Time(number_as_time(self.number));
        let id = self.post.0;
        Position { key, id }.to_cursor(BY_NUMBER)
    }

    /// Reads a cursor of a list of revisions.
    #[must_use]
    pub fn position(cursor: &str) -> Option<Position> {
        Position::time_from_cursor(cursor, BY_NUMBER)
    }
}

/// Marks cursors of lists of revisions.
const BY_NUMBER: OrderTag = OrderTag(b'r');

/// Cursors know times and texts; a number is so many microseconds.
fn number_as_time(number: i32) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(i64::from(number)).unwrap_or_default()
}

fn number_at(position: &Position) -> Option<i32> {
    match &position.key {
        SortKey::Time(time) => i32::try_from(time.timestamp_micros()).ok(),
        SortKey::Text(_) | SortKey::Rank(_) => None,
    }
}

/// Shows the revisions of posts. What is asked of several at once is read at once.
#[derive(Clone, Debug)]
pub struct Revisions {
    pool: Pool,
}

impl Revisions {
    pub(super) fn new(pool: Pool) -> Self {
        Self { pool }
    }

    /// A page of the revisions of each post, the newest first; those whose revisions the viewer may
    /// not see are left out.
    pub async fn of_posts(
        &self,
        viewer: &Viewer,
        posts: &[PostId],
        page: &PageRequest,
    ) -> Result<HashMap<PostId, Page<Revision>>> {
        let Some((mut connection, posts)) = self.readable(viewer, posts).await? else {
            return Ok(HashMap::new());
        };
        let bound = |position: &Option<Position>| position.as_ref().and_then(number_at);
        let bounds = (bound(&page.after), bound(&page.before));
        let found = rows::list_by_posts(&mut connection, &posts, page, bounds).await?;
        let mut grouped: HashMap<PostId, Vec<Revision>> = HashMap::new();
        for (post, row) in found {
            let revisions = grouped.entry(PostId(post)).or_default();
            revisions.push(Revision::of(row)?);
        }
        let pages = grouped.into_iter();
        Ok(pages
            .map(|(post, rows)| (post, Page::from_rows(rows, page)))
            .collect())
    }

    /// How many revisions of each post the viewer may see; posts without any are left out.
    pub async fn count_by_posts(
        &self,
        viewer: &Viewer,
        posts: &[PostId],
    ) -> Result<HashMap<PostId, i64>> {
        let Some((mut connection, posts)) = self.readable(viewer, posts).await? else {
            return Ok(HashMap::new());
        };
        let counts = rows::count_by_posts(&mut connection, &posts).await?;
        Ok(counts.into_iter().collect())
    }

    /// The revision of each post with this number, as far as the viewer may see it.
    pub async fn numbered(
        &self,
        viewer: &Viewer,
        posts: &[PostId],
        number: i32,
    ) -> Result<HashMap<PostId, Revision>> {
        let Some((mut connection, posts)) = self.readable(viewer, posts).await? else {
            return Ok(HashMap::new());
        };
        let wanted: Vec<_> = posts.into_iter().map(|post| (post, number)).collect();
        by_post(rows::by_numbers(&mut connection, &wanted).await?)
    }

    /// The working draft of each post that has one, as far as the viewer may see it.
    pub async fn drafts(
        &self,
        viewer: &Viewer,
        posts: &[PostId],
    ) -> Result<HashMap<PostId, Revision>> {
        let Some((mut connection, posts)) = self.readable(viewer, posts).await? else {
            return Ok(HashMap::new());
        };
        by_post(rows::drafts(&mut connection, &posts).await?)
    }

    /// Those of the posts whose history the viewer may see, and a connection to read it. `None` if
    /// that is none, which for most viewers is known without a statement.
    async fn readable(
        &self,
        viewer: &Viewer,
        posts: &[PostId],
    ) -> Result<Option<(Connection, Vec<PostId>)>> {
        let access = HistoryAccess::of(viewer);
        if access == HistoryAccess::None {
            return Ok(None);
        }
        let mut connection = self.pool.get().await?;
        let readable = readable(&mut connection, access, posts).await?;
        Ok((!readable.is_empty()).then_some((connection, readable)))
    }
}

/// Those of the posts whose history may be seen.
pub(super) async fn readable(
    connection: &mut AsyncPgConnection,
    access: HistoryAccess,
    posts: &[PostId],
) -> Result<Vec<PostId>> {
    match access {
        HistoryAccess::None => Ok(Vec::new()),
        HistoryAccess::Own(author) => rows::by_author(connection, posts, author).await,
        HistoryAccess::All => Ok(posts.to_vec()),
    }
}

fn by_post(rows: Vec<RevisionRow>) -> Result<HashMap<PostId, Revision>> {
    let revisions = rows.into_iter().map(Revision::of);
    revisions
        .map(|revision| revision.map(|it| (it.post, it)))
        .collect()
}

/// What has become of the tags that snapshots name: what was merged into another is that one, and
/// those that are no more are left out.
pub(super) async fn present_tags(
    connection: &mut AsyncPgConnection,
    named: &[Uuid],
) -> Result<HashMap<TagId, TagId>> {
    let ids: Vec<_> = named.iter().map(|id| TagId(*id)).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    tags::present(connection, &ids).await
}

/// The tags that a snapshot names as they are now, each once.
pub(super) fn in_order(named: &[Uuid], present: &HashMap<TagId, TagId>) -> Vec<TagId> {
    let mut tags = Vec::with_capacity(named.len());
    for id in named {
        let tag = present.get(&TagId(*id)).copied();
        tags.extend(tag.filter(|tag| !tags.contains(tag)));
    }
    tags
}

/// The authors of posts, in their orders.
pub(super) async fn author_ids(
    connection: &mut AsyncPgConnection,
    posts: &[PostId],
) -> Result<HashMap<PostId, Vec<AuthorId>>> {
    Ok(grouped(authors::ids_of_posts(connection, posts).await?))
}

/// A post as the policy sees it.
pub(super) fn subject(
    viewer: &Viewer,
    post: &Post,
    authors: &[AuthorId],
    now: DateTime<Utc>,
) -> PostSubject {
    let facts = PostFacts {
        status: post.status,
        listed_at: post.listed_at,
        unpublish_at: post.unpublish_at,
        authors,
    };
    PostSubject::of(viewer, &facts, now)
}
