//! The policy's answer as conditions on rows.

mod post;

pub(super) use post::{POST_AUTHORS, POST_TAGS, POSTS, visible};
