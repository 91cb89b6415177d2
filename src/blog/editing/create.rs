use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::{Map, Value};

use super::input::Checked;
use super::live::{derived, described};
use super::references::{
    authors_or_own, check_authors, check_path, check_slug, check_tags, path_for_slug, resolve_tags,
    slug_for_title,
};
use super::transitions::Dates;
use super::{Command, Editing, PostFields, read_back};
use crate::accounts::Viewer;
use crate::accounts::audit::{self, Event};
use crate::blog::fields::{self, Problems};
use crate::blog::model::{Post, PostStatus};
use crate::blog::policy::{PostAction, PostState, PostSubject, Visibility, require_writer};
use crate::blog::repository::writes::{self, StoredPost};
use crate::blog::revisions::chain::{self, Save};
use crate::blog::revisions::{Saved, Snapshot};
use crate::error::Result;
use crate::ids::{AuthorId, PostId};

impl Editing {
    /// Makes a post: a draft, or a published one if `publish` says when it is to have been.
    pub async fn create(
        &self,
        viewer: &Viewer,
        fields: PostFields,
        note: Option<&str>,
        publish: Option<Dates>,
    ) -> Result<Post> {
        require_writer(viewer)?;
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                let text = fields.content.as_deref().unwrap_or_default();
                let is_empty = publish.is_some() && text.trim().is_empty();
                let post = self
                    .insert(connection, viewer, (fields, is_empty), note)
                    .await?;
                if let Some(dates) = publish {
                    let command = Command::Publish(dates);
                    self.move_one(connection, viewer, post, None, command)
                        .await?;
                }
                read_back(connection, post).await
            })
            .await
    }

    async fn insert(
        &self,
        connection: &mut AsyncPgConnection,
        viewer: &Viewer,
        (fields, lacks_text): (PostFields, bool),
        note: Option<&str>,
    ) -> Result<PostId> {
        let id = PostId(self.clock.new_uuid());
        let visibility = Visibility::of(viewer, self.clock.now());
        let mut problems = Problems::default();
        let checked = Checked::of(&fields, &mut problems);
        if checked.title.is_none() {
            problems.add("title", "a post has a title");
        }
        if lacks_text {
            problems.add("content", "is empty; write some before it goes public");
        }
        let note = problems.take("note", note.map_or(Ok(None), fields::note));
        let are_given = fields.authors.is_some();
        let authors = authors_or_own(viewer, fields.authors);
        if authors.is_empty() && !are_given {
            let message = "name its authors: your account has no profile of its own";
            problems.add("authors", message);
        } else {
            check_authors(connection, visibility, (&authors, &[]), &mut problems).await?;
        }
        let tags = fields.tags.unwrap_or_default();
        check_tags(connection, visibility, (&tags, &[]), &mut problems).await?;
        if let Some(slug) = &checked.slug {
            check_slug(connection, (slug, id), &mut problems).await?;
        }
        if let Some(path) = &checked.path {
            check_path(connection, (path, id), &mut problems).await?;
        }
        problems.refuse()?;
        require_own(viewer, &authors)?;
        let names = names(connection, &checked, id).await?;
        let mut saved = checked.applied_to(&Saved::default(), names);
        saved.snapshot.authors = authors.iter().map(|author| author.0).collect();
        saved.snapshot.tags = resolve_tags(connection, &self.clock, &tags).await?;
        self.store_new(connection, viewer, id, &saved, note.as_deref())
            .await?;
        Ok(id)
    }

    /// Stores a post as its first revision has it.
    async fn store_new(
        &self,
        connection: &mut AsyncPgConnection,
        viewer: &Viewer,
        id: PostId,
        saved: &Saved,
        note: Option<&str>,
    ) -> Result<()> {
        let now = self.clock.now();
        let derived = derived(&saved.content).await?;
        let Snapshot {
            title, slug, path, ..
        } = &saved.snapshot;
        let stored = StoredPost {
            id,
            slug: slug.clone(),
            path: path.clone(),
            title: title.clone(),
            content: saved.content.clone(),
            excerpt: saved.snapshot.excerpt.clone().unwrap_or(derived.excerpt),
            word_count: i32::try_from(derived.word_count).unwrap_or(i32::MAX),
            status: PostStatus::Draft,
            published_at: None,
            unpublish_at: None,
            created_at: now,
            updated_at: now,
            version: 1,
            front_matter: Value::Object(Map::new()),
            draft_version: None,
            described: described(&saved.snapshot)?,
        };
        writes::insert_post(connection, &stored).await?;
        self.link(connection, (&stored).into(), &saved.snapshot)
            .await?;
        let save = Save {
            post: id,
            number: 1,
            now,
            note,
        };
        chain::record(connection, Some(viewer), save, saved).await?;
        let event = Event::new("post.created").to("post", id.0);
        audit::append(connection, &self.clock, viewer, event).await
    }
}

/// Refuses to make posts of others to whoever may make only their own.
pub(super) fn require_own(viewer: &Viewer, authors: &[AuthorId]) -> Result<()> {
    let own = viewer.account().and_then(|account| account.author);
    let subject = PostSubject {
        state: PostState::Draft,
        own: own.is_some_and(|own| authors.contains(&own)),
    };
    super::require(viewer, PostAction::Create, subject)
}

/// The slug and the path of a new post: those given, else some that are free.
async fn names(
    connection: &mut AsyncPgConnection,
    checked: &Checked,
    post: PostId,
) -> Result<(String, String)> {
    let slug = if let Some(slug) = &checked.slug {
        slug.clone()
    } else {
        let title = checked.title.as_deref().unwrap_or_default();
        slug_for_title(connection, title, post).await?
    };
    let path = match &checked.path {
        Some(path) => path.clone(),
        None => path_for_slug(connection, &slug, None, post).await?,
    };
    Ok((slug, path))
}
