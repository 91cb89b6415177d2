use serde_json::{Value, json};

use super::Authors;
use crate::accounts::Viewer;
use crate::accounts::audit::{self, Event};
use crate::blog::fields::{self, Problems};
use crate::blog::imports::references::free_slug;
use crate::blog::model::Author;
use crate::blog::policy::{Visibility, may_curate, may_update_author, require_writer};
use crate::blog::repository::author_changes::{self, Changes, NewRow};
use crate::blog::repository::writes::{self, Slugs};
use crate::blog::repository::{authors, revisions};
use crate::blog::slug::slugify;
use crate::blog::stale::refuse_stale;
use crate::error::{Error, Result};
use crate::ids::AuthorId;

/// What a profile is to say; what is `None` is left as it is, or to its default.
#[derive(Clone, Debug, Default)]
pub struct AuthorFields {
    /// 1 to 255 characters.
    pub name: Option<String>,
    /// Of `[a-z0-9-]`; made of the name where none is given.
    pub slug: Option<String>,
    /// About the author, in plain text.
    pub bio: Option<String>,
    /// Where a picture is; an empty text takes it away.
    pub avatar_url: Option<String>,
}

/// Fields of which each was found right by itself.
#[derive(Default)]
#[expect(
    clippy::option_option,
    reason = "not given, taken away, and given are three things"
)]
struct Checked {
    name: Option<String>,
    slug: Option<String>,
    bio: Option<String>,
    avatar_url: Option<Option<String>>,
}

impl Checked {
    fn of(fields: &AuthorFields, problems: &mut Problems) -> Self {
        let AuthorFields {
            name,
            slug,
            bio,
            avatar_url,
        } = fields;
        let picture = avatar_url.as_deref().map(fields::picture_url);
        Self {
            name: problems.take_some("name", name.as_deref().map(fields::name)),
            slug: problems.take_some("slug", slug.as_deref().map(fields::slug)),
            bio: problems.take_some("bio", bio.as_deref().map(fields::bio)),
            avatar_url: problems.take_some("avatarUrl", picture),
        }
    }
}

impl Authors {
    /// Makes a profile.
    pub async fn create(&self, viewer: &Viewer, fields: AuthorFields) -> Result<Author> {
        require_writer(viewer)?;
        if !may_curate(viewer) {
            return Err(forbidden());
        }
        let mut problems = Problems::default();
        let checked = Checked::of(&fields, &mut problems);
        if checked.name.is_none() {
            problems.add("name", "an author has a name");
        }
        problems.refuse()?;
        let name = checked.name.unwrap_or_default();
        let (id, now) = (AuthorId(self.clock.new_uuid()), self.clock.now());
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                let slug = if let Some(slug) = checked.slug {
                    slug
                } else {
                    writes::lock_name(connection, &slugify(&name)).await?;
                    let text = (name.as_str(), "author");
                    let notes = &mut Vec::new();
                    free_slug(connection, Slugs::Authors, text, id.0, notes).await?
                };
                let row = NewRow {
                    id,
                    slug: &slug,
                    name: &name,
                    bio: checked.bio.as_deref().unwrap_or_default(),
                    avatar_url: checked.avatar_url.as_ref().and_then(Option::as_deref),
                    created_at: now,
                    updated_at: now,
                };
                let author = author_changes::insert(connection, &row).await?;
                let event = Event::new("author.created").to("author", id.0);
                audit::append(connection, &self.clock, viewer, event).await?;
                Ok(author)
            })
            .await
    }

    /// Changes a profile, as its editor found it in the version `expected`.
    pub async fn update(
        &self,
        viewer: &Viewer,
        (author, expected): (AuthorId, i32),
        fields: AuthorFields,
    ) -> Result<Author> {
        require_writer(viewer)?;
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                let current = author_changes::lock(connection, author).await?;
                let current = current.ok_or_else(missing)?;
                let visibility = self.visibility(viewer);
                let visible = authors::by_ids(connection, visibility, &[author]).await?;
                if visible.is_empty() && visibility != Visibility::All {
                    return Err(missing());
                }
                if !may_update_author(viewer, author) {
                    return Err(forbidden());
                }
                let mut problems = Problems::default();
                let checked = Checked::of(&fields, &mut problems);
                problems.refuse()?;
                refuse_stale((current.version, expected), compared(&current, &checked))?;
                let changes = Changes {
                    slug: checked.slug.as_deref(),
                    name: checked.name.as_deref(),
                    bio: checked.bio.as_deref(),
                    avatar_url: checked.avatar_url.clone(),
                    version: current.version + 1,
                    updated_at: self.clock.now(),
                };
                let updated = author_changes::update(connection, author, &changes).await?;
                let event = Event::new("author.updated").to("author", author.0);
                audit::append(connection, &self.clock, viewer, event).await?;
                Ok(updated)
            })
            .await
    }

    /// Removes a profile that no post names.
    pub async fn delete(&self, viewer: &Viewer, author: AuthorId) -> Result<Author> {
        require_writer(viewer)?;
        if !may_curate(viewer) {
            return Err(forbidden());
        }
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                // Nobody can link a post to a profile that is locked.
                let current = author_changes::lock(connection, author).await?;
                let current = current.ok_or_else(missing)?;
                let posts = author_changes::count_posts(connection, author).await?;
                if posts > 0 {
                    let message =
                        format!("the author has {posts} posts; give them other authors first");
                    return Err(Error::invalid_field("id", message));
                }
                if revisions::is_author_of_a_draft(connection, author.0).await? {
                    let message = "a working draft names the author; give it another one first";
                    return Err(Error::invalid_field("id", message));
                }
                author_changes::delete(connection, author).await?;
                let event = Event::new("author.deleted").to("author", author.0);
                audit::append(connection, &self.clock, viewer, event).await?;
                Ok(current)
            })
            .await
    }
}

/// What of a profile is to be changed: each field with what it holds.
fn compared(current: &Author, yours: &Checked) -> [(&'static str, Value, Option<Value>); 4] {
    let given = |text: &Option<String>| text.as_ref().map(|it| json!(it));
    let picture = yours.avatar_url.as_ref().map(|it| json!(it));
    [
        ("name", json!(current.name), given(&yours.name)),
        ("slug", json!(current.slug), given(&yours.slug)),
        ("bio", json!(current.bio), given(&yours.bio)),
        ("avatarUrl", json!(current.avatar_url), picture),
    ]
}

fn missing() -> Error {
    Error::NotFound("there is no such author".to_owned())
}

fn forbidden() -> Error {
    Error::Forbidden("your role does not allow this; ask an editor".to_owned())
}
