//! Storing many new posts at once.
//!
//! What is usual is stored here: a post that is new, and asks for names that nothing else has.
//! Everything else is for `post.rs`, one at a time.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use diesel_async::AsyncPgConnection;

use super::post::{self, PreparedPost};
use super::{Change, Imported, ImportedPost, references};
use crate::accounts::{Viewer, audit};
use crate::blog::indexing::Indexing;
use crate::blog::repository::links::{self, LinkedPost};
use crate::blog::repository::revisions;
use crate::blog::repository::search::{phrases, rows as search_rows};
use crate::blog::repository::writes::{self, StoredPost};
use crate::blog::revisions::chain::{self, Save};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::ids::{AuthorId, TagId};

/// Posts that are stored together, in their order.
#[derive(Clone, Debug)]
pub(super) struct Batch {
    pub(super) posts: Arc<Vec<PreparedPost>>,
    pub(super) range: Range<usize>,
}

impl Batch {
    pub(super) fn posts(&self) -> &[PreparedPost] {
        &self.posts[self.range.clone()]
    }

    /// So many of its posts, and the others.
    pub(super) fn split(&self, count: usize) -> (Self, Self) {
        let middle = self.range.start + count;
        let part = |range| Self {
            posts: Arc::clone(&self.posts),
            range,
        };
        (part(self.range.start..middle), part(middle..self.range.end))
    }
}

/// How many of these posts, from the first on, are usual.
pub(super) async fn usual(
    connection: &mut AsyncPgConnection,
    clock: &Clock,
    posts: &[PreparedPost],
) -> Result<usize> {
    let aliases = posts.iter().flat_map(|it| it.post.aliases.iter().cloned());
    let mut paths: Vec<_> = aliases.collect();
    let redirected = if paths.is_empty() {
        Vec::new()
    } else {
        writes::redirected(connection, &paths).await?
    };
    paths.extend(posts.iter().map(|it| it.post.path.clone()));
    let slugs: Vec<_> = posts.iter().map(PreparedPost::slug).collect();
    let redirected: HashSet<_> = redirected.into_iter().map(|(path, _)| path).collect();
    let occupied = writes::occupied(connection, &paths).await?;
    let mut paths: HashSet<&str> = occupied.iter().map(String::as_str).collect();
    let in_use = writes::slugs_in_use(connection, &slugs).await?;
    let mut in_use: HashSet<&str> = in_use.iter().map(String::as_str).collect();
    for (index, (prepared, slug)) in posts.iter().zip(&slugs).enumerate() {
        let post = &prepared.post;
        let is_alias = |alias: &String| references::is_path(alias) && !redirected.contains(alias);
        let is_usual = post::new_row(clock, prepared).is_ok()
            && post
                .authors
                .iter()
                .chain(&post.tags)
                .all(|name| references::is_name(name))
            && post.aliases.iter().all(is_alias)
            && post
                .aliases
                .iter()
                .chain([&post.path])
                .all(|path| paths.insert(path))
            && in_use.insert(slug);
        if !is_usual {
            return Ok(index);
        }
    }
    Ok(posts.len())
}

/// Whether there are all the authors and tags already that posts name.
pub(super) async fn are_names_known(
    connection: &mut AsyncPgConnection,
    posts: &[PreparedPost],
) -> Result<bool> {
    let names = Names::of(connection, posts).await?;
    Ok(posts.iter().all(|it| names.are_known(&it.post)))
}

/// Stores posts that are usual.
pub(super) async fn store(
    connection: &mut AsyncPgConnection,
    clock: &Clock,
    viewer: &Viewer,
    batch: &Batch,
    indexing: &Indexing,
) -> Result<Vec<Imported>> {
    let posts = batch.posts();
    let texts = posts.iter().map(|it| (it.language(), &it.words));
    let rare = indexing.learn(connection, texts).await?;
    let (of_batch, indexing) = (batch.clone(), indexing.clone());
    // While the posts are stored.
    let indexed = tokio::task::spawn_blocking(move || {
        let row = |post: &PreparedPost| indexing.row(post.language(), &post.words, &rare);
        of_batch.posts().iter().map(row).collect::<Vec<_>>()
    });
    let mut names = Names::of(connection, posts).await?;
    let mut rows = Vec::with_capacity(posts.len());
    let mut linked = Vec::with_capacity(posts.len());
    let mut outcomes = Vec::with_capacity(posts.len());
    for post in posts {
        let mut notes = post.notes.clone();
        let row = post::new_row(clock, post)?;
        linked.push(LinkedPost {
            listing: (&row).into(),
            authors: names
                .authors(connection, clock, &post.post.authors, &mut notes)
                .await?,
            tags: names
                .tags(connection, clock, &post.post.tags, &mut notes)
                .await?,
        });
        rows.push(row);
        let change = Change::Added;
        outcomes.push(Imported { change, notes });
    }
    search_rows::fill_by_hand(connection, true).await?;
    writes::insert_posts(connection, &rows).await?;
    search_rows::fill_by_hand(connection, false).await?;
    links::link_all(connection, &linked).await?;
    let aliases = rows.iter().zip(posts).flat_map(|(row, post)| {
        let aliases = post.post.aliases.iter();
        aliases.map(|alias| (alias.as_str(), row.id))
    });
    writes::insert_redirects(connection, &aliases.collect::<Vec<_>>(), clock.now()).await?;
    record(connection, clock, viewer, posts, (&rows, &linked)).await?;
    let indexed = indexed.await.map_err(Error::internal)?.into_iter();
    let indexed = rows.iter().zip(posts).zip(indexed);
    let indexed = indexed.map(|((row, post), words)| (row.id, post.language(), words));
    let indexed: Vec<_> = indexed.collect();
    search_rows::insert(connection, &indexed).await?;
    phrases::insert(connection, &indexed).await?;
    Ok(outcomes)
}

/// Adds the first revision of each post, and tells the audit log of it.
async fn record(
    connection: &mut AsyncPgConnection,
    clock: &Clock,
    viewer: &Viewer,
    posts: &[PreparedPost],
    (rows, links): (&[StoredPost], &[LinkedPost]),
) -> Result<()> {
    let mut revisions = Vec::with_capacity(rows.len());
    let mut events = Vec::with_capacity(rows.len());
    for ((row, post), linked) in rows.iter().zip(posts).zip(links) {
        let saved = post::saved(row, &post.post, &linked.authors, &linked.tags)?;
        let save = Save {
            post: row.id,
            number: row.version,
            now: clock.now(),
            note: None,
        };
        let revision = chain::first(viewer, save, &saved)?;
        revisions.push((revision, row.content.as_str()));
        events.push(post::event(row.id, Change::Added));
    }
    revisions::insert_all(connection, &revisions).await?;
    audit::append_all(connection, clock, viewer, events).await
}

/// The authors and tags that posts name.
struct Names {
    authors: HashMap<String, AuthorId>,
    /// By their names in lower case.
    tags: HashMap<String, TagId>,
}

impl Names {
    /// Those that there are.
    async fn of(connection: &mut AsyncPgConnection, posts: &[PreparedPost]) -> Result<Self> {
        let names = posts.iter().flat_map(|it| &it.post.authors);
        let names: HashSet<_> = names.cloned().collect();
        let names: Vec<_> = names.into_iter().collect();
        let mut authors = HashMap::new();
        for author in writes::authors_by_names(connection, &names).await? {
            // The oldest of a name comes first.
            authors.entry(author.name).or_insert(author.id);
        }
        let names = posts.iter().flat_map(|it| &it.post.tags);
        let names: HashSet<_> = names.cloned().collect();
        let names: Vec<_> = names.into_iter().collect();
        let tags = references::known_tags(connection, &names).await?;
        Ok(Self { authors, tags })
    }

    /// Whether all that a post names are among them.
    fn are_known(&self, post: &ImportedPost) -> bool {
        let is_tag = |name: &String| self.tags.contains_key(&name.to_lowercase());
        post.tags.iter().all(is_tag) && post.authors.iter().all(|it| self.authors.contains_key(it))
    }

    /// The authors with these names, each once, made where there are none.
    async fn authors(
        &mut self,
        connection: &mut AsyncPgConnection,
        clock: &Clock,
        names: &[String],
        notes: &mut Vec<String>,
    ) -> Result<Vec<AuthorId>> {
        if !names.iter().all(|name| self.authors.contains_key(name)) {
            let made = references::authors(connection, clock, names, notes).await?;
            let mut different: Vec<&String> = Vec::new();
            for name in names {
                if !different.contains(&name) {
                    different.push(name);
                }
            }
            let made_of = different.into_iter().cloned().zip(made);
            self.authors.extend(made_of);
        }
        Ok(each_once(
            names.iter().filter_map(|name| self.authors.get(name)),
        ))
    }

    /// The tags with these names, each once, made where there are none.
    async fn tags(
        &mut self,
        connection: &mut AsyncPgConnection,
        clock: &Clock,
        names: &[String],
        notes: &mut Vec<String>,
    ) -> Result<Vec<TagId>> {
        let keys = names.iter().map(|name| name.to_lowercase());
        let keys: Vec<_> = keys.collect();
        if !keys.iter().all(|key| self.tags.contains_key(key)) {
            let made = references::tag_of_each(connection, clock, names, notes).await?;
            self.tags.extend(keys.iter().cloned().zip(made));
        }
        Ok(each_once(keys.iter().filter_map(|key| self.tags.get(key))))
    }
}

fn each_once<'i, I: Copy + PartialEq + 'i>(ids: impl Iterator<Item = &'i I>) -> Vec<I> {
    let mut different = Vec::new();
    for id in ids {
        if !different.contains(id) {
            different.push(*id);
        }
    }
    different
}
