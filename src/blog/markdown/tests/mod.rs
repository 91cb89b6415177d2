//! Tests of the whole way from Markdown to what is shown.

mod allow_list;
mod hostile;
mod properties;
mod rendering;
mod text;
