//! The PostgreSQL that the program runs itself.

mod data_dir;
mod key;
mod life;
mod recovery;

pub use data_dir::DataDir;
