//! The blog's SQL, private to the blog. May import `db`, the model and the leaf modules; holds no
//! rules.
//!
//! Every function takes a connection, so that a service decides what shares a transaction. Reads
//! take a [`Visibility`](super::policy::Visibility), unless they are of what belongs to posts that
//! the viewer was shown; only `writes`, for imports, looks at everything.
//! `find` answers `None`, `by_…` and `of_…` answer for many keys at once, `list` reads rows in the
//! direction of a page and one row more where there is one.

pub(super) mod authors;
pub(super) mod counts;
pub(super) mod feeds;
pub(super) mod posts;
pub(super) mod redirects;
mod statuses;
pub(super) mod tags;
mod visible;
pub(super) mod writes;
