use super::model::{Post, PostColumns};
use super::policy::Visibility;
use super::provenance::{Source, note, note_posts};
use super::repository::posts;
use crate::accounts::Viewer;
use crate::clock::Clock;
use crate::db::Pool;
use crate::error::Result;

/// What lives at the site's paths.
#[derive(Clone, Debug)]
pub struct Routes {
    pool: Pool,
    clock: Clock,
}

/// What lives at a path.
#[derive(Clone, Debug)]
pub enum Route {
    /// A post.
    Post(Box<Post>),
    /// Nothing any more; what lived there has moved for good.
    MovedTo {
        /// The present path.
        location: String,
    },
}

impl Routes {
    pub(super) fn new(pool: Pool, clock: Clock) -> Self {
        Self { pool, clock }
    }

    /// What the viewer finds at `path`, which is taken as a browser shows it: a slash at its end,
    /// a query and a fragment make no difference.
    pub async fn find(
        &self,
        viewer: &Viewer,
        path: &str,
        parts: PostColumns,
    ) -> Result<Option<Route>> {
        let Some(path) = normalized(path) else {
            return Ok(None);
        };
        let visibility = Visibility::of(viewer, self.clock.now());
        let connection = &mut self.pool.get().await?;
        note(|| [Source::PostPath(path.as_str().into())]);
        if let Some(post) = posts::find_by_path(connection, visibility, &path, parts).await? {
            note_posts([&post]);
            return Ok(Some(Route::Post(Box::new(post))));
        }
        let moved = posts::find_by_present_or_former_path(connection, visibility, &path, parts);
        let moved = moved.await?;
        note_posts(&moved);
        Ok(moved.map(|post| match post {
            // It came back between the two looks.
            post if post.path == path => Route::Post(Box::new(post)),
            post => Route::MovedTo {
                location: post.path,
            },
        }))
    }
}

/// The form that paths are stored in; `None` where nothing can live.
fn normalized(path: &str) -> Option<String> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let decoded = percent_encoding::percent_decode_str(path)
        .decode_utf8()
        .ok()?;
    let trimmed = decoded.trim_matches('/');
    let possible = !trimmed.is_empty() && trimmed.len() <= 4096 && !trimmed.contains('\0');
    possible.then(|| format!("/{trimmed}"))
}
