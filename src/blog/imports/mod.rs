//! Loading posts from elsewhere: the same post again changes nothing, and nothing is loaded by
//! halves.
//!
//! Start at [`Imports::begin`]. A post is known by its public path.

mod batch;
mod post;
pub(super) mod references;
mod settling;
mod writer;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel_async::SimpleAsyncConnection;
use futures_util::future::try_join;
use serde_json::{Map, Value};

use self::batch::Batch;
pub use self::post::PreparedPost;
use self::settling::Settling;
use self::writer::Writer;
use super::indexing::Indexing;
use super::policy::may_import;
use super::repository::writes;
use crate::accounts::Viewer;
use crate::accounts::audit::{self, Event};
use crate::clock::Clock;
use crate::db::Pool;
use crate::error::{Error, Result};

/// Posts that are best handed over, stored and made durable together. More would lose more to a crash
/// and gain little, fewer would wait for the disk more often.
pub const POSTS_PER_BATCH: usize = 500;

/// So many that half of them on each of two connections are stored sooner.
const MANY_POSTS: usize = 50;

/// Held by an import, so that two at once take turns and cannot take the same slug. The number is
/// arbitrary and only has to be the same everywhere.
const ADVISORY_LOCK: i64 = 0x1a_9e_47_a1;

/// The key in the front matter that marks sample content.
pub const SAMPLE_MARK: &str = "imprenta_sample";

/// Loads content from elsewhere.
#[derive(Clone, Debug)]
pub struct Imports {
    pool: Pool,
    clock: Clock,
    indexing: Indexing,
}

/// A post from elsewhere. What is absent is derived or left as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportedPost {
    /// 1 to 255 characters.
    pub title: String,
    /// The slug that its author chose, in any spelling.
    pub slug: Option<String>,
    /// Its public path: begins with a slash, does not end with one.
    pub path: String,
    /// Markdown.
    pub content: String,
    /// A summary in its author's words.
    pub summary: Option<String>,
    /// Not public.
    pub draft: bool,
    /// When it went live.
    pub published_at: Option<DateTime<Utc>>,
    /// When it stops being public; later than it went live.
    pub unpublish_at: Option<DateTime<Utc>>,
    /// When it was last changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// The language that it is in, as a BCP 47 tag.
    pub locale: Option<String>,
    /// Names, first author first.
    pub authors: Vec<String>,
    /// Names.
    pub tags: Vec<String>,
    /// Former public paths.
    pub aliases: Vec<String>,
    /// Whatever else was said of it.
    pub front_matter: Map<String, Value>,
}

/// What became of an imported post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It was there, and differed.
    Updated,
    /// It was there, and is the same.
    Unchanged,
}

/// An imported post's outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// What became of it.
    pub change: Change,
    /// What its author should know: a slug that was taken, an alias that could not be kept.
    pub notes: Vec<String>,
}

/// Whether an import's changes are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// They are.
    Keep,
    /// They are not: everything is tried and then taken back.
    DryRun,
}

impl Imports {
    pub(super) fn new(pool: Pool, clock: Clock, indexing: Indexing) -> Self {
        Self {
            pool,
            clock,
            indexing,
        }
    }

    /// Begins an import, waiting for another one to end.
    pub async fn begin(&self, viewer: &Viewer, mode: Mode) -> Result<ImportSession> {
        if !may_import(viewer) {
            return Err(Error::internal("this viewer may not import"));
        }
        let mut writer = Writer::connect(&self.pool, &self.clock, viewer, &self.indexing).await?;
        writer
            .connection
            .batch_execute(&format!("SELECT pg_advisory_lock({ADVISORY_LOCK})"))
            .await?;
        writer.begin().await?;
        Ok(ImportSession {
            writer,
            help: None,
            mode,
        })
    }
}

/// Who works beside the writer.
struct Help {
    /// Stores half of the posts at the same time.
    second: Writer,
    /// `None` if PostgreSQL does not let us.
    settling: Option<Settling>,
}

/// An import under way. Dropping it without [`finish`](Self::finish) takes back what was not
/// committed yet.
pub struct ImportSession {
    writer: Writer,
    /// `None` before there are many posts.
    help: Option<Help>,
    mode: Mode,
}

impl ImportSession {
    /// Stores posts, or finds that they are the same already, and makes that durable; says of each, in
    /// their order, what became of it. A post that cannot be stored leaves no trace, and the others
    /// can. Fails if the database is gone.
    pub async fn posts(&mut self, posts: Vec<PreparedPost>) -> Result<Vec<Result<Imported>>> {
        let mut outcomes = Vec::with_capacity(posts.len());
        let range = 0..posts.len();
        let posts = Arc::new(posts);
        let mut rest = Batch { posts, range };
        while !rest.posts().is_empty() {
            let Writer {
                connection, clock, ..
            } = &mut self.writer;
            let count = batch::usual(connection, clock, rest.posts()).await?;
            let (usual, others) = rest.split(count);
            if self.is_for_two(usual.posts()).await? {
                self.store_by_two(usual, &mut outcomes).await?;
            } else {
                outcomes.extend(self.writer.store(usual).await?);
            }
            let (next, others) = others.split(others.posts().len().min(1));
            for post in next.posts() {
                outcomes.push(self.writer.post(post).await?);
            }
            rest = others;
        }
        if self.mode == Mode::Keep {
            self.commit_and_begin().await?;
        }
        Ok(outcomes)
    }

    /// Whether two connections should store these posts, which are usual: neither sees what the other has
    /// not committed.
    async fn is_for_two(&mut self, posts: &[PreparedPost]) -> Result<bool> {
        Ok(self.mode == Mode::Keep
            && posts.len() >= MANY_POSTS
            && batch::are_names_known(&mut self.writer.connection, posts).await?)
    }

    /// Stores posts that are usual and make no names, half of them on each connection.
    async fn store_by_two(
        &mut self,
        batch: Batch,
        outcomes: &mut Vec<Result<Imported>>,
    ) -> Result<()> {
        self.commit_and_begin().await?;
        let Help { second, settling } = match &mut self.help {
            Some(help) => help,
            none => none.insert(self.writer.get_help().await?),
        };
        second.begin().await?;
        let (first_half, second_half) = batch.split(batch.posts().len() / 2);
        let (first, others) =
            try_join(self.writer.store(first_half), second.store(second_half)).await?;
        second.commit().await?;
        if let Some(settling) = settling {
            settling.go_on();
        }
        outcomes.extend(first);
        outcomes.extend(others);
        Ok(())
    }

    async fn commit_and_begin(&mut self) -> Result<()> {
        self.writer.commit().await?;
        self.writer.begin().await
    }

    /// Removes the sample content, as far as nobody has changed it: it gives way to the first
    /// content of one's own. Returns how many posts that were.
    pub async fn remove_sample(&mut self) -> Result<usize> {
        let Writer {
            connection,
            clock,
            viewer,
            ..
        } = &mut self.writer;
        let removed = writes::delete_sample(connection, SAMPLE_MARK).await?;
        if removed > 0 {
            let event = Event::new("sample.removed").with("posts", removed);
            audit::append(connection, clock, viewer, event).await?;
        }
        Ok(removed)
    }

    /// Makes what was stored durable, or takes it back if this was a dry run.
    pub async fn finish(mut self) -> Result<()> {
        match self.mode {
            Mode::Keep => {
                self.writer.commit().await?;
                match self.help.and_then(|help| help.settling) {
                    Some(settling) => settling.finish().await,
                    None => self.writer.settle().await,
                }
            }
            Mode::DryRun => self.writer.roll_back().await?,
        }
        Ok(())
    }
}
