//! Passwords: the rules for new ones, their hashes, and where the hashes are computed.
//!
//! Everything here that costs CPU time is reached through [`PasswordHasher`], which keeps it off
//! the async threads.

mod hash;
mod hasher;
mod rules;

pub use hasher::PasswordHasher;

#[cfg(test)]
mod tests;

/// Longest password in bytes. A longer one is never accepted and never matches.
pub const MAX_BYTES: usize = 1024;

/// Shortest new password in Unicode scalar values.
pub const MIN_CHARS: usize = 12;
