//! Writing: saving, the working draft, history, the lifecycle, and one effect of each request.
//!
//! [`writing`] has what these tests share; start at [`writing::Desk`].

mod bulk;
mod crash;
mod deadline;
mod drafts;
mod lifecycle;
mod lifecycle_table;
mod merging;
mod one_effect;
mod owners;
mod parallel;
mod previews;
mod refusals;
mod repetition;
mod revisions;
mod saving;
mod scheduling;
mod slugs;
mod snapshot;
mod statements;
mod structured_data;
pub mod writing;
