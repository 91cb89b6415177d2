//! Who is asking. May import the leaf modules and `db`, and no other domain.

mod viewer;

pub use viewer::Viewer;
