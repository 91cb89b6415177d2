//! Leave to read one post as it is being worked on, by a link: for whoever is to look at a draft and
//! has no account, above all the site's own frontend.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel_async::AsyncPgConnection;
use secrecy::SecretString;

use super::model::{Post, PostColumns, PostStatus};
use super::policy::{HistoryAccess, PostAction, Visibility, may, require_writer};
use super::posts::grouped;
use super::repository::{editing, posts, previews, revisions as rows};
use super::revisions::{Revision, author_ids, readable, subject};
use crate::accounts::audit::{self, Event};
use crate::accounts::{Tokens, Viewer};
use crate::clock::Clock;
use crate::db::{Pool, schema};
use crate::error::{Error, Result};
use crate::ids::{PostId, PreviewLinkId, UserId};

/// The shortest and the longest time that a link is good for.
const LIFETIMES: std::ops::RangeInclusive<TimeDelta> = TimeDelta::minutes(1)..=TimeDelta::days(90);

/// Leave to read a post as it is being worked on.
#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = schema::preview_links)]
pub struct PreviewLink {
    /// Its id.
    pub id: PreviewLinkId,
    /// To what.
    pub post_id: PostId,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was ended before that.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Makes, follows and ends preview links.
#[derive(Clone, Debug)]
pub struct Previews {
    pool: Pool,
    clock: Clock,
    tokens: Arc<Tokens>,
}

impl Previews {
    pub(super) fn new(pool: Pool, clock: Clock, tokens: Arc<Tokens>) -> Self {
        Self {
            pool,
            clock,
            tokens,
        }
    }

    /// Makes a link to a post that is good for `lifetime`, and its token, which is shown this once.
    pub async fn create(
        &self,
        viewer: &Viewer,
        post: PostId,
        lifetime: TimeDelta,
    ) -> Result<(PreviewLink, SecretString)> {
        require_writer(viewer)?;
        if !LIFETIMES.contains(&lifetime) {
            let message = "is not within 60 seconds and 90 days";
            return Err(Error::invalid_field("expiresIn", message));
        }
        let now = self.clock.now();
        let link = PreviewLink {
            id: PreviewLinkId(self.clock.new_uuid()),
            post_id: post,
            created_by: viewer.account().map(|account| account.user),
            created_at: now,
            expires_at: now + lifetime,
            revoked_at: None,
        };
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                let post = self.require_update(connection, viewer, post).await?;
                if post.status == PostStatus::Trashed {
                    return Err(Error::NotFound("there is no such post".to_owned()));
                }
                // What a link shows is a revision, so there has to be one.
                super::revisions::chain::head(connection, &post).await?;
                previews::insert(connection, &link).await?;
                let event = Event::new("preview-link.created")
                    .to("post", post.id.0)
                    .with("link", link.id.0.to_string());
                audit::append(connection, &self.clock, viewer, event).await
            })
            .await?;
        let token = self.tokens.preview.token(link.id.0, link.expires_at);
        Ok((link, token))
    }

    /// Ends a link.
    pub async fn revoke(&self, viewer: &Viewer, link: PreviewLinkId) -> Result<PreviewLink> {
        require_writer(viewer)?;
        let missing = || Error::NotFound("there is no such preview link".to_owned());
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                let found = previews::find(connection, link)
                    .await?
                    .ok_or_else(missing)?;
                let allowed = self.require_update(connection, viewer, found.post_id);
                allowed.await.map_err(|error| match error {
                    Error::NotFound(_) => missing(),
                    error => error,
                })?;
                previews::revoke(connection, link, self.clock.now()).await?;
                let event = Event::new("preview-link.revoked")
                    .to("post", found.post_id.0)
                    .with("link", link.0.to_string());
                audit::append(connection, &self.clock, viewer, event).await?;
                previews::find(connection, link).await?.ok_or_else(missing)
            })
            .await
    }

    /// The newest text of the post that a token leads to; `None` if it is not good any more. Whoever
    /// has the token may see it, and nothing else that they may not see anyway.
    pub async fn find(&self, _viewer: &Viewer, token: &SecretString) -> Result<Option<Revision>> {
        let now = self.clock.now();
        let Some(link) = self.tokens.preview.link(token, now) else {
            return Ok(None);
        };
        let connection = &mut self.pool.get().await?;
        let found = previews::find_post(connection, PreviewLinkId(link), now).await?;
        let Some(post) = found else {
            return Ok(None);
        };
        let parts = PostColumns::STATUS | PostColumns::VERSION | PostColumns::DRAFT_VERSION;
        let found = posts::by_ids(connection, Visibility::All, &[post], parts).await?;
        let shown = found.first().filter(|it| it.status != PostStatus::Trashed);
        let Some(post) = shown else {
            return Ok(None);
        };
        let newest = (post.id, post.head_version());
        let mut rows = rows::by_numbers(connection, &[newest]).await?;
        rows.pop().map(Revision::of).transpose()
    }

    /// The links to posts that are still good, the newest first; none to those that the viewer may
    /// not change.
    pub async fn of_posts(
        &self,
        viewer: &Viewer,
        ids: &[PostId],
    ) -> Result<HashMap<PostId, Vec<PreviewLink>>> {
        let access = HistoryAccess::of(viewer);
        if !viewer.writes_content() || access == HistoryAccess::None {
            return Ok(HashMap::new());
        }
        let connection = &mut self.pool.get().await?;
        let ids = readable(connection, access, ids).await?;
        let links = previews::of_posts(connection, &ids, self.clock.now()).await?;
        Ok(grouped(links.into_iter().map(|link| (link.post_id, link))))
    }

    /// Forgets links that are over.
    pub async fn forget_expired(&self) -> Result<()> {
        let connection = &mut self.pool.get().await?;
        let now = self.clock.now();
        connection
            .change(async |connection| previews::delete_ended(connection, now).await)
            .await
    }

    async fn require_update(
        &self,
        connection: &mut AsyncPgConnection,
        viewer: &Viewer,
        post: PostId,
    ) -> Result<Post> {
        let missing = || Error::NotFound("there is no such post".to_owned());
        let (post, _) = editing::lock(connection, post).await?.ok_or_else(missing)?;
        let links = author_ids(connection, &[post.id]).await?;
        let authors = links.get(&post.id).map_or(&[][..], Vec::as_slice);
        let subject = subject(viewer, &post, authors, self.clock.now());
        if !may(viewer, PostAction::Read, &subject) {
            return Err(missing());
        }
        if !may(viewer, PostAction::Update, &subject) {
            let message = "you may not show this post to others; ask an editor";
            return Err(Error::Forbidden(message.to_owned()));
        }
        Ok(post)
    }
}
