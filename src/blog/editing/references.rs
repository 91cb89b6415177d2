//! What a post that is written refers to: authors, tags, and a slug and a path of its own.

use std::collections::HashSet;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::input::TagRef;
use crate::accounts::Viewer;
use crate::blog::fields::{self, Problems};
use crate::blog::imports::references::{free_slug, slug_of, tag_of_each};
use crate::blog::policy::Visibility;
use crate::blog::repository::writes::{self, Slugs};
use crate::blog::repository::{authors, tags};
use crate::blog::slug::numbered;
use crate::clock::Clock;
use crate::db::{all_three, both};
use crate::error::{Error, Result};
use crate::ids::{AuthorId, PostId, TagId};

/// The most authors of a post.
const MAX_AUTHORS: usize = 20;
/// The most tags of a post.
const MAX_TAGS: usize = 50;

/// What a post that is written is to refer to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct References<'f> {
    pub authors: &'f [AuthorId],
    pub tags: &'f [TagRef],
    pub slug: Option<&'f str>,
    pub path: Option<&'f str>,
}

/// What there is of it for the viewer, and which posts have the names already.
#[derive(Debug, Default)]
pub(super) struct Found {
    authors: Vec<AuthorId>,
    tags: Vec<TagId>,
    slug_owner: Option<PostId>,
    path_owner: Option<PostId>,
}

impl Found {
    /// Looks for all of it at once.
    pub(super) async fn of(
        connection: &AsyncPgConnection,
        visibility: Visibility,
        references: References<'_>,
    ) -> Result<Self> {
        let authors = async {
            if !(1..=MAX_AUTHORS).contains(&references.authors.len()) {
                return Ok(Vec::new());
            }
            authors::visible_ids(connection, visibility, references.authors).await
        };
        let tags = async {
            let ids: Vec<_> = references.tags.iter().filter_map(TagRef::id).collect();
            if ids.is_empty() || references.tags.len() > MAX_TAGS {
                return Ok(Vec::new());
            }
            tags::visible_ids(connection, visibility, &ids).await
        };
        let owners = async {
            let (slug, path) = (references.slug, references.path);
            if slug.is_none() && path.is_none() {
                return Ok(Vec::new());
            }
            // No post has empty names.
            let (slug, path) = (slug.unwrap_or_default(), path.unwrap_or_default());
            writes::owners(connection, slug, path).await
        };
        let (authors, tags, owners) = all_three(authors, tags, owners).await?;
        let owner = |has: fn(&(PostId, bool, bool)) -> bool| {
            owners.iter().find(|owner| has(owner)).map(|owner| owner.0)
        };
        Ok(Self {
            authors,
            tags,
            slug_owner: owner(|(_, has_slug, _)| *has_slug),
            path_owner: owner(|(_, _, has_path)| *has_path),
        })
    }

    /// Notes which of the authors are not there for the viewer, or too many. Those that the post has
    /// already are `known`.
    pub(super) fn check_authors(
        &self,
        (ids, known): (&[AuthorId], &[Uuid]),
        problems: &mut Problems,
    ) {
        if ids.is_empty() || ids.len() > MAX_AUTHORS {
            problems.add("authors", format!("a post has 1 to {MAX_AUTHORS} authors"));
            return;
        }
        let mut seen = HashSet::new();
        for (index, id) in ids.iter().enumerate() {
            let path = vec!["authors".to_owned(), index.to_string()];
            if !known.contains(&id.0) && !self.authors.contains(id) {
                problems.add_at(path, "there is no such author");
            } else if !seen.insert(id) {
                problems.add_at(path, "is named twice");
            }
        }
    }

    /// Notes which of the tags cannot be: unknown ids, names that are none, too many.
    pub(super) fn check_tags(&self, (refs, known): (&[TagRef], &[Uuid]), problems: &mut Problems) {
        if refs.len() > MAX_TAGS {
            problems.add("tags", format!("a post has at most {MAX_TAGS} tags"));
            return;
        }
        for (index, it) in refs.iter().enumerate() {
            let path = |field: &str| vec!["tags".to_owned(), index.to_string(), field.to_owned()];
            match it {
                TagRef::Id(id) => {
                    if !known.contains(&id.0) && !self.tags.contains(id) {
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
    }

    /// Notes that another post has a slug.
    pub(super) fn check_slug(&self, (slug, post): (&str, PostId), problems: &mut Problems) {
        if self.slug_owner.is_some_and(|owner| owner != post) {
            problems.add("slug", format!("\"{slug}\" is the slug of another post"));
        }
    }

    /// Notes that another post lives at a path.
    pub(super) fn check_path(&self, (path, post): (&str, PostId), problems: &mut Problems) {
        if !self.is_path_free(post) {
            problems.add("path", format!("another post lives at \"{path}\""));
        }
    }

    /// Whether a post may live at the path.
    pub(super) fn is_path_free(&self, post: PostId) -> bool {
        self.path_owner.is_none_or(|owner| owner == post)
    }
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
    connection: &AsyncPgConnection,
    title: &str,
    post: PostId,
) -> Result<String> {
    let mut name = slug_of(title, "post");
    // One with a number may be what somebody else's title makes, who holds that name.
    for _ in 0..MAX_TRIES {
        let mut notes = Vec::new();
        // PostgreSQL does one after the other: whoever had the lock is done when it looks.
        let locked = writes::lock_name(connection, &name);
        let free = free_slug(
            connection,
            Slugs::Posts,
            (title, "post"),
            post.0,
            &mut notes,
        );
        let ((), slug) = both(locked, free).await?;
        if slug == name {
            return Ok(slug);
        }
        name = slug;
    }
    let message = "others take names like this one at the moment; give another one";
    Err(Error::invalid_field("slug", message))
}

/// A path for a slug where nothing lives: beside `former`, if that ended with the former slug; else that, as it is
/// if nothing else lives there.
pub(super) async fn path_for_slug(
    connection: &AsyncPgConnection,
    slug: &str,
    former: Option<(&str, &str)>,
    post: PostId,
) -> Result<String> {
    let (folder, slug) = match former {
        None => ("/", Some(slug)),
        Some((path, former_slug)) => match folder_of(path, former_slug) {
            Some(folder) => (folder, Some(slug)),
            // It was not made of the slug, so it does not follow it.
            None => (path, None),
        },
    };
    let path_with = |number| match (slug, number) {
        (Some(slug), 1) => format!("{folder}{slug}"),
        (Some(slug), number) => format!("{folder}{}", numbered(slug, number)),
        (None, 1) => folder.to_owned(),
        (None, number) => numbered_path(folder, number),
    };
    for number in 1..=MAX_TRIES {
        let path = path_with(number);
        let owner = writes::path_owner(connection, &path).await?;
        if owner.is_none_or(|owner| owner == post) {
            return Ok(path);
        }
    }
    let first = path_with(1);
    let message = format!("posts live at {first} and its numbered forms; give another path");
    Err(Error::invalid_field("path", message))
}

/// Whether a path was made of a slug, and follows it.
pub(super) fn follows_slug(path: &str, slug: &str) -> bool {
    folder_of(path, slug).is_some()
}

/// What stands before the slug in a path that was made of it.
fn folder_of<'p>(path: &'p str, slug: &str) -> Option<&'p str> {
    let folder = path.strip_suffix(slug)?;
    folder.ends_with('/').then_some(folder)
}

/// A path with a number, cut so that both fit.
fn numbered_path(path: &str, number: u32) -> String {
    let path = path.trim_end_matches('/');
    if path.is_empty() {
        return format!("/{number}");
    }
    let suffix = format!("-{number}");
    let kept = path.chars().take(fields::MAX_PATH - suffix.len());
    kept.chain(suffix.chars()).collect()
}

/// How many names are tried: of a path for a slug that is free none is likely to be taken.
const MAX_TRIES: u32 = 20;

/// The authors of a post that is made: those named, else the viewer's own profile.
pub(super) fn authors_or_own(viewer: &Viewer, named: Option<Vec<AuthorId>>) -> Vec<AuthorId> {
    let own = || viewer.account().and_then(|account| account.author);
    named.unwrap_or_else(|| own().into_iter().collect())
}
