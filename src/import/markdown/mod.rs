//! Reading trees of Markdown files with front matter, as Zola, Hugo and
//! Jekyll write them.
//!
//! Start with [`walk`] (`walk.rs`), which finds the files of a tree, and
//! [`parse`] (`post.rs`), which reads one of them. `document.rs` parts front
//! matter from text, `front_matter/` reads TOML, YAML and JSON into entries
//! with line numbers, `fields.rs` and `date.rs` give them types, and
//! `public_path.rs` works out the public path with `location.rs`, `address.rs`
//! and `permalink.rs`.
//! Nothing here touches the database.

mod address;
mod date;
mod document;
mod fields;
mod front_matter;
mod location;
mod outcome;
mod permalink;
mod post;
mod public_path;
mod walk;

#[cfg(test)]
mod tests;

pub use front_matter::MAX_FRONT_MATTER_BYTES;
pub use outcome::{Outcome, ParsedPost};
pub use post::{MAX_CONTENT_BYTES, MAX_TITLE_CHARS, parse};
pub use walk::{SourceFile, WalkError, walk};
