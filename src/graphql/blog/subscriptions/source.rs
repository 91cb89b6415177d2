//! Where the events of subscriptions come from.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use async_graphql::{Context, ID};
use futures_util::{Stream, stream};

use super::content_change::{ContentChange, ContentChanges, PostChange};
use crate::accounts::Viewer;
use crate::app::App;
use crate::blog::change_log::{Change, ChangeKind, Follower, SeenChange};
use crate::blog::model::PostColumns;
use crate::error::{Error, Result};
use crate::graphql::blog::Post;
use crate::graphql::context::ContextExt;
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_order::InOrder;
use crate::graphql::node::{self, Node};
use crate::graphql::siblings::Sibling;
use crate::ids::PostId;

/// A subscriber's place in the log, and who it is. Each event is read for them anew, when it is
/// their turn, so that what they may see is decided then.
pub(super) struct Source {
    app: Arc<App>,
    viewer: Viewer,
    parts: PostColumns,
    follower: Follower,
    /// What is to be looked at next.
    waiting: VecDeque<Change>,
}

impl Source {
    pub(super) async fn open(
        ctx: &Context<'_>,
        since: Option<&str>,
        parts: PostColumns,
    ) -> Result<Self> {
        let (app, viewer) = (ctx.shared_app(), ctx.viewer().clone());
        let follower = app.blog.changes.follow(&viewer, since).await?;
        Ok(Self {
            app,
            viewer,
            parts,
            follower,
            waiting: VecDeque::new(),
        })
    }

    /// Posts that become public.
    pub(super) fn published(self) -> impl Stream<Item = async_graphql::Result<Post>> {
        until_it_fails(self, async |source| {
            loop {
                let change = source.next(Change::publishes).await?;
                if let Some((_, Some(post))) = source.seen(&change).await? {
                    return Ok(post);
                }
            }
        })
    }

    /// What happens to a post.
    pub(super) fn of_post(
        self,
        post: PostId,
    ) -> impl Stream<Item = async_graphql::Result<PostChange>> {
        until_it_fails(self, async move |source| {
            loop {
                let change = source.next(|change| change.subject_id == post.0).await?;
                if let Some((seen, post)) = source.seen(&change).await? {
                    return Ok(PostChange {
                        kind: seen.kind.into(),
                        post,
                        committed_at: seen.change.committed_at,
                    });
                }
            }
        })
    }

    /// What happens to everything, at first what has happened already.
    pub(super) fn all(self) -> impl Stream<Item = async_graphql::Result<ContentChanges>> {
        let mut is_first = true;
        until_it_fails(self, async move |source| {
            loop {
                let greets = std::mem::take(&mut is_first) && !source.follower.is_behind();
                let changes = if greets {
                    Vec::new()
                } else {
                    source.app.end_snapshot().await;
                    source.follower.next().await?
                };
                source.check().await?;
                let changes = source.contents(&changes).await?;
                if greets || !changes.is_empty() {
                    let place = source.follower.place();
                    let cursor = source.app.blog.changes.cursor(&source.viewer, place)?;
                    return Ok(ContentChanges { changes, cursor });
                }
            }
        })
    }

    /// The next change of a post that is wanted, for someone who still may come in.
    async fn next(&mut self, is_wanted: impl Fn(&Change) -> bool) -> Result<Change> {
        loop {
            while let Some(change) = self.waiting.pop_front() {
                if change.subject_type == "post" && is_wanted(&change) {
                    self.check().await?;
                    return Ok(change);
                }
            }
            // What is read for the next event has to see it.
            self.app.end_snapshot().await;
            self.waiting.extend(self.follower.next().await?);
        }
    }

    async fn check(&self) -> Result<()> {
        if self.app.accounts.access.holds(&self.viewer).await? {
            return Ok(());
        }
        let message = "your access has ended or is another one since; log in again";
        Err(Error::Unauthenticated(message))
    }

    /// What a change of a post is to the subscriber, and the post unless it is gone.
    async fn seen(&self, change: &Change) -> Result<Option<(SeenChange, Option<Post>)>> {
        let (posts, ids) = (&self.app.blog.posts, [PostId(change.subject_id)]);
        let post = posts.by_ids(&self.viewer, &ids, self.parts).await?.pop();
        let visible: HashSet<_> = post.iter().map(|it| it.id.0).collect();
        let changes = std::slice::from_ref(change);
        let seen = self.app.blog.changes.seen(&self.viewer, changes, &visible);
        let post = post.map(Sibling::single).map(Post);
        Ok(seen.await?.pop().map(|seen| (seen, post)))
    }

    async fn contents(&self, changes: &[Change]) -> Result<Vec<ContentChange>> {
        let of = |change: &Change| GlobalId::of_kind(&change.subject_type, change.subject_id);
        let ids: Vec<_> = changes.iter().filter_map(of).collect();
        let nodes = node::load(&self.app, &self.viewer, self.parts, &ids).await?;
        let nodes: HashMap<_, Node> = ids
            .iter()
            .zip(nodes)
            .filter_map(|(id, node)| Some((id.uuid(), node?)))
            .collect();
        let visible = nodes.keys().copied().collect();
        let seen = self.app.blog.changes.seen(&self.viewer, changes, &visible);
        let seen = seen.await?.into_iter().filter_map(|seen| {
            let node = nodes.get(&seen.change.subject_id).cloned();
            Some(ContentChange {
                kind: seen.kind.into(),
                id: ID::from(of(&seen.change)?),
                node: node
                    .filter(|_| seen.kind != ChangeKind::Disappeared)
                    .map(InOrder),
                committed_at: seen.change.committed_at,
            })
        });
        Ok(seen.collect())
    }
}

/// The events that `next` gives; the first failure is the last of them, for whoever went on might
/// miss something.
fn until_it_fails<T: Send + 'static>(
    source: Source,
    next: impl AsyncFnMut(&mut Source) -> Result<T> + Send + 'static,
) -> impl Stream<Item = async_graphql::Result<T>> {
    stream::unfold(Some((source, next)), async |state| {
        let (mut source, mut next) = state?;
        match next(&mut source).await {
            Ok(event) => Some((Ok(event), Some((source, next)))),
            Err(error) => Some((Err(error.into()), None)),
        }
    })
}
