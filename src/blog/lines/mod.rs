//! Texts compared line by line: what two people made of one text, brought together, and what
//! changed from one text to another.
//!
//! Start with [`merge`] and [`unified_diff`]; both build on `changes.rs`,
//! whose time is bounded. A line ends with its line
//! feed and keeps it, so that a carriage return before it, or a last line without one, is a
//! difference like any other and every text comes back byte for byte.

mod anchors;
mod changes;
mod merge;
mod unified;

#[cfg(test)]
mod tests;

pub use merge::merge;
pub use unified::unified_diff;
