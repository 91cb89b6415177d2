//! The blog's SQL, private to the blog. May import `db`, the model and the leaf modules; holds no
//! rules.
//!
//! Every function takes a connection, so that a service decides what shares a transaction. Reads
//! take a [`Visibility`](super::policy::Visibility), unless they are of what belongs to posts that
//! the viewer was shown; only what is for changes looks at everything: `writes`, `editing`, `due`,
//! `author_changes`, `tag_changes`.
//! `find` answers `None`, `by_…` and `of_…` answer for many keys at once, `list` reads rows in the
//! direction of a page and one row more where there is one.

pub(super) mod author_changes;
pub(super) mod authors;
pub(super) mod change_log;
pub(super) mod counts;
pub(super) mod due;
pub(super) mod editing;
pub(super) mod feeds;
pub(super) mod links;
mod named;
pub(super) mod new_posts;
pub(super) mod posts;
pub(super) mod previews;
mod related;
pub(super) mod revisions;
pub(super) mod search;
mod statuses;
pub(super) mod tag_changes;
pub(super) mod tags;
pub(super) mod touches;
mod visible;
pub(super) mod writes;
