//! What an imported post refers to by name: slugs, authors, tags and former paths.

use std::collections::{HashMap, HashSet};

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::blog::repository::writes::{self, Slugs};
use crate::blog::slug::{MAX_SLUG_CHARS, numbered, slugify};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::ids::{AuthorId, PostId, TagId};

/// The longest name of an author or a tag, in characters.
const MAX_NAME: usize = 255;

/// The slug for `text`, or the first of `text-2`, `text-3`, … that nothing but `own` has.
pub(in crate::blog) async fn free_slug(
    connection: &AsyncPgConnection,
    slugs: Slugs,
    (text, fallback): (&str, &str),
    own: Uuid,
    notes: &mut Vec<String>,
) -> Result<String> {
    let base = slug_of(text, fallback);
    let (from, until) = numbered_range(&base);
    let taken: HashSet<String> = writes::slugs_between(connection, slugs, (&from, &until))
        .await?
        .into_iter()
        .filter(|(_, owner)| *owner != own)
        .map(|(slug, _)| slug)
        .collect();
    if !taken.contains(&base) {
        return Ok(base);
    }
    // Of one slug more than are taken, one is free.
    let numbers = 2..=u32::try_from(taken.len() + 2).unwrap_or(u32::MAX);
    let mut slugs = numbers.map(|number| numbered(&base, number));
    let free = slugs.find(|slug| !taken.contains(slug));
    let slug = free.ok_or_else(|| Error::internal("every numbered slug is taken"))?;
    notes.push(format!("the slug {base} is taken; \"{text}\" has {slug}"));
    Ok(slug)
}

/// The slug for `text`, whoever has it.
pub(in crate::blog) fn slug_of(text: &str, fallback: &str) -> String {
    let slug = slugify(text);
    if slug.is_empty() {
        fallback.to_owned()
    } else {
        slug
    }
}

/// Where, in byte order, a slug and its numbered forms lie.
fn numbered_range(base: &str) -> (String, String) {
    // What a number of ten digits leaves of a long slug.
    const STEM: usize = MAX_SLUG_CHARS - 11;
    match base.get(..STEM) {
        // `numbered` shortens such a slug, so everything that begins like it may be meant; `{`
        // follows `z`.
        Some(stem) => (stem.to_owned(), format!("{stem}{{")),
        // `.` follows `-`, and nothing before `-` is in a slug.
        None => (base.to_owned(), format!("{base}.")),
    }
}

/// The ids of authors by their names, made where there are none.
pub(super) async fn authors(
    connection: &mut AsyncPgConnection,
    clock: &Clock,
    names: &[String],
    notes: &mut Vec<String>,
) -> Result<Vec<AuthorId>> {
    let known = writes::authors_by_names(connection, names).await?;
    let mut ids = Vec::with_capacity(names.len());
    for name in names {
        check_name("authors", name)?;
        let id = if let Some(author) = known.iter().find(|author| author.name == *name) {
            author.id
        } else {
            let id = AuthorId(clock.new_uuid());
            let text = (name.as_str(), "author");
            let slug = free_slug(connection, Slugs::Authors, text, id.0, notes).await?;
            writes::insert_author(connection, id, (&slug, name), clock.now()).await?;
            id
        };
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// The ids of tags by their names, made where there are none; each once.
pub(super) async fn tags(
    connection: &mut AsyncPgConnection,
    clock: &Clock,
    names: &[String],
    notes: &mut Vec<String>,
) -> Result<Vec<TagId>> {
    let mut ids = Vec::with_capacity(names.len());
    for id in tag_of_each(connection, clock, names, notes).await? {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// The id of the tag with each of these names, made where there is none.
pub(in crate::blog) async fn tag_of_each(
    connection: &mut AsyncPgConnection,
    clock: &Clock,
    names: &[String],
    notes: &mut Vec<String>,
) -> Result<Vec<TagId>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let mut known = known_tags(connection, names).await?;
    let is_new = |name: &String| !known.contains_key(&name.to_lowercase());
    if names.iter().any(is_new) {
        // Two who make the same tag take turns, and the second finds it.
        writes::lock_name(connection, writes::TAG_NAMES).await?;
        known = known_tags(connection, names).await?;
    }
    let mut ids = Vec::with_capacity(names.len());
    for name in names {
        check_name("tags", name)?;
        let key = name.to_lowercase();
        let id = if let Some(id) = known.get(&key) {
            *id
        } else {
            let id = TagId(clock.new_uuid());
            let text = (name.as_str(), "tag");
            let slug = free_slug(connection, Slugs::Tags, text, id.0, notes).await?;
            writes::insert_tag(connection, id, (&slug, name), clock.now()).await?;
            known.insert(key, id);
            id
        };
        ids.push(id);
    }
    Ok(ids)
}

/// The tags that there are with these names, by their names in lower case.
pub(super) async fn known_tags(
    connection: &mut AsyncPgConnection,
    names: &[String],
) -> Result<HashMap<String, TagId>> {
    let found = writes::tags_by_names(connection, names).await?;
    let found = found.into_iter();
    Ok(found.map(|tag| (tag.name.to_lowercase(), tag.id)).collect())
}

/// Of a post's former paths, those that do not lead to it yet and can.
pub(super) async fn new_aliases(
    connection: &mut AsyncPgConnection,
    post: PostId,
    aliases: &[String],
    notes: &mut Vec<String>,
) -> Result<Vec<String>> {
    if aliases.is_empty() {
        return Ok(Vec::new());
    }
    let occupied = writes::occupied(connection, aliases).await?;
    let redirected = writes::redirected(connection, aliases).await?;
    let mut free = Vec::new();
    for alias in aliases {
        if !is_path(alias) {
            notes.push(format!(
                "the alias {alias} is no path of at most {MAX_PATH} characters"
            ));
        } else if occupied.contains(alias) {
            notes.push(format!(
                "the alias {alias} is the path of a post, which keeps it"
            ));
        } else if let Some((_, owner)) = redirected.iter().find(|(path, _)| path == alias) {
            if *owner != post {
                notes.push(format!(
                    "the alias {alias} leads to another post, which keeps it"
                ));
            }
        } else {
            free.push(alias.clone());
        }
    }
    Ok(free)
}

/// The longest path, in characters.
pub(super) const MAX_PATH: usize = 1024;

/// Whether something can live at a path: it begins with a slash and does not end with one.
pub(super) fn is_path(path: &str) -> bool {
    path.starts_with('/') && !path.ends_with('/') && path.chars().count() <= MAX_PATH
}

/// Whether something may be called so.
pub(super) fn is_name(name: &str) -> bool {
    (1..=MAX_NAME).contains(&name.chars().count())
}

fn check_name(argument: &str, name: &str) -> Result<()> {
    if is_name(name) {
        Ok(())
    } else {
        let message = format!("a name has 1 to {MAX_NAME} characters");
        Err(Error::invalid(argument, message))
    }
}
