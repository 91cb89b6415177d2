//! Answers that are kept for visitors: given again as long as they are right, and no longer.
//!
//! [`watched`] has what these tests share: start at [`watched::Watched`].

mod exactness;
mod flights;
mod headers;
mod keys;
mod memory;
mod metrics;
mod processes;
mod random;
mod replicas;
mod time;
mod watched;
