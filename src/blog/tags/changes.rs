use serde_json::json;

use super::Tags;
use crate::accounts::Viewer;
use crate::accounts::audit::{self, Event};
use crate::blog::fields::{self, Problems};
use crate::blog::imports::references::free_slug;
use crate::blog::model::Tag;
use crate::blog::policy::{may_curate, require_writer};
use crate::blog::repository::tag_changes::{self, Changes, NewRow};
use crate::blog::repository::writes::{self, Slugs};
use crate::blog::stale::refuse_stale;
use crate::error::{Error, Result};
use crate::ids::TagId;

/// The most tags that are merged at once.
const MAX_AT_ONCE: usize = 100;

impl Tags {
    /// Makes a tag.
    pub async fn create(&self, viewer: &Viewer, name: &str, slug: Option<&str>) -> Result<Tag> {
        require_curator(viewer)?;
        let (name, slug) = checked(name, slug)?;
        let (id, now) = (TagId(self.clock.new_uuid()), self.clock.now());
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                writes::lock_name(connection, writes::TAG_NAMES).await?;
                let slug = if let Some(slug) = slug {
                    slug
                } else {
                    let text = (name.as_str(), "tag");
                    free_slug(connection, Slugs::Tags, text, id.0, &mut Vec::new()).await?
                };
                let row = NewRow {
                    id,
                    slug: &slug,
                    name: &name,
                    created_at: now,
                    updated_at: now,
                };
                let tag = tag_changes::insert(connection, &row).await?;
                let event = Event::new("tag.created").to("tag", id.0);
                audit::append(connection, &self.clock, viewer, event).await?;
                Ok(tag)
            })
            .await
    }

    /// Gives a tag another name, and another slug if one is given, as its editor found it in the
    /// version `expected`.
    pub async fn rename(
        &self,
        viewer: &Viewer,
        (tag, expected): (TagId, i32),
        name: &str,
        slug: Option<&str>,
    ) -> Result<Tag> {
        require_curator(viewer)?;
        let (name, slug) = checked(name, slug)?;
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                writes::lock_name(connection, writes::TAG_NAMES).await?;
                let current = tag_changes::lock(connection, &[tag]).await?.pop();
                let current = current.ok_or_else(missing)?;
                let fields = [
                    ("name", json!(current.name), Some(json!(name))),
                    (
                        "slug",
                        json!(current.slug),
                        slug.as_ref().map(|it| json!(it)),
                    ),
                ];
                refuse_stale((current.version, expected), fields)?;
                let changes = Changes {
                    slug: slug.as_deref(),
                    name: &name,
                    version: current.version + 1,
                    updated_at: self.clock.now(),
                };
                let renamed = tag_changes::update(connection, tag, &changes).await?;
                let event = Event::new("tag.renamed").to("tag", tag.0);
                audit::append(connection, &self.clock, viewer, event).await?;
                Ok(renamed)
            })
            .await
    }

    /// Puts one tag in the place of several others, which are no more.
    pub async fn merge(&self, viewer: &Viewer, from: &[TagId], into: TagId) -> Result<Tag> {
        require_curator(viewer)?;
        let mut problems = Problems::default();
        if from.is_empty() || from.len() > MAX_AT_ONCE {
            problems.add("from", format!("name 1 to {MAX_AT_ONCE} tags"));
        }
        if from.contains(&into) {
            problems.add("from", "a tag is not merged into itself");
        }
        problems.refuse()?;
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                let all: Vec<TagId> = from.iter().copied().chain([into]).collect();
                let mut there = tag_changes::lock(connection, &all).await?;
                let mut problems = Problems::default();
                for (index, tag) in from.iter().enumerate() {
                    let path = || vec!["from".to_owned(), index.to_string()];
                    if !there.iter().any(|it| it.id == *tag) {
                        problems.add_at(path(), "there is no such tag");
                    } else if from[..index].contains(tag) {
                        problems.add_at(path(), "is named twice");
                    }
                }
                problems.refuse()?;
                let target = there.iter().position(|it| it.id == into);
                let target = there.swap_remove(target.ok_or_else(missing)?);
                for tag in from {
                    tag_changes::merge(connection, (*tag, into), self.clock.now()).await?;
                }
                let ids: Vec<_> = from.iter().map(|tag| tag.0.to_string()).collect();
                let event = Event::new("tags.merged")
                    .to("tag", into.0)
                    .with("from", ids);
                audit::append(connection, &self.clock, viewer, event).await?;
                Ok(target)
            })
            .await
    }

    /// Takes a tag off every post, and away.
    pub async fn delete(&self, viewer: &Viewer, tag: TagId) -> Result<Tag> {
        require_curator(viewer)?;
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                let current = tag_changes::lock(connection, &[tag]).await?.pop();
                let current = current.ok_or_else(missing)?;
                tag_changes::delete(connection, tag).await?;
                let event = Event::new("tag.deleted").to("tag", tag.0);
                audit::append(connection, &self.clock, viewer, event).await?;
                Ok(current)
            })
            .await
    }
}

fn checked(name: &str, slug: Option<&str>) -> Result<(String, Option<String>)> {
    let mut problems = Problems::default();
    let name = problems.take("name", fields::name(name));
    let slug = problems.take_some("slug", slug.map(fields::slug));
    problems.refuse()?;
    Ok((name, slug))
}

fn require_curator(viewer: &Viewer) -> Result<()> {
    require_writer(viewer)?;
    if may_curate(viewer) {
        return Ok(());
    }
    let message = "tags belong to the posts of many; ask an editor";
    Err(Error::Forbidden(message.to_owned()))
}

fn missing() -> Error {
    Error::NotFound("there is no such tag".to_owned())
}
