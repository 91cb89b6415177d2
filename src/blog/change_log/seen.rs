use std::collections::HashSet;

use uuid::Uuid;

use super::{Change, ChangeLog};
use crate::accounts::Viewer;
use crate::blog::policy::Visibility;
use crate::blog::repository::change_log as rows;
use crate::error::Result;
use crate::ids::PostId;

/// What a change is to someone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was not to be seen before.
    Appeared,
    /// It was, and still is.
    Changed,
    /// It is no longer.
    Disappeared,
}

/// A change that someone may know of.
#[derive(Clone, Debug)]
pub struct SeenChange {
    /// What was changed, and when.
    pub change: Change,
    /// What that is to them.
    pub kind: ChangeKind,
}

impl ChangeLog {
    /// What changes are to the viewer, who can see the things `visible` now; what they may not know
    /// of is left out.
    pub async fn seen(
        &self,
        viewer: &Viewer,
        changes: &[Change],
        visible: &HashSet<Uuid>,
    ) -> Result<Vec<SeenChange>> {
        let visibility = self.visibility(viewer);
        let own = self.own(visibility, changes).await?;
        let seen = changes.iter().filter_map(|change| {
            let sees_all = visibility == Visibility::All || own.contains(&change.subject_id);
            let kind = kind(change, sees_all, visible.contains(&change.subject_id))?;
            let change = change.clone();
            Some(SeenChange { change, kind })
        });
        Ok(seen.collect())
    }

    /// The posts among the changes that are the viewer's own.
    async fn own(&self, visibility: Visibility, changes: &[Change]) -> Result<HashSet<Uuid>> {
        let Visibility::PublicAndOwn { author, .. } = visibility else {
            return Ok(HashSet::new());
        };
        let posts = changes.iter().filter(|it| it.subject_type == "post");
        let posts: Vec<_> = posts.map(|it| PostId(it.subject_id)).collect();
        let connection = &mut self.pool.get().await?;
        let own = rows::own(connection, author, &posts).await?;
        Ok(own.into_iter().map(|post| post.0).collect())
    }
}

/// What a change is to someone who sees the thing at all times, or as far as it is public.
fn kind(change: &Change, sees_all: bool, is_visible: bool) -> Option<ChangeKind> {
    let was_visible = if sees_all || change.subject_type != "post" {
        !change.is_new
    } else if change.is_live {
        change.was_published
    } else {
        return None;
    };
    match (was_visible, is_visible) {
        (true, true) => Some(ChangeKind::Changed),
        (false, true) => Some(ChangeKind::Appeared),
        // Authors and tags without a public post are hidden, before and after.
        (true, false) if sees_all && change.is_gone => Some(ChangeKind::Disappeared),
        (true, false) if change.subject_type == "post" && change.was_published => {
            Some(ChangeKind::Disappeared)
        }
        _ => None,
    }
}
