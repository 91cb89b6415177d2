use async_graphql::{SimpleObject, Union};

use super::Post;
use crate::blog;
use crate::graphql::siblings::Sibling;

/// What lives at a path of the site.
///
/// Example: `{ route(path: "/2026/hello") { ... on Post { title } ... on Redirect { location } }
/// }`.
#[derive(Union)]
pub(super) enum Route {
    Post(Post),
    Redirect(Redirect),
}

/// A path whose page has moved.
///
/// Example: `{ route(path: "/2026/hello") { ... on Redirect { status location } } }`.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(super) struct Redirect {
    /// The HTTP status to answer with: 301, moved permanently.
    status: u16,
    /// The path to send the visitor to.
    location: String,
}

impl From<blog::Route> for Route {
    fn from(route: blog::Route) -> Self {
        match route {
            blog::Route::Post(post) => Self::Post(Post(Sibling::single(*post))),
            blog::Route::MovedTo { location } => Self::Redirect(Redirect {
                status: 301,
                location,
            }),
        }
    }
}
