//! Storing one imported post.

use chrono::{DateTime, SubsecRound, Utc};
use diesel_async::AsyncPgConnection;
use serde_json::Value;

use super::{Change, Imported, ImportedPost, references};
use crate::accounts::Viewer;
use crate::accounts::audit::{self, Event};
use crate::blog::model::{Post, PostStatus};
use crate::blog::repository::writes::{self, Described, Slugs, StoredPost};
use crate::blog::repository::{authors, links, tags};
use crate::blog::revisions::chain::{self, Save};
use crate::blog::revisions::{Saved, Snapshot};
use crate::blog::search::{Words, language};
use crate::blog::{fields, markdown};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::ids::{AuthorId, PostId, TagId};

/// The largest content, in bytes.
const MAX_CONTENT: usize = 1024 * 1024;
/// The longest excerpt, in characters.
const MAX_EXCERPT: usize = 1000;

/// A post and what is made of it before it is stored: that takes longer than to read it, and needs no
/// database.
#[derive(Clone, Debug)]
pub struct PreparedPost {
    pub(super) post: ImportedPost,
    pub(super) words: Words,
    pub(super) notes: Vec<String>,
    excerpt: String,
    word_count: i32,
}

impl PreparedPost {
    /// Derives what is stored beside a post's text.
    #[must_use]
    pub fn new(post: ImportedPost) -> Self {
        let mut notes = Vec::new();
        let derived = markdown::derive(&post.content);
        let excerpt = excerpt(post.summary.as_deref(), derived.excerpt, &mut notes);
        Self {
            words: Words::of(&post.title, &excerpt, &post.content),
            word_count: i32::try_from(derived.word_count).unwrap_or(i32::MAX),
            excerpt,
            notes,
            post,
        }
    }

    /// Its public path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.post.path
    }

    /// The language that its words are indexed in.
    pub(super) fn language(&self) -> &'static str {
        language(self.post.locale.as_deref())
    }

    /// The slug that it asks for.
    pub(super) fn slug(&self) -> String {
        references::slug_of(self.slug_text(), SLUG)
    }

    /// What its slug is made of.
    fn slug_text(&self) -> &str {
        let last = self.post.path.rsplit('/').next().unwrap_or_default();
        self.post.slug.as_deref().unwrap_or(last)
    }
}

/// The slug where there is nothing to make one of.
const SLUG: &str = "post";

pub(super) async fn store(
    connection: &mut AsyncPgConnection,
    clock: &Clock,
    viewer: &Viewer,
    prepared: &PreparedPost,
) -> Result<Imported> {
    let post = &prepared.post;
    check(post)?;
    let existing = writes::find_post(connection, &post.path).await?;
    let mut notes = prepared.notes.clone();
    let stored = stored(connection, clock, prepared, existing.as_ref(), &mut notes).await?;
    let aliases = references::new_aliases(connection, stored.id, &post.aliases, &mut notes).await?;
    let change = match existing {
        None => {
            writes::insert_post(connection, &stored).await?;
            link(connection, clock, viewer, &stored, prepared, &mut notes).await?;
            Change::Added
        }
        Some(existing) => {
            let same = is_same(&existing, &stored)
                && same_links(connection, existing.id, post).await?
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
                // Nobody has a link to a draft that has no date, and it takes no name from another post.
                if existing.slug != next.slug && existing.published_at.is_some() {
                    writes::keep_slug(connection, next.id, &existing.slug, clock.now()).await?;
                }
                writes::update_post(connection, &next).await?;
                link(connection, clock, viewer, &next, prepared, &mut notes).await?;
                Change::Updated
            }
        }
    };
    if !aliases.is_empty() {
        let aliases: Vec<_> = aliases
            .iter()
            .map(|path| (path.as_str(), stored.id))
            .collect();
        writes::insert_redirects(connection, &aliases, clock.now()).await?;
    }
    if change != Change::Unchanged {
        audit::append(connection, clock, viewer, event(stored.id, change)).await?;
    }
    Ok(Imported { change, notes })
}

/// What the audit log says of a post that was added or updated.
pub(super) fn event(post: PostId, change: Change) -> Event {
    let is_new = change == Change::Added;
    Event::new("post.imported")
        .to("post", post.0)
        .with("change", if is_new { "added" } else { "updated" })
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
    prepared: &PreparedPost,
    existing: Option<&Post>,
    notes: &mut Vec<String>,
) -> Result<StoredPost> {
    let id = existing.map_or_else(|| PostId(clock.new_uuid()), |existing| existing.id);
    let slug = if let (Some(existing), None) = (existing, &prepared.post.slug) {
        // A slug once given stays, so that links to it stay.
        existing.slug.clone()
    } else {
        let text = (prepared.slug_text(), SLUG);
        references::free_slug(connection, Slugs::Posts, text, id.0, notes).await?
    };
    row(clock, prepared, existing, id, slug)
}

/// The row of a post that is not there yet, if it may have the slug that it asks for.
pub(super) fn new_row(clock: &Clock, prepared: &PreparedPost) -> Result<StoredPost> {
    check(&prepared.post)?;
    row(
        clock,
        prepared,
        None,
        PostId(clock.new_uuid()),
        prepared.slug(),
    )
}

fn row(
    clock: &Clock,
    prepared: &PreparedPost,
    existing: Option<&Post>,
    id: PostId,
    slug: String,
) -> Result<StoredPost> {
    let post = &prepared.post;
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
    Ok(StoredPost {
        id,
        slug,
        path: post.path.clone(),
        title: post.title.clone(),
        excerpt: prepared.excerpt.clone(),
        word_count: prepared.word_count,
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
    prepared: &PreparedPost,
    notes: &mut Vec<String>,
) -> Result<()> {
    let post = &prepared.post;
    let authors = references::authors(connection, clock, &post.authors, notes).await?;
    links::set_authors(connection, stored.into(), &authors).await?;
    let tags = references::tags(connection, clock, &post.tags, notes).await?;
    links::set_tags(connection, stored.into(), &tags).await?;
    let save = Save {
        post: stored.id,
        number: stored.version,
        now: clock.now(),
        note: None,
    };
    let saved = saved(stored, post, &authors, &tags)?;
    chain::record(connection, Some(viewer), save, &saved).await
}

/// What the revision of a stored post saves.
pub(super) fn saved(
    stored: &StoredPost,
    post: &ImportedPost,
    authors: &[AuthorId],
    tags: &[TagId],
) -> Result<Saved> {
    let described = &stored.described;
    let faq = serde_json::from_value(described.faq.clone()).map_err(Error::internal)?;
    Ok(Saved {
        snapshot: Snapshot {
            title: stored.title.clone(),
            slug: stored.slug.clone(),
            path: stored.path.clone(),
            excerpt: post.summary.is_some().then(|| stored.excerpt.clone()),
            authors: authors.iter().map(|id| id.0).collect(),
            tags: tags.iter().map(|id| id.0).collect(),
            meta_title: described.meta_title.clone(),
            meta_description: described.meta_description.clone(),
            canonical_url: described.canonical_url.clone(),
            faq,
            locale: described.locale.clone(),
            front_matter: post.front_matter.clone(),
        },
        content: stored.content.clone(),
    })
}
