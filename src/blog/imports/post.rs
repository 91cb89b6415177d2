//! Storing one imported post.

use chrono::{DateTime, SubsecRound, Utc};
use diesel_async::AsyncPgConnection;
use serde_json::Value;

use super::{Change, Imported, ImportedPost, references};
use crate::accounts::Viewer;
use crate::accounts::audit::{self, Event};
use crate::blog::model::{Post, PostStatus};
use crate::blog::repository::writes::{self, Described, Slugs, StoredPost};
use crate::blog::repository::{authors, tags};
use crate::blog::revisions::chain::{self, Save};
use crate::blog::revisions::{Saved, Snapshot};
use crate::blog::{fields, markdown};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::ids::PostId;

/// The largest content, in bytes.
const MAX_CONTENT: usize = 1024 * 1024;
/// The longest excerpt, in characters.
const MAX_EXCERPT: usize = 1000;

pub(super) async fn store(
    connection: &mut AsyncPgConnection,
    clock: &Clock,
    viewer: &Viewer,
    post: ImportedPost,
) -> Result<Imported> {
    check(&post)?;
    let existing = writes::find_post(connection, &post.path).await?;
    let mut notes = Vec::new();
    let stored = stored(connection, clock, &post, existing.as_ref(), &mut notes).await?;
    let aliases = references::new_aliases(connection, stored.id, &post.aliases, &mut notes).await?;
    let change = match existing {
        None => {
            writes::insert_post(connection, &stored).await?;
            link(connection, clock, viewer, &stored, &post, &mut notes).await?;
            Change::Added
        }
        Some(existing) => {
            let same = is_same(&existing, &stored)
                && same_links(connection, existing.id, &post).await?
                && aliases.is_empty();
            if same {
                Change::Unchanged
            } else {
                let next = StoredPost {
                    updated_at: post.updated_at.unwrap_or_else(|| clock.now()),
                    version: existing.head_version() + 1,
                    ..stored.clone()
                };
                if let Some(draft) = existing.draft_version {
                    notes.push(format!(
                        "its working draft gave way; revision {draft} has it"
                    ));
                }
                if existing.slug != next.slug {
                    writes::keep_slug(connection, next.id, &existing.slug, clock.now()).await?;
                }
                writes::update_post(connection, &next).await?;
                link(connection, clock, viewer, &next, &post, &mut notes).await?;
                Change::Updated
            }
        }
    };
    if !aliases.is_empty() {
        writes::insert_redirects(connection, stored.id, &aliases, clock.now()).await?;
    }
    if change != Change::Unchanged {
        let is_new = change == Change::Added;
        let event = Event::new("post.imported")
            .to("post", stored.id.0)
            .with("change", if is_new { "added" } else { "updated" });
        audit::append(connection, clock, viewer, event).await?;
    }
    Ok(Imported { change, notes })
}

fn check(post: &ImportedPost) -> Result<()> {
    if !(1..=255).contains(&post.title.chars().count()) {
        return Err(Error::invalid("title", "a title has 1 to 255 characters"));
    }
    if post.content.len() > MAX_CONTENT {
        return Err(Error::invalid("content", "the text is longer than 1 MiB"));
    }
    if !references::is_path(&post.path) {
        let message = format!(
            "{} is not a path of 2 to {} characters that begins with a slash and does not end with one",
            post.path,
            references::MAX_PATH,
        );
        return Err(Error::invalid("path", message));
    }
    if let Some(Err(message)) = post.locale.as_deref().map(fields::locale) {
        return Err(Error::invalid("locale", message));
    }
    if post.authors.is_empty() {
        return Err(Error::invalid("authors", "a post has one author or more"));
    }
    Ok(())
}

/// The row that an imported post should be.
async fn stored(
    connection: &mut AsyncPgConnection,
    clock: &Clock,
    post: &ImportedPost,
    existing: Option<&Post>,
    notes: &mut Vec<String>,
) -> Result<StoredPost> {
    let id = existing.map_or_else(|| PostId(clock.new_uuid()), |existing| existing.id);
    let slug = match (existing, &post.slug) {
        // A slug once given stays, so that links to it stay.
        (Some(existing), None) => existing.slug.clone(),
        (_, chosen) => {
            let last = post.path.rsplit('/').next().unwrap_or_default();
            let text = (chosen.as_deref().unwrap_or(last), "post");
            references::free_slug(connection, Slugs::Posts, text, id.0, notes).await?
        }
    };
    let now = clock.now();
    let status = if post.draft {
        PostStatus::Draft
    } else {
        PostStatus::Published
    };
    let published_at = post
        .published_at
        .map(|time| time.trunc_subsecs(6))
        .or_else(|| existing.and_then(|existing| existing.published_at))
        .or_else(|| (!post.draft).then_some(now));
    let unpublish_at = unpublish_at(post, published_at)?;
    let created_at = existing.map_or_else(
        || published_at.map_or(now, |published| published.min(now)),
        |existing| existing.created_at,
    );
    let derived = markdown::derive(&post.content);
    Ok(StoredPost {
        id,
        slug,
        path: post.path.clone(),
        title: post.title.clone(),
        excerpt: excerpt(post.summary.as_deref(), derived.excerpt, notes),
        word_count: i32::try_from(derived.word_count).unwrap_or(i32::MAX),
        content: post.content.clone(),
        status,
        published_at,
        unpublish_at,
        created_at,
        updated_at: post
            .updated_at
            .map(|time| time.trunc_subsecs(6))
            .or_else(|| existing.map(|existing| existing.updated_at))
            .unwrap_or(created_at),
        version: existing.map_or(1, |existing| existing.version),
        front_matter: Value::Object(post.front_matter.clone()),
        draft_version: None,
        described: described(post, existing),
    })
}

/// What search engines are told: files say nothing of most of it, so what was written here stays.
fn described(post: &ImportedPost, existing: Option<&Post>) -> Described {
    let before = existing.map_or_else(Described::default, |existing| Described {
        locale: existing.locale.clone(),
        meta_title: existing.meta_title.clone(),
        meta_description: existing.meta_description.clone(),
        canonical_url: existing.canonical_url.clone(),
        faq: existing
            .faq
            .clone()
            .unwrap_or_else(|| Value::Array(Vec::new())),
    });
    Described {
        locale: post.locale.clone().or(before.locale),
        ..before
    }
}

/// When the post stops being public, in the precision of the database.
fn unpublish_at(
    post: &ImportedPost,
    published_at: Option<DateTime<Utc>>,
) -> Result<Option<DateTime<Utc>>> {
    let end = post.unpublish_at.map(|time| time.trunc_subsecs(6));
    match (published_at, end) {
        (Some(published), Some(end)) if end <= published => {
            let message = format!("{end} is not after the post's publication, {published}");
            Err(Error::invalid("unpublishAt", message))
        }
        _ => Ok(end),
    }
}

fn excerpt(summary: Option<&str>, derived: String, notes: &mut Vec<String>) -> String {
    let Some(summary) = summary else {
        return derived;
    };
    if summary.chars().count() <= MAX_EXCERPT {
        return summary.to_owned();
    }
    notes.push(format!(
        "the summary is longer than {MAX_EXCERPT} characters and was cut"
    ));
    let mut cut: String = summary.chars().take(MAX_EXCERPT - 1).collect();
    cut.push('…');
    cut
}

fn is_same(existing: &Post, stored: &StoredPost) -> bool {
    existing.slug == stored.slug
        && existing.title == stored.title
        && existing.status == stored.status
        && existing.published_at == stored.published_at
        && existing.unpublish_at == stored.unpublish_at
        && existing.updated_at == stored.updated_at
        && existing.word_count == stored.word_count
        && existing.locale == stored.described.locale
        && existing.excerpt.as_ref() == Some(&stored.excerpt)
        && existing.content.as_ref() == Some(&stored.content)
        && existing.front_matter.as_ref() == Some(&stored.front_matter)
}

async fn same_links(
    connection: &mut AsyncPgConnection,
    id: PostId,
    post: &ImportedPost,
) -> Result<bool> {
    let authors = authors::of_posts(connection, &[id]).await?;
    let tags = tags::of_posts(connection, &[id]).await?;
    let tag_key = |name: &String| name.to_lowercase();
    Ok(authors
        .iter()
        .map(|(_, author)| &author.name)
        .eq(&post.authors)
        && tags
            .iter()
            .map(|(_, tag)| tag_key(&tag.name))
            .eq(post.tags.iter().map(tag_key)))
}

/// Links a stored post to its authors and tags, and adds the revision that it is.
async fn link(
    connection: &mut AsyncPgConnection,
    clock: &Clock,
    viewer: &Viewer,
    stored: &StoredPost,
    post: &ImportedPost,
    notes: &mut Vec<String>,
) -> Result<()> {
    let authors = references::authors(connection, clock, &post.authors, notes).await?;
    writes::set_authors(connection, stored.into(), &authors).await?;
    let tags = references::tags(connection, clock, &post.tags, notes).await?;
    writes::set_tags(connection, stored.into(), &tags).await?;
    let described = &stored.described;
    let faq = serde_json::from_value(described.faq.clone()).map_err(Error::internal)?;
    let saved = Saved {
        snapshot: Snapshot {
            title: stored.title.clone(),
            slug: stored.slug.clone(),
            path: stored.path.clone(),
            excerpt: post.summary.is_some().then(|| stored.excerpt.clone()),
            authors: authors.into_iter().map(|id| id.0).collect(),
            tags: tags.into_iter().map(|id| id.0).collect(),
            meta_title: described.meta_title.clone(),
            meta_description: described.meta_description.clone(),
            canonical_url: described.canonical_url.clone(),
            faq,
            locale: described.locale.clone(),
            front_matter: post.front_matter.clone(),
        },
        content: stored.content.clone(),
    };
    let save = Save {
        post: stored.id,
        number: stored.version,
        now: clock.now(),
        note: None,
    };
    chain::record(connection, Some(viewer), save, &saved).await
}
