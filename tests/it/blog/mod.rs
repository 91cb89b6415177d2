//! The read API.

mod bad_input;
mod filters;
mod hidden_owners;
mod lists;
mod lookups;
mod pagination;
mod post_fields;
mod response_shape;
mod routes;
mod search;
mod search_pages;
mod search_phrases;
mod selections;
mod statements;
mod viewers;
mod visibility;
