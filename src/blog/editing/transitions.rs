use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};

use super::{Editing, HeldPost, Outcome, expect_version, read_back};
use crate::accounts::Viewer;
use crate::accounts::audit::{self, Event};
use crate::blog::fields::{Checked, Problems};
use crate::blog::lifecycle::Transition;
use crate::blog::model::{Post, PostStatus};
use crate::blog::policy::require_writer;
use crate::blog::repository::editing::{self, Standing};
use crate::blog::revisions::chain;
use crate::error::{Error, FieldProblem, Result};
use crate::ids::PostId;
use crate::page::is_storable;

/// The most posts that are moved at once.
const MAX_AT_ONCE: usize = 100;
/// How far ahead something may be planned.
const HORIZON: TimeDelta = TimeDelta::days(50 * 365);

/// From when on, and until when, a post is public.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dates {
    /// The time it is listed under; the first publication, else now.
    pub published_at: Option<DateTime<Utc>>,
    /// When it stops being public; `Some(None)` takes the end away.
    pub unpublish_at: Option<Option<DateTime<Utc>>>,
}

/// What is to be done with a post as a whole.
#[derive(Clone, Copy, Debug)]
pub enum Command {
    /// Make its newest text public.
    Publish(Dates),
    /// Make its newest text public at the time of its dates, which must be to come.
    Schedule(Dates),
    /// Make it a draft again.
    Unpublish,
    /// Take it away from the public and keep it.
    Archive,
    /// Throw it away.
    Trash,
    /// Have it back from the trash.
    Restore,
    /// Remove it for good.
    Purge,
}

/// When a post was public, or is planned to be.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Past {
    /// Its `publishedAt`, whether it has come or not.
    published: Option<DateTime<Utc>>,
    /// Since when it is or was public.
    since: Option<DateTime<Utc>>,
    /// Since when it was before something else was planned.
    former: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
}

impl Past {
    fn of(held: &HeldPost, now: DateTime<Utc>) -> Self {
        Self {
            published: held.post.published_at,
            since: held.public_since(now),
            former: held.former_published_at,
            end: held.post.unpublish_at,
        }
    }
}

impl Command {
    const fn transition(self) -> Transition {
        match self {
            Self::Publish(_) => Transition::Publish,
            Self::Schedule(_) => Transition::Schedule,
            Self::Unpublish => Transition::Unpublish,
            Self::Archive => Transition::Archive,
            Self::Trash => Transition::Trash,
            Self::Restore => Transition::Restore,
            Self::Purge => Transition::Purge,
        }
    }
}

impl Editing {
    /// Does something with a post as a whole, unless it is not in the version `expected` any more.
    /// Gives the post as it is then, or as it was if it is purged.
    pub async fn transition(
        &self,
        viewer: &Viewer,
        (post, expected): (PostId, Option<i32>),
        command: Command,
    ) -> Result<Post> {
        require_writer(viewer)?;
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                self.move_one(connection, viewer, post, expected, command)
                    .await
            })
            .await
    }

    /// Does the same with several posts, in their order: with all of them, or none.
    pub async fn transition_all(
        &self,
        viewer: &Viewer,
        posts: &[PostId],
        command: Command,
    ) -> Result<Vec<Post>> {
        require_writer(viewer)?;
        if posts.len() > MAX_AT_ONCE {
            let message = format!("{} posts are more than {MAX_AT_ONCE}", posts.len());
            return Err(Error::invalid_field("ids", message));
        }
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                // In one order, whatever that of the input: two requests for the same posts wait for
                // each other, and not for ever.
                editing::lock_all(connection, posts).await?;
                let (mut moved, mut problems) = (Vec::new(), Vec::new());
                for (index, post) in posts.iter().enumerate() {
                    // A savepoint each: what PostgreSQL refuses of one leaves the others to be looked at.
                    let one = connection.transaction(async |connection| {
                        self.move_one(connection, viewer, *post, None, command)
                            .await
                    });
                    match one.await {
                        Ok(post) => moved.push(post),
                        Err(error) => problems.extend(of_item(error, index)?),
                    }
                }
                if problems.is_empty() {
                    Ok(moved)
                } else {
                    Err(Error::InvalidInput(problems))
                }
            })
            .await
    }

    pub(super) async fn move_one(
        &self,
        connection: &mut AsyncPgConnection,
        viewer: &Viewer,
        post: PostId,
        expected: Option<i32>,
        command: Command,
    ) -> Result<Post> {
        let transition = command.transition();
        let held = self.hold(connection, viewer, post, transition).await?;
        expect_version(&held.post, expected)?;
        let status = match held.outcome {
            Outcome::Becomes(status) => status,
            Outcome::Gone => {
                editing::delete(connection, post).await?;
                self.note(connection, viewer, &held, transition).await?;
                return Ok(held.post);
            }
        };
        if let Command::Publish(_) | Command::Schedule(_) = command {
            self.promote(connection, &held).await?;
        }
        let mut problems = Problems::default();
        let until_now = Past::of(&held, self.clock.now());
        let standing = self.standing(until_now, status, command, &mut problems);
        problems.refuse()?;
        if transition == Transition::Restore {
            self.find_names(connection, viewer, &held.post).await?;
        }
        editing::set_standing(connection, post, &standing).await?;
        self.note(connection, viewer, &held, transition).await?;
        read_back(connection, post).await
    }

    /// Makes the newest text what readers will see.
    async fn promote(&self, connection: &mut AsyncPgConnection, held: &HeldPost) -> Result<()> {
        let Some(number) = held.post.draft_version else {
            let content = held.post.content.as_deref().unwrap_or_default();
            return require_text(content, "id");
        };
        let newest = chain::head(connection, &held.post).await?.saved;
        require_text(&newest.content, "id")?;
        self.make_live(connection, held, &newest, (number, None))
            .await?;
        Ok(())
    }

    /// Where a post stands after a command, by when it was public before. Notes which of its dates cannot be.
    pub(super) fn standing(
        &self,
        past: Past,
        status: PostStatus,
        command: Command,
        problems: &mut Problems,
    ) -> Standing {
        let now = self.clock.now();
        let unpublish_at = past.end;
        let former_published_at = match command {
            Command::Schedule(_) => past.since,
            _ => past.former,
        };
        let (published_at, unpublish_at) = match command {
            Command::Publish(dates) => {
                let given = dates.published_at.map(|it| check_past(it, now));
                let given = problems.take_some("publishedAt", given);
                let published_at = given.or(past.since).unwrap_or(now);
                let kept = unpublish_at.filter(|end| *end > now);
                let end = end(dates, kept, published_at.max(now), problems);
                (Some(published_at), end)
            }
            Command::Schedule(dates) => {
                let at = check_future(dates.published_at.unwrap_or(now), now);
                let at = problems.take("at", at);
                let kept = unpublish_at.filter(|end| *end > at);
                (Some(at), end(dates, kept, at.max(now), problems))
            }
            // A time to come is none any more; a publication that has been stays.
            Command::Unpublish | Command::Trash | Command::Restore => {
                let kept = unpublish_at.filter(|end| *end > now && past.since.is_some());
                (past.since, kept)
            }
            Command::Archive | Command::Purge => (past.published, unpublish_at),
        };
        Standing {
            status,
            published_at,
            former_published_at,
            unpublish_at,
            updated_at: now,
        }
    }

    async fn note(
        &self,
        connection: &mut AsyncPgConnection,
        viewer: &Viewer,
        held: &HeldPost,
        transition: Transition,
    ) -> Result<()> {
        let event = moved(held.post.id, held.post.status, transition);
        audit::append(connection, &self.clock, viewer, event).await
    }
}

/// What the audit log says of a post that was moved on from a status.
pub(super) fn moved(post: PostId, from: PostStatus, transition: Transition) -> Event {
    Event::new(transition.event())
        .to("post", post.0)
        .with("from", from.as_str())
}

/// What is wrong with an item of a list; any other failure stays what it is.
fn of_item(error: Error, index: usize) -> Result<Vec<FieldProblem>> {
    match error {
        Error::InvalidInput(problems) => {
            let named = problems.into_iter().map(|mut problem| {
                // What is wrong with the item itself stands at its place.
                problem.path.retain(|name| name != "id");
                problem.within("ids", index)
            });
            Ok(named.collect())
        }
        Error::NotFound(message) | Error::Forbidden(message) => {
            let path = vec!["ids".to_owned(), index.to_string()];
            Ok(vec![FieldProblem { path, message }])
        }
        error => Err(error),
    }
}

/// Refuses to make public what has no text.
pub(super) fn require_text(content: &str, field: &str) -> Result<()> {
    if content.trim().is_empty() {
        let message = "the post has no text; write some before it goes public";
        return Err(Error::invalid_field(field, message));
    }
    Ok(())
}

fn check_past(time: DateTime<Utc>, now: DateTime<Utc>) -> Checked<DateTime<Utc>> {
    let time = time.trunc_subsecs(6);
    if time > now {
        return Err("is still to come; use schedulePost for that".to_owned());
    }
    if !is_storable(&time) {
        return Err("not within the years 1 and 9999".to_owned());
    }
    Ok(time)
}

fn check_future(time: DateTime<Utc>, now: DateTime<Utc>) -> Checked<DateTime<Utc>> {
    let time = time.trunc_subsecs(6);
    if time <= now {
        return Err("is not to come; give a later time".to_owned());
    }
    if time > now + HORIZON {
        return Err("is more than 50 years ahead".to_owned());
    }
    Ok(time)
}

/// When a post stops being public, which is later than `begin`.
fn end(
    dates: Dates,
    kept: Option<DateTime<Utc>>,
    begin: DateTime<Utc>,
    problems: &mut Problems,
) -> Option<DateTime<Utc>> {
    match dates.unpublish_at {
        None => kept,
        Some(end) => problems.take_some("unpublishAt", end.map(|it| check_future(it, begin))),
    }
}
