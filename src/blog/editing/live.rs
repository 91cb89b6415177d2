use diesel_async::AsyncPgConnection;
use serde_json::Value;

use super::references::{path_for_slug, slug_for_title};
use super::{Editing, HeldPost};
use crate::accounts::Viewer;
use crate::blog::markdown;
use crate::blog::model::{Post, PostStatus};
use crate::blog::repository::authors;
use crate::blog::repository::editing::{self, LiveCopy};
use crate::blog::repository::writes::{self, Described, Listing};
use crate::blog::revisions::chain::{self, Save};
use crate::blog::revisions::{Saved, Snapshot, in_order, present_tags};
use crate::error::{Error, Result};
use crate::ids::{AuthorId, TagId};

impl Editing {
    /// Makes a revision what readers see of a post, should they see it at all.
    pub(super) async fn make_live(
        &self,
        connection: &mut AsyncPgConnection,
        held: &HeldPost,
        saved: &Saved,
        number: i32,
    ) -> Result<()> {
        let (post, now) = (&held.post, self.clock.now());
        let snapshot = &saved.snapshot;
        let derived = derived(&saved.content).await?;
        let copy = LiveCopy {
            slug: snapshot.slug.clone(),
            path: snapshot.path.clone(),
            title: snapshot.title.clone(),
            content: saved.content.clone(),
            excerpt: snapshot.excerpt.clone().unwrap_or(derived.excerpt),
            word_count: i32::try_from(derived.word_count).unwrap_or(i32::MAX),
            described: described(snapshot)?,
            front_matter: Value::Object(snapshot.front_matter.clone()),
            version: number,
            draft_version: None,
            updated_at: now,
        };
        editing::set_live_copy(connection, post.id, &copy).await?;
        if (&post.slug, &post.path) != (&copy.slug, &copy.path) {
            // Nobody has a link to what was never public.
            if post.published_at.is_some() || post.status != PostStatus::Draft {
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
        let links = editing::links(connection, post.id).await?;
        let (authors, tags) = self.present_links(connection, snapshot).await?;
        if links.0 != authors {
            writes::set_authors(connection, post.into(), &authors).await?;
        }
        if links.1 != tags {
            writes::set_tags(connection, post.into(), &tags).await?;
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
        let mut newest = chain::head(connection, post).await?;
        newest.snapshot.slug.clone_from(&slug);
        newest.snapshot.path.clone_from(&path);
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

    /// Links a new post to its authors and tags.
    pub(super) async fn link(
        &self,
        connection: &mut AsyncPgConnection,
        listing: Listing,
        snapshot: &Snapshot,
    ) -> Result<()> {
        let (authors, tags) = self.present_links(connection, snapshot).await?;
        writes::set_authors(connection, listing, &authors).await?;
        writes::set_tags(connection, listing, &tags).await
    }

    /// The authors of a revision, which must be there, and those of its tags that are.
    async fn present_links(
        &self,
        connection: &mut AsyncPgConnection,
        snapshot: &Snapshot,
    ) -> Result<(Vec<AuthorId>, Vec<TagId>)> {
        let ids: Vec<_> = snapshot.authors.iter().map(|id| AuthorId(*id)).collect();
        let there = authors::of_ids(connection, &ids).await?;
        if there.len() != ids.len() {
            let message = "an author of this text is no more; name others first";
            return Err(Error::invalid_field("authors", message));
        }
        let present = present_tags(connection, &snapshot.tags).await?;
        Ok((ids, in_order(&snapshot.tags, &present)))
    }
}

/// Longer texts are read off the threads that serve requests.
const MAX_INLINE_MARKDOWN: usize = 16 * 1024;

/// What is stored beside a text because it follows from it.
pub(super) async fn derived(content: &str) -> Result<markdown::Derived> {
    if content.len() <= MAX_INLINE_MARKDOWN {
        return Ok(markdown::derive(content));
    }
    let content = content.to_owned();
    let deriving = tokio::task::spawn_blocking(move || markdown::derive(&content));
    deriving.await.map_err(Error::internal)
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
