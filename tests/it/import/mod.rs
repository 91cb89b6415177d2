//! Importing trees of Markdown files: from files to answers.

mod batches;
mod dialects;
mod files;
mod real_content;
mod repetition;

use std::path::Path;

use imprenta::blog::imports::Mode;
use imprenta::import::{ImportOptions, Report, markdown_tree};

use crate::support::TestApp;

/// Writes files into a new folder.
pub fn tree(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

/// Imports a folder and keeps the result.
pub async fn import(app: &TestApp, folder: &Path) -> Report {
    import_as(app, folder, Mode::Keep).await
}

/// Imports a folder.
pub async fn import_as(app: &TestApp, folder: &Path, mode: Mode) -> Report {
    let author = "Somebody".to_owned();
    let options = ImportOptions { author, mode };
    markdown_tree(&app.app.blog.imports, folder, &options, |_, _| {})
        .await
        .unwrap()
}
