use diesel_async::{AsyncConnection, AsyncPgConnection};

use super::create::require_own;
use super::input::Checked;
use super::references::{
    check_authors, check_path, check_slug, check_tags, path_for_slug, resolve_tags,
};
use super::{Editing, HeldPost, PostFields, expect_version, read_back};
use crate::accounts::Viewer;
use crate::accounts::audit::{self, Event};
use crate::blog::fields::{self, Problems};
use crate::blog::lifecycle::Transition;
use crate::blog::model::{Post, PostStatus};
use crate::blog::policy::{Visibility, require_writer};
use crate::blog::repository::editing;
use crate::blog::revisions::chain::{self, Save};
use crate::blog::revisions::{Saved, changed_fields, merge};
use crate::error::{Error, Result};
use crate::ids::PostId;

/// Longer texts are merged off the threads that serve requests.
const MAX_INLINE_MERGE: usize = 16 * 1024;

impl Editing {
    /// Changes a post, as its editor found it in the version `expected`. What others have changed
    /// since is merged with it, or conflicts with it. Readers of a published post see nothing of it
    /// until it is published again.
    pub async fn update(
        &self,
        viewer: &Viewer,
        (post, expected): (PostId, i32),
        fields: PostFields,
        note: Option<&str>,
    ) -> Result<Post> {
        require_writer(viewer)?;
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                let held = self
                    .hold(connection, viewer, post, Transition::Update)
                    .await?;
                let current = chain::head(connection, &held.post).await?;
                let base = base_of(connection, &held.post, expected, &current).await?;
                let mut problems = Problems::default();
                let note = problems.take("note", note.map_or(Ok(None), fields::note));
                let yours = self
                    .apply(connection, viewer, (&held, &base), fields, problems)
                    .await?;
                let version = held.post.head_version();
                let merged = merged(base, yours, current.clone(), version).await?;
                self.save(connection, viewer, &held, (&current, &merged), note)
                    .await?;
                read_back(connection, post).await
            })
            .await
    }

    /// Makes a new revision that says what an old one said.
    pub async fn restore_revision(
        &self,
        viewer: &Viewer,
        (post, expected): (PostId, Option<i32>),
        number: i32,
        note: Option<&str>,
    ) -> Result<Post> {
        require_writer(viewer)?;
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                let held = self
                    .hold(connection, viewer, post, Transition::Update)
                    .await?;
                expect_version(&held.post, expected)?;
                let current = chain::head(connection, &held.post).await?;
                let old = chain::find(connection, post, number).await?;
                let mut problems = Problems::default();
                let note = problems.take("note", note.map_or(Ok(None), fields::note));
                if old.is_none() {
                    problems.add("number", "the post has no such revision");
                }
                let old = old.unwrap_or_default();
                let names = &old.snapshot;
                check_slug(connection, (&names.slug, post), &mut problems).await?;
                check_path(connection, (&names.path, post), &mut problems).await?;
                problems.refuse()?;
                self.save(connection, viewer, &held, (&current, &old), note)
                    .await?;
                read_back(connection, post).await
            })
            .await
    }

    /// Drops the working draft: the newest revision says what readers see.
    pub async fn discard_draft(
        &self,
        viewer: &Viewer,
        (post, expected): (PostId, Option<i32>),
    ) -> Result<Post> {
        require_writer(viewer)?;
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                let held = self
                    .hold(connection, viewer, post, Transition::Update)
                    .await?;
                expect_version(&held.post, expected)?;
                if held.post.draft_version.is_none() {
                    return Err(Error::invalid_field("id", "the post has no working draft"));
                }
                let missing = || Error::internal("a live copy without its revision");
                let live = chain::find(connection, post, held.post.version).await?;
                let number = held.post.head_version() + 1;
                let save = Save {
                    post,
                    number,
                    now: self.clock.now(),
                    note: None,
                };
                let mut live = live.ok_or_else(missing)?;
                // It may have been restored from the trash under other names.
                live.snapshot.slug.clone_from(&held.post.slug);
                live.snapshot.path.clone_from(&held.post.path);
                chain::record(connection, Some(viewer), save, &live).await?;
                editing::set_version(connection, post, number).await?;
                let event = Event::new("post.draft-discarded")
                    .to("post", post.0)
                    .with("version", number);
                audit::append(connection, &self.clock, viewer, event).await?;
                read_back(connection, post).await
            })
            .await
    }

    /// What a version becomes by some fields; refuses them with all that is wrong.
    async fn apply(
        &self,
        connection: &mut AsyncPgConnection,
        viewer: &Viewer,
        (held, base): (&HeldPost, &Saved),
        fields: PostFields,
        mut problems: Problems,
    ) -> Result<Saved> {
        let post = held.post.id;
        let visibility = Visibility::of(viewer, self.clock.now());
        let checked = Checked::of(&fields, &mut problems);
        let before = &base.snapshot;
        if let Some(authors) = &fields.authors {
            let given = (authors.as_slice(), before.authors.as_slice());
            check_authors(connection, visibility, given, &mut problems).await?;
        }
        if let Some(tags) = &fields.tags {
            let given = (tags.as_slice(), before.tags.as_slice());
            check_tags(connection, visibility, given, &mut problems).await?;
        }
        if let Some(slug) = checked.slug.as_ref().filter(|it| **it != before.slug) {
            check_slug(connection, (slug, post), &mut problems).await?;
        }
        if let Some(path) = checked.path.as_ref().filter(|it| **it != before.path) {
            check_path(connection, (path, post), &mut problems).await?;
        }
        problems.refuse()?;
        if let Some(authors) = &fields.authors {
            require_own(viewer, authors)?;
        }
        let slug = checked.slug.clone().unwrap_or_else(|| before.slug.clone());
        let path = match &checked.path {
            Some(path) => path.clone(),
            None if slug == before.slug => before.path.clone(),
            None => {
                let former = Some((before.path.as_str(), before.slug.as_str()));
                path_for_slug(connection, &slug, former, post).await?
            }
        };
        let mut yours = checked.applied_to(base, (slug, path));
        if let Some(authors) = fields.authors {
            yours.snapshot.authors = authors.into_iter().map(|author| author.0).collect();
        }
        if let Some(tags) = fields.tags {
            yours.snapshot.tags = resolve_tags(connection, &self.clock, &tags).await?;
        }
        Ok(yours)
    }

    /// Adds a revision, unless it would say what the newest says: readers see it at once if the post
    /// is not public and has no working draft.
    async fn save(
        &self,
        connection: &mut AsyncPgConnection,
        viewer: &Viewer,
        held: &HeldPost,
        (current, saved): (&Saved, &Saved),
        note: Option<String>,
    ) -> Result<()> {
        let fields = changed_fields(current, saved);
        if fields.is_empty() {
            return Ok(());
        }
        let post = &held.post;
        if post.status == PostStatus::Scheduled && post.draft_version.is_none() {
            super::transitions::require_text(&saved.content, "content")?;
        }
        let number = post.head_version() + 1;
        let save = Save {
            post: post.id,
            number,
            now: self.clock.now(),
            note: note.as_deref(),
        };
        chain::record(connection, Some(viewer), save, saved).await?;
        if post.status == PostStatus::Published || post.draft_version.is_some() {
            editing::set_draft_version(connection, post.id, Some(number)).await?;
        } else {
            self.make_live(connection, held, saved, number).await?;
        }
        let event = Event::new(Transition::Update.event())
            .to("post", post.id.0)
            .with("version", number)
            .with("fields", fields);
        audit::append(connection, &self.clock, viewer, event).await
    }
}

/// The version that an editor began with.
async fn base_of(
    connection: &mut AsyncPgConnection,
    post: &Post,
    expected: i32,
    current: &Saved,
) -> Result<Saved> {
    if expected == post.head_version() {
        return Ok(current.clone());
    }
    let unknown = || {
        let message = "the post has had no such version; give the one that you have read";
        Error::invalid_field("expectedVersion", message)
    };
    let base = chain::find(connection, post.id, expected).await?;
    base.ok_or_else(unknown)
}

async fn merged(base: Saved, yours: Saved, current: Saved, version: i32) -> Result<Saved> {
    if base == current {
        return Ok(yours);
    }
    let texts = [&base.content, &yours.content, &current.content];
    if texts.iter().all(|text| text.len() <= MAX_INLINE_MERGE) {
        return merge(&base, &yours, &current, version);
    }
    let merging = move || merge(&base, &yours, &current, version);
    let merging = tokio::task::spawn_blocking(merging);
    merging.await.map_err(Error::internal)?
}
