//! Posts, authors, tags and the paths they live at: the reference domain.
//!
//! Start at [`Blog`], the services; `policy` decides who may see what, `repository` holds the SQL
//! and is private. May import `db`, `accounts` and the leaf modules; knows nothing of HTTP or
//! GraphQL.

mod authors;
pub mod change_log;
mod editing;
pub mod fields;
pub mod imports;
mod indexing;
pub mod json_ld;
pub mod lifecycle;
pub mod lines;
pub mod markdown;
pub mod model;
pub mod order;
mod phrases;
pub mod policy;
mod posts;
mod previews;
pub mod provenance;
mod repository;
pub mod revisions;
mod routes;
mod schedule;
pub mod search;
mod searches;
pub mod slug;
mod stale;
mod tags;

use std::sync::Arc;

use self::indexing::Indexing;
use crate::accounts::Tokens;
use crate::clock::Clock;
use crate::db::Pool;

pub use authors::{AuthorFields, Authors};
pub use change_log::ChangeLog;
pub use editing::{Command, Dates, Editing, PostFields, TagRef};
pub use imports::Imports;
pub use phrases::Phrases;
pub use posts::{PostList, Posts};
pub use previews::{PreviewLink, Previews};
pub use provenance::Provenance;
pub use revisions::{Difference, Revision, RevisionId, Revisions};
pub use routes::{Route, Routes};
pub use schedule::{Moved, Schedule};
pub use searches::{Found, SearchList};
pub use tags::Tags;

/// The blog's services.
#[derive(Clone, Debug)]
pub struct Blog {
    /// Posts and lists of posts.
    pub posts: Posts,
    /// Writing posts.
    pub editing: Editing,
    /// The history of posts.
    pub revisions: Revisions,
    /// Leave to read posts as they are being worked on.
    pub previews: Previews,
    /// What happens when its time has come.
    pub schedule: Schedule,
    /// The index of phrases.
    pub phrases: Phrases,
    /// What was changed, for those who follow it.
    pub changes: ChangeLog,
    /// What answers are made from, for those who keep them.
    pub provenance: Provenance,
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
    pub fn new(pool: &Pool, clock: &Clock, tokens: &Arc<Tokens>) -> Self {
        let indexing = Indexing::default();
        Self {
            posts: Posts::new(pool.clone(), clock.clone()),
            editing: Editing::new(pool.clone(), clock.clone(), indexing.clone()),
            revisions: Revisions::new(pool.clone()),
            previews: Previews::new(pool.clone(), clock.clone(), Arc::clone(tokens)),
            schedule: Schedule::new(pool.clone(), clock.clone()),
            phrases: Phrases::new(pool.clone()),
            changes: ChangeLog::new(pool.clone(), clock.clone(), Arc::clone(tokens)),
            provenance: Provenance::new(pool.clone(), clock.clone()),
            authors: Authors::new(pool.clone(), clock.clone()),
            tags: Tags::new(pool.clone(), clock.clone()),
            routes: Routes::new(pool.clone(), clock.clone()),
            imports: Imports::new(pool.clone(), clock.clone(), indexing),
        }
    }
}
