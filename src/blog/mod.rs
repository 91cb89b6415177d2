//! Posts, authors, tags and the paths they live at: the reference domain.
//!
//! Start at [`Blog`], the services; `policy` decides who may see what, `repository` holds the SQL
//! and is private. May import `db`, `accounts` and the leaf modules; knows nothing of HTTP or
//! GraphQL.

mod authors;
pub mod imports;
pub mod json_ld;
pub mod lines;
pub mod markdown;
pub mod model;
pub mod order;
pub mod policy;
mod posts;
mod repository;
mod routes;
pub mod slug;
mod tags;

use crate::clock::Clock;
use crate::db::Pool;

pub use authors::Authors;
pub use imports::Imports;
pub use posts::{PostList, Posts};
pub use routes::{Route, Routes};
pub use tags::Tags;

/// The blog's services.
#[derive(Clone, Debug)]
pub struct Blog {
    /// Posts and lists of posts.
    pub posts: Posts,
    /// Authors.
    pub authors: Authors,
    /// Tags.
    pub tags: Tags,
    /// What lives at a path.
    pub routes: Routes,
    /// Loading content from elsewhere.
    pub imports: Imports,
}

impl Blog {
    /// The services on one database.
    #[must_use]
    pub fn new(pool: &Pool, clock: &Clock) -> Self {
        Self {
            posts: Posts::new(pool.clone(), clock.clone()),
            authors: Authors::new(pool.clone(), clock.clone()),
            tags: Tags::new(pool.clone(), clock.clone()),
            routes: Routes::new(pool.clone(), clock.clone()),
            imports: Imports::new(pool.clone(), clock.clone()),
        }
    }
}
