//! Finding the Markdown files of a tree.

use std::cmp::Ordering;
use std::fmt;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

const EXTENSIONS: &[&str] = &["md", "markdown", "mdown"];

/// A Markdown file of the tree; its contents are not read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Where to read it.
    pub path: PathBuf,
    /// Path below the tree's root, with `/` between segments.
    pub relative: String,
}

/// A part of the tree that could not be visited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkError {
    /// The folder or file, as far as it is known.
    pub path: Option<PathBuf>,
    /// Why, for people.
    pub reason: String,
}

impl fmt::Display for WalkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{}: {}", path.display(), self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

impl std::error::Error for WalkError {}

/// All Markdown files below `dir`, by the bytes of their relative paths.
///
/// Hidden files and folders and `node_modules` are left out; no other name
/// is: `public`, `themes` and the like can be sections of a site. Symbolic
/// links are not followed, and reported when they could have led to a post.
/// Holds the names of the folders on the way to the current file, not more.
///
/// # Errors
///
/// An item is an error when a folder cannot be read, a name is not UTF-8 or a
/// symbolic link is passed by. The walk goes on after it.
pub fn walk(dir: impl AsRef<Path>) -> impl Iterator<Item = Result<SourceFile, WalkError>> {
    let root = dir.as_ref().to_path_buf();
    WalkDir::new(&root)
        .sort_by(by_path_bytes)
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_left_out(entry))
        .filter_map(move |entry| match entry {
            Ok(entry) => source_file(&root, &entry).transpose(),
            Err(error) => Some(Err(WalkError {
                path: error.path().map(Path::to_path_buf),
                reason: error
                    .io_error()
                    .map_or_else(|| error.to_string(), ToString::to_string),
            })),
        })
}

/// Orders siblings so that the files below them come out by their whole path:
/// a folder's name goes on with `/` there.
fn by_path_bytes(a: &DirEntry, b: &DirEntry) -> Ordering {
    let key = |entry: &DirEntry| {
        let mut name = entry.file_name().as_encoded_bytes().to_vec();
        name.extend(entry.file_type().is_dir().then_some(b'/'));
        name
    };
    key(a).cmp(&key(b))
}

fn is_left_out(entry: &DirEntry) -> bool {
    let name = entry.file_name().as_encoded_bytes();
    name.starts_with(b".") || (entry.file_type().is_dir() && name == b"node_modules")
}

fn source_file(root: &Path, entry: &DirEntry) -> Result<Option<SourceFile>, WalkError> {
    let error = |reason: &str| WalkError {
        path: Some(entry.path().to_path_buf()),
        reason: reason.to_owned(),
    };
    if entry.path_is_symlink() && entry.depth() > 0 {
        return if is_markdown(entry.path()) || entry.path().is_dir() {
            Err(error("a symbolic link, which is not followed"))
        } else {
            Ok(None)
        };
    }
    if !entry.file_type().is_file() || !is_markdown(entry.path()) {
        return Ok(None);
    }
    let relative = relative(root, entry.path()).ok_or_else(|| error("its name is not UTF-8"))?;
    Ok(Some(SourceFile {
        path: entry.path().to_path_buf(),
        relative,
    }))
}

fn is_markdown(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        EXTENSIONS
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

fn relative(root: &Path, path: &Path) -> Option<String> {
    let below = path.strip_prefix(root).ok()?;
    let segments: Option<Vec<_>> = below.iter().map(|segment| segment.to_str()).collect();
    Some(segments?.join("/"))
}
