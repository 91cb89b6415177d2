use std::mem;

use diesel_async::AsyncPgConnection;

use super::create::{author_ids, require_own};
use super::input::Checked;
use super::live::by_size;
use super::references::{Found, References, follows_slug, path_for_slug, resolve_tags};
use super::{Editing, HeldPost, PostFields, expect_version, read_back};
use crate::accounts::Viewer;
use crate::accounts::audit::{self, Event};
use crate::blog::fields::{self, Problems};
use crate::blog::lifecycle::Transition;
use crate::blog::model::{Post, PostStatus};
use crate::blog::policy::{Visibility, require_writer};
use crate::blog::repository::{editing, revisions};
use crate::blog::revisions::chain::{self, Head, Save};
use crate::blog::revisions::{Saved, changed_fields, merge};
use crate::db::{all_three, both};
use crate::error::{Error, Result};
use crate::ids::PostId;

impl Editing {
    /// Changes a post, as its editor found it in the version `expected`. What others have changed
    /// since is merged with it, or conflicts with it. Readers of a published post see nothing of it
    /// until it is published again.
    pub async fn update(
        &self,
        viewer: &Viewer,
        (post, expected): (PostId, i32),
        mut fields: PostFields,
        note: Option<&str>,
    ) -> Result<Post> {
        require_writer(viewer)?;
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                let mut problems = mem::take(&mut fields.problems);
                let note = problems.take("note", note.map_or(Ok(None), fields::note));
                let checked = Checked::of(&fields, &mut problems);
                let visibility = Visibility::of(viewer, self.clock.now());
                // PostgreSQL does one after the other: what is read is that of the locked post.
                let (locked, newest, found) = all_three(
                    self.hold(connection, viewer, post, Transition::Update),
                    revisions::newest(connection, post),
                    Found::of(connection, visibility, fields.references(&checked)),
                )
                .await?;
                let head = chain::head_of(connection, &locked.post, newest).await?;
                let base = base_of(connection, &locked.post, expected, &head.saved).await?;
                let edit = Edit {
                    post,
                    base: &base,
                    fields,
                    checked,
                    found,
                };
                let yours = self.apply(connection, viewer, edit, problems).await?;
                let version = locked.post.head_version();
                let merged = merged(base, yours, head.saved.clone(), version).await?;
                self.save(connection, viewer, locked, (&head, &merged), note)
                    .await
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
                let locked = self
                    .hold(connection, viewer, post, Transition::Update)
                    .await?;
                expect_version(&locked.post, expected)?;
                let head = chain::head(connection, &locked.post).await?;
                let old = chain::find(connection, post, number).await?;
                let mut problems = Problems::default();
                let note = problems.take("note", note.map_or(Ok(None), fields::note));
                if old.is_none() {
                    problems.add("number", "the post has no such revision");
                }
                let old = old.unwrap_or_default();
                let names = References {
                    slug: Some(&old.snapshot.slug),
                    path: Some(&old.snapshot.path),
                    ..References::default()
                };
                let found = Found::of(connection, Visibility::All, names).await?;
                found.check_slug((&old.snapshot.slug, post), &mut problems);
                found.check_path((&old.snapshot.path, post), &mut problems);
                problems.refuse()?;
                if old.snapshot.authors != head.saved.snapshot.authors {
                    require_own(viewer, &author_ids(&old.snapshot))?;
                }
                self.save(connection, viewer, locked, (&head, &old), note)
                    .await
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
                let locked = self
                    .hold(connection, viewer, post, Transition::Update)
                    .await?;
                expect_version(&locked.post, expected)?;
                if locked.post.draft_version.is_none() {
                    return Err(Error::invalid_field("id", "the post has no working draft"));
                }
                let missing = || Error::internal("a live copy without its revision");
                let live = chain::find(connection, post, locked.post.version).await?;
                let number = locked.post.head_version() + 1;
                let save = Save {
                    post,
                    number,
                    now: self.clock.now(),
                    note: None,
                };
                let mut live = live.ok_or_else(missing)?;
                // It may have been restored from the trash under other names.
                live.snapshot.slug.clone_from(&locked.post.slug);
                live.snapshot.path.clone_from(&locked.post.path);
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
        edit: Edit<'_>,
        mut problems: Problems,
    ) -> Result<Saved> {
        let Edit {
            post,
            base,
            fields,
            checked,
            found,
        } = edit;
        let before = &base.snapshot;
        if let Some(authors) = &fields.authors {
            found.check_authors((authors, &before.authors), &mut problems);
        }
        if let Some(tags) = &fields.tags {
            found.check_tags((tags, &before.tags), &mut problems);
        }
        if let Some(slug) = checked.slug.as_ref().filter(|it| **it != before.slug) {
            found.check_slug((slug, post), &mut problems);
        }
        if let Some(path) = checked.path.as_ref().filter(|it| **it != before.path) {
            found.check_path((path, post), &mut problems);
        }
        problems.refuse()?;
        if let Some(authors) = &fields.authors {
            require_own(viewer, authors)?;
        }
        let slug = checked.slug.clone().unwrap_or_else(|| before.slug.clone());
        let path = match &checked.path {
            Some(path) => path.clone(),
            None if slug == before.slug || !follows_slug(&before.path, &before.slug) => {
                before.path.clone()
            }
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
    /// is not public and has no working draft. Gives the post as it is then.
    async fn save(
        &self,
        connection: &mut AsyncPgConnection,
        viewer: &Viewer,
        locked: HeldPost,
        (head, saved): (&Head, &Saved),
        note: Option<String>,
    ) -> Result<Post> {
        let fields = changed_fields(&head.saved, saved);
        let post = &locked.post;
        if fields.is_empty() {
            return Ok(locked.post);
        }
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
        let revision = chain::next(viewer, save, saved, head)?;
        let event = Event::new(Transition::Update.event())
            .to("post", post.id.0)
            .with("version", number)
            .with("fields", fields);
        if post.status == PostStatus::Published || post.draft_version.is_some() {
            let draft = editing::save_draft(connection, (&revision, &saved.content));
            let noted = audit::append(connection, &self.clock, viewer, event);
            both(draft, noted).await?;
            return Ok(Post {
                draft_version: Some(number),
                ..locked.post
            });
        }
        let new = (number, Some(&revision));
        let post = self.make_live(connection, &locked, saved, new).await?;
        audit::append(connection, &self.clock, viewer, event).await?;
        Ok(post)
    }
}

/// What an editor has made of a version of a post.
struct Edit<'b> {
    post: PostId,
    base: &'b Saved,
    fields: PostFields,
    checked: Checked,
    found: Found,
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
    let longest = texts.into_iter().map(String::len).max();
    let merging = move || merge(&base, &yours, &current, version);
    by_size(longest.unwrap_or_default(), merging).await?
}
