//! Content from elsewhere, read and handed to the blog's imports. May import the blog's public
//! items and the leaf modules; writes nothing to the database itself.
//!
//! Start at [`markdown_tree`]. `markdown` reads files of Markdown with front matter, `sample` is
//! the content that a new embedded database begins with.

pub mod markdown;
mod report;
mod sample;
mod tree;

pub use report::{Finding, Report};
pub use sample::import_sample;
pub use tree::{ImportOptions, markdown_tree};
