//! The read API.

mod bad_input;
mod filters;
mod lists;
mod lookups;
mod pagination;
mod post_fields;
mod response_shape;
mod routes;
mod statements;
mod visibility;
