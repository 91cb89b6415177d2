//! The blog's mutations: what they take, do and give back. Each does its work in
//! [`change`](crate::graphql::context::ContextExt::change), so that those of a request are all done
//! or none.

mod ids;
mod owner_inputs;
mod owners;
mod payloads;
mod post_inputs;
mod posts;
mod transition_inputs;
mod transitions;

use async_graphql::MergedObject;

/// Writing posts, moving them through their lives, and what they share.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct BlogMutation(
    posts::PostMutation,
    transitions::TransitionMutation,
    owners::OwnerMutation,
);
