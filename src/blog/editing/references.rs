//! What a post that is written refers to: authors, tags, and a slug and a path of its own.

use std::collections::HashSet;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::input::TagRef;
use crate::accounts::Viewer;
use crate::blog::fields::{self, Problems};
use crate::blog::imports::references::{free_slug, tag_of_each};
use crate::blog::policy::Visibility;
use crate::blog::repository::writes::{self, Slugs};
use crate::blog::repository::{authors, tags};
use crate::blog::slug::{numbered, slugify};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::ids::{AuthorId, PostId, TagId};

/// The most authors of a post.
const MAX_AUTHORS: usize = 20;
/// The most tags of a post.
const MAX_TAGS: usize = 50;

/// Notes which of the authors are not there for the viewer, or too many. Those that the post has
/// already are `known`.
pub(super) async fn check_authors(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    (ids, known): (&[AuthorId], &[Uuid]),
    problems: &mut Problems,
) -> Result<()> {
    if ids.is_empty() || ids.len() > MAX_AUTHORS {
        problems.add("authors", format!("a post has 1 to {MAX_AUTHORS} authors"));
        return Ok(());
    }
    let found = authors::by_ids(connection, visibility, ids).await?;
    let mut seen = HashSet::new();
    for (index, id) in ids.iter().enumerate() {
        let path = vec!["authors".to_owned(), index.to_string()];
        let is_there = known.contains(&id.0) || found.iter().any(|author| author.id == *id);
        if !is_there {
            problems.add_at(path, "there is no such author");
        } else if !seen.insert(id) {
            problems.add_at(path, "is named twice");
        }
    }
    Ok(())
}

/// Notes which of the tags cannot be: unknown ids, names that are none, too many.
pub(super) async fn check_tags(
    connection: &mut AsyncPgConnection,
    visibility: Visibility,
    (refs, known): (&[TagRef], &[Uuid]),
    problems: &mut Problems,
) -> Result<()> {
    if refs.len() > MAX_TAGS {
        problems.add("tags", format!("a post has at most {MAX_TAGS} tags"));
        return Ok(());
    }
    let ids: Vec<TagId> = refs
        .iter()
        .filter_map(|it| match it {
            TagRef::Id(id) => Some(*id),
            TagRef::Name(_) => None,
        })
        .collect();
    let found = if ids.is_empty() {
        Vec::new()
    } else {
        tags::by_ids(connection, visibility, &ids).await?
    };
    for (index, it) in refs.iter().enumerate() {
        let path = |field: &str| vec!["tags".to_owned(), index.to_string(), field.to_owned()];
        match it {
            TagRef::Id(id) => {
                if !known.contains(&id.0) && !found.iter().any(|tag| tag.id == *id) {
                    problems.add_at(path("id"), "there is no such tag");
                }
            }
            TagRef::Name(name) => {
                if let Err(message) = fields::name(name) {
                    problems.add_at(path("name"), message);
                }
            }
        }
    }
    Ok(())
}

/// The tags, which were checked; those that are not there yet are made.
pub(super) async fn resolve_tags(
    connection: &mut AsyncPgConnection,
    clock: &Clock,
    refs: &[TagRef],
) -> Result<Vec<Uuid>> {
    let names: Vec<String> = refs
        .iter()
        .filter_map(|it| match it {
            TagRef::Name(name) => Some(name.trim().to_owned()),
            TagRef::Id(_) => None,
        })
        .collect();
    let by_name = tag_of_each(connection, clock, &names, &mut Vec::new()).await?;
    let mut by_name = by_name.into_iter();
    let mut seen = HashSet::new();
    let mut ids = Vec::with_capacity(refs.len());
    for it in refs {
        let id = match it {
            TagRef::Id(id) => Some(*id),
            TagRef::Name(_) => by_name.next(),
        };
        // A tag that is named twice is there once.
        ids.extend(id.filter(|id| seen.insert(*id)).map(|id| id.0));
    }
    Ok(ids)
}

/// A slug for a title that no other post has, and that none will take before the transaction ends.
pub(super) async fn slug_for_title(
    connection: &mut AsyncPgConnection,
    title: &str,
    post: PostId,
) -> Result<String> {
    let base = slugify(title);
    writes::lock_name(connection, &base).await?;
    free_slug(
        connection,
        Slugs::Posts,
        (title, "post"),
        post.0,
        &mut Vec::new(),
    )
    .await
}

/// Notes that another post has a slug.
pub(super) async fn check_slug(
    connection: &mut AsyncPgConnection,
    (slug, post): (&str, PostId),
    problems: &mut Problems,
) -> Result<()> {
    let owner = writes::slug_owner(connection, slug).await?;
    if owner.is_some_and(|owner| owner != post) {
        problems.add("slug", format!("\"{slug}\" is the slug of another post"));
    }
    Ok(())
}

/// Notes that another post lives at a path.
pub(super) async fn check_path(
    connection: &mut AsyncPgConnection,
    (path, post): (&str, PostId),
    problems: &mut Problems,
) -> Result<()> {
    let owner = writes::path_owner(connection, path).await?;
    if owner.is_some_and(|owner| owner != post) {
        problems.add("path", format!("another post lives at \"{path}\""));
    }
    Ok(())
}

/// A path for a slug where nothing lives: beside `former`, if that ended with the former slug.
pub(super) async fn path_for_slug(
    connection: &mut AsyncPgConnection,
    slug: &str,
    former: Option<(&str, &str)>,
    post: PostId,
) -> Result<String> {
    let folder = match former {
        Some((path, former_slug)) => match path.strip_suffix(former_slug) {
            Some(folder) if folder.ends_with('/') => folder,
            // It was not made of the slug, so it does not follow it.
            _ => return Ok(path.to_owned()),
        },
        None => "/",
    };
    for number in 1..=MAX_TRIES {
        let path = match number {
            1 => format!("{folder}{slug}"),
            number => format!("{folder}{}", numbered(slug, number)),
        };
        let owner = writes::path_owner(connection, &path).await?;
        if owner.is_none_or(|owner| owner == post) {
            return Ok(path);
        }
    }
    let message = format!("posts live at {folder}{slug} and its numbered forms; give another path");
    Err(Error::invalid_field("path", message))
}

/// How many paths are tried for a slug that is free: none of them is likely to be taken.
const MAX_TRIES: u32 = 20;

/// The authors of a post that is made: those named, else the viewer's own profile.
pub(super) fn authors_or_own(viewer: &Viewer, named: Option<Vec<AuthorId>>) -> Vec<AuthorId> {
    let own = || viewer.account().and_then(|account| account.author);
    named.unwrap_or_else(|| own().into_iter().collect())
}
