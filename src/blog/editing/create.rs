use std::mem;

use diesel_async::AsyncPgConnection;
use serde_json::{Map, Value};

use super::input::Checked;
use super::live::{derived, described};
use super::references::{
    Found, References, authors_or_own, path_for_slug, resolve_tags, slug_for_title,
};
use super::transitions::{Dates, Past, moved};
use super::{Command, Editing, PostFields, permit};
use crate::accounts::Viewer;
use crate::accounts::audit::{self, Event};
use crate::blog::fields::{self, Problems};
use crate::blog::imports::references::slug_of;
use crate::blog::lifecycle::Transition;
use crate::blog::model::{Post, PostStatus};
use crate::blog::policy::{PostAction, PostState, PostSubject, Visibility, require_writer};
use crate::blog::repository::editing::Standing;
use crate::blog::repository::new_posts::{self, NewPost};
use crate::blog::repository::writes::StoredPost;
use crate::blog::revisions::chain::{self, Save};
use crate::blog::revisions::{Saved, Snapshot};
use crate::db::{all_three, both};
use crate::error::Result;
use crate::ids::{AuthorId, PostId, TagId};

impl Editing {
    /// Makes a post: a draft, or a published one if `publish` says when it is to have been.
    pub async fn create(
        &self,
        viewer: &Viewer,
        mut fields: PostFields,
        note: Option<&str>,
        publish: Option<Dates>,
    ) -> Result<Post> {
        require_writer(viewer)?;
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                let id = PostId(self.clock.new_uuid());
                let mut problems = mem::take(&mut fields.problems);
                let text = fields.content.as_deref().unwrap_or_default();
                if publish.is_some() && text.trim().is_empty() {
                    problems.add("content", "is empty; write some before it goes public");
                }
                let note = problems.take("note", note.map_or(Ok(None), fields::note));
                let standing = publish.map(|dates| self.published(dates, &mut problems));
                let saved = self
                    .first_save(connection, viewer, (id, fields), problems)
                    .await?;
                if standing.is_some() {
                    permit_publishing(viewer, &saved.snapshot)?;
                }
                self.store_new(connection, viewer, id, saved, (note.as_deref(), standing))
                    .await
            })
            .await
    }

    /// What a new post is to say; refuses it with all that is wrong.
    async fn first_save(
        &self,
        connection: &mut AsyncPgConnection,
        viewer: &Viewer,
        (id, fields): (PostId, PostFields),
        mut problems: Problems,
    ) -> Result<Saved> {
        let checked = Checked::of(&fields, &mut problems);
        if checked.title.is_none() {
            problems.add("title", "a post has a title");
        }
        let are_given = fields.authors.is_some();
        let authors = authors_or_own(viewer, fields.authors);
        let tags = fields.tags.unwrap_or_default();
        let names = Names::of(&checked);
        let references = References {
            authors: &authors,
            tags: &tags,
            slug: checked.slug.as_deref(),
            path: Some(&names.path),
        };
        let visibility = Visibility::of(viewer, self.clock.now());
        // First the slug, which may wait for somebody who takes the same names.
        let (slug, found) = both(
            names.slug(connection, id),
            Found::of(connection, visibility, references),
        )
        .await?;
        if authors.is_empty() && !are_given {
            let message = "name its authors: your account has no profile of its own";
            problems.add("authors", message);
        } else {
            found.check_authors((&authors, &[]), &mut problems);
        }
        found.check_tags((&tags, &[]), &mut problems);
        if let Some(slug) = &checked.slug {
            found.check_slug((slug, id), &mut problems);
        }
        if let Some(path) = &checked.path {
            found.check_path((path, id), &mut problems);
        }
        problems.refuse()?;
        require_own(viewer, &authors)?;
        let as_expected = names.path == path_of(&slug) && found.is_path_free(id);
        let path = if checked.path.is_some() || as_expected {
            names.path
        } else {
            path_for_slug(connection, &slug, None, id).await?
        };
        let mut saved = checked.applied_to(&Saved::default(), (slug, path));
        saved.snapshot.authors = authors.iter().map(|author| author.0).collect();
        saved.snapshot.tags = resolve_tags(connection, &self.clock, &tags).await?;
        Ok(saved)
    }

    /// Where a new post stands that is published at once.
    fn published(&self, dates: Dates, problems: &mut Problems) -> Standing {
        let command = Command::Publish(dates);
        self.standing(Past::default(), PostStatus::Published, command, problems)
    }

    /// Stores a post as its first revision has it.
    async fn store_new(
        &self,
        connection: &mut AsyncPgConnection,
        viewer: &Viewer,
        id: PostId,
        saved: Saved,
        (note, standing): (Option<&str>, Option<Standing>),
    ) -> Result<Post> {
        let now = self.clock.now();
        let derived = derived(&saved).await?;
        let words = self.index(connection, &saved, &derived.excerpt).await?;
        let save = Save {
            post: id,
            number: 1,
            now,
            note,
        };
        let revision = chain::first(viewer, save, &saved)?;
        let authors = author_ids(&saved.snapshot);
        let tags: Vec<_> = saved.snapshot.tags.iter().map(|id| TagId(*id)).collect();
        let post = StoredPost {
            id,
            status: standing.map_or(PostStatus::Draft, |it| it.status),
            published_at: standing.and_then(|it| it.published_at),
            unpublish_at: standing.and_then(|it| it.unpublish_at),
            described: described(&saved.snapshot)?,
            slug: saved.snapshot.slug,
            path: saved.snapshot.path,
            title: saved.snapshot.title,
            content: saved.content,
            excerpt: derived.excerpt,
            word_count: derived.word_count,
            created_at: now,
            updated_at: now,
            version: 1,
            front_matter: Value::Object(Map::new()),
            draft_version: None,
        };
        let new = NewPost {
            post: &post,
            revision: &revision,
            authors: &authors,
            tags: &tags,
            words: (words.0, &words.1),
        };
        let created = Event::new("post.created").to("post", id.0);
        let created = audit::append(connection, &self.clock, viewer, created);
        let published = async {
            if standing.is_none() {
                return Ok(());
            }
            let event = moved(id, PostStatus::Draft, Transition::Publish);
            audit::append(connection, &self.clock, viewer, event).await
        };
        all_three(new_posts::insert(connection, &new), created, published).await?;
        Ok(post.into())
    }
}

/// The slug and the path that a new post asks for.
struct Names<'f> {
    /// Of which a slug is made if none is given.
    title: &'f str,
    slug: Option<&'f str>,
    /// Given, or that of the slug that it most likely gets.
    path: String,
}

impl<'f> Names<'f> {
    fn of(checked: &'f Checked) -> Self {
        let title = checked.title.as_deref().unwrap_or_default();
        let slug = checked.slug.as_deref();
        let likely = || slug.map_or_else(|| path_of(&slug_of(title, "post")), path_of);
        Self {
            title,
            slug,
            path: checked.path.clone().unwrap_or_else(likely),
        }
    }

    /// The slug that is given, else a free one.
    async fn slug(&self, connection: &AsyncPgConnection, post: PostId) -> Result<String> {
        match self.slug {
            Some(slug) => Ok(slug.to_owned()),
            None => slug_for_title(connection, self.title, post).await,
        }
    }
}

/// Where a post lives for which nothing else is said.
fn path_of(slug: &str) -> String {
    format!("/{slug}")
}

pub(super) fn author_ids(snapshot: &Snapshot) -> Vec<AuthorId> {
    snapshot.authors.iter().map(|id| AuthorId(*id)).collect()
}

/// A draft of these authors, as the policy sees it.
fn draft(viewer: &Viewer, authors: &[AuthorId]) -> PostSubject {
    let own = viewer.account().and_then(|account| account.author);
    PostSubject {
        state: PostState::Draft,
        own: own.is_some_and(|own| authors.contains(&own)),
    }
}

fn permit_publishing(viewer: &Viewer, snapshot: &Snapshot) -> Result<()> {
    let subject = draft(viewer, &author_ids(snapshot));
    let (draft, publish) = (PostStatus::Draft, Transition::Publish);
    permit(viewer, (draft, subject), publish)?;
    Ok(())
}

/// Refuses to make posts of others to whoever may make only their own.
pub(super) fn require_own(viewer: &Viewer, authors: &[AuthorId]) -> Result<()> {
    super::require(viewer, PostAction::Create, draft(viewer, authors))
}
