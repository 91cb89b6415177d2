//! The policy's answer as conditions on rows.

mod owner;
mod post;

pub(super) use owner::{visible_author, visible_tag};
pub(super) use post::{POST_AUTHORS, POST_SEARCH, POST_TAGS, POSTS, visible};
