use std::iter;

use diesel_async::AsyncPgConnection;
use serde_json::Value;

use super::references::{path_for_slug, slug_for_title};
use super::{Editing, HeldPost};
use crate::accounts::Viewer;
use crate::blog::markdown;
use crate::blog::model::Post;
use crate::blog::repository::editing::{self, LiveCopy};
use crate::blog::repository::revisions::RevisionRow;
use crate::blog::repository::search::rows::Fill;
use crate::blog::repository::writes::{self, Described};
use crate::blog::repository::{authors, links};
use crate::blog::revisions::chain::{self, Save};
use crate::blog::revisions::{Saved, Snapshot, in_order, present_tags};
use crate::blog::search::{Row, Words, language};
use crate::error::{Error, Result};
use crate::ids::AuthorId;

impl Editing {
    /// Makes a revision what readers see of a post, should they see it at all, and adds it if it is
    /// new. Gives the post as it is then.
    pub(super) async fn make_live(
        &self,
        connection: &mut AsyncPgConnection,
        held: &HeldPost,
        saved: &Saved,
        (number, new): (i32, Option<&RevisionRow>),
    ) -> Result<Post> {
        let (post, now) = (&held.post, self.clock.now());
        let snapshot = &saved.snapshot;
        let derived = derived(saved).await?;
        let copy = LiveCopy {
            slug: snapshot.slug.clone(),
            path: snapshot.path.clone(),
            title: snapshot.title.clone(),
            content: saved.content.clone(),
            excerpt: derived.excerpt,
            word_count: derived.word_count,
            described: described(snapshot)?,
            front_matter: Value::Object(snapshot.front_matter.clone()),
            version: number,
            draft_version: None,
            updated_at: now,
        };
        let words = if copy.has_other_words(post) {
            Some(self.index(connection, saved, &copy.excerpt).await?)
        } else {
            None
        };
        let words = words.as_ref();
        let words = words.map(|(language, words)| Fill::new(post.into(), language, words));
        editing::set_live_copy(connection, post.id, &copy, new, words).await?;
        if (&post.slug, &post.path) != (&copy.slug, &copy.path) {
            // Nobody has a link to what was never public, and it takes no name from what is.
            if held.public_since(now).is_some() {
                if post.slug != copy.slug {
                    writes::keep_slug(connection, post.id, &post.slug, now).await?;
                }
                if post.path != copy.path {
                    editing::keep_path(connection, post.id, &post.path, now).await?;
                }
            }
            let names = (copy.slug.as_str(), copy.path.as_str());
            editing::forget_former(connection, post.id, names).await?;
        }
        self.relink(connection, held, snapshot).await?;
        Ok(copy.of(post))
    }

    /// Links a post to the authors of a revision, which must be there, and to those of its tags that
    /// are.
    async fn relink(
        &self,
        connection: &mut AsyncPgConnection,
        held: &HeldPost,
        snapshot: &Snapshot,
    ) -> Result<()> {
        let post = &held.post;
        let authors: Vec<_> = snapshot.authors.iter().map(|id| AuthorId(*id)).collect();
        if held.authors != authors {
            let there = authors::of_ids(connection, &authors).await?;
            if there.len() != authors.len() {
                let message = "an author of this text is no more; name others first";
                return Err(Error::invalid_field("authors", message));
            }
            links::set_authors(connection, post.into(), &authors).await?;
        }
        // What the post has is there.
        if !held.tags.iter().map(|id| &id.0).eq(&snapshot.tags) {
            let present = present_tags(connection, &snapshot.tags).await?;
            let tags = in_order(&snapshot.tags, &present);
            if held.tags != tags {
                links::set_tags(connection, post.into(), &tags).await?;
            }
        }
        Ok(())
    }

    /// Gives a post from the trash other names where its own have been taken meanwhile: a revision
    /// says so, which the next edit begins with.
    pub(super) async fn find_names(
        &self,
        connection: &mut AsyncPgConnection,
        viewer: &Viewer,
        post: &Post,
    ) -> Result<()> {
        let slug = slug_for_title(connection, &post.slug, post.id).await?;
        let former = (post.path.as_str(), post.slug.as_str());
        let path = match writes::path_owner(connection, &post.path).await? {
            None if slug == post.slug => return Ok(()),
            None => post.path.clone(),
            Some(_) => path_for_slug(connection, &slug, Some(former), post.id).await?,
        };
        let mut newest = chain::head(connection, post).await?.saved;
        // A working draft may have names of its own.
        if newest.snapshot.slug == post.slug {
            newest.snapshot.slug.clone_from(&slug);
        }
        if newest.snapshot.path == post.path {
            newest.snapshot.path.clone_from(&path);
        }
        let save = Save {
            post: post.id,
            number: post.head_version() + 1,
            now: self.clock.now(),
            note: None,
        };
        chain::record(connection, Some(viewer), save, &newest).await?;
        editing::set_names(connection, post.id, (&slug, &path)).await?;
        if post.draft_version.is_some() {
            editing::set_draft_version(connection, post.id, Some(save.number)).await
        } else {
            editing::set_version(connection, post.id, save.number).await
        }
    }

    /// The row by which searches find a text, with its language.
    pub(super) async fn index(
        &self,
        connection: &mut AsyncPgConnection,
        saved: &Saved,
        excerpt: &str,
    ) -> Result<(&'static str, Row)> {
        let language = language(saved.snapshot.locale.as_deref());
        let size = saved.content.len();
        let (title, excerpt) = (saved.snapshot.title.clone(), excerpt.to_owned());
        let content = saved.content.clone();
        let reading = by_size(size, move || Words::of(&title, &excerpt, &content));
        let words = reading.await?;
        let text = (language, &words);
        let rare = self.indexing.learn(connection, iter::once(text)).await?;
        let indexing = self.indexing.clone();
        let row = by_size(size, move || indexing.row(language, &words, &rare)).await?;
        Ok((language, row))
    }
}

/// Longer texts are worked on off the threads that serve requests.
const MAX_INLINE: usize = 16 * 1024;

/// Does work on texts that have so many bytes.
pub(super) async fn by_size<T: Send + 'static>(
    size: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    if size <= MAX_INLINE {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Error::internal)
}

/// What is stored beside a text because it follows from it.
pub(super) struct Derived {
    /// What its author has written, else the beginning of the text.
    pub excerpt: String,
    pub word_count: i32,
}

/// What follows from a text.
pub(super) async fn derived(saved: &Saved) -> Result<Derived> {
    let content = saved.content.clone();
    let deriving = by_size(content.len(), move || markdown::derive(&content));
    let derived = deriving.await?;
    Ok(Derived {
        excerpt: saved.snapshot.excerpt.clone().unwrap_or(derived.excerpt),
        word_count: i32::try_from(derived.word_count).unwrap_or(i32::MAX),
    })
}

/// What search engines and other sites are told by a revision.
pub(super) fn described(snapshot: &Snapshot) -> Result<Described> {
    Ok(Described {
        locale: snapshot.locale.clone(),
        meta_title: snapshot.meta_title.clone(),
        meta_description: snapshot.meta_description.clone(),
        canonical_url: snapshot.canonical_url.clone(),
        faq: serde_json::to_value(&snapshot.faq).map_err(Error::internal)?,
    })
}
