//! A new post and all that belongs to it, in one statement.

use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::links::{self, Listing};
use super::revisions::{self, RevisionRow};
use super::search::rows::{self, Fill};
use super::writes::{StoredPost, taken};
use crate::blog::search::Row;
use crate::db::schema::posts;
use crate::db::sql::Together;
use crate::error::Result;
use crate::ids::{AuthorId, TagId};

/// What is stored of a new post.
pub struct NewPost<'q> {
    pub post: &'q StoredPost,
    /// Its first revision, whose text is the post's.
    pub revision: &'q RevisionRow,
    /// One or more, in order.
    pub authors: &'q [AuthorId],
    /// In order.
    pub tags: &'q [TagId],
    /// By which searches find it, with their language.
    pub words: (&'static str, &'q Row),
}

/// Stores a new post.
pub async fn insert(mut connection: &AsyncPgConnection, new: &NewPost<'_>) -> Result<()> {
    let listing = Listing::from(new.post);
    let (language, words) = new.words;
    let words = Fill::new(listing, language, words);
    let mut all = Together::default()
        .and(links::new_authors(listing, new.authors))
        .and(revisions::new_content(new.revision, &new.post.content))
        .and(revisions::new_revision(new.revision))
        .and(words.bigrams())
        .and(words);
    if !new.tags.is_empty() {
        all = all.and(links::new_tags(listing, new.tags));
    }
    // PostgreSQL begins with the last: what it notes of the post holds for the links, too.
    all = all.and(diesel::insert_into(posts::table).values(new.post));
    let all = all.and(rows::is_filled(new.post.id));
    all.execute(&mut connection).await.map_err(taken)?;
    Ok(())
}
