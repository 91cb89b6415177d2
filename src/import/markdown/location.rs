//! What a file's place in the tree says about its post.

use chrono::NaiveDate;

use super::date;

/// A file's place in the tree.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Location<'r> {
    /// Folders that are part of the public path.
    pub(super) sections: Vec<&'r str>,
    /// File stem or, for `index.md`, folder; without a date in front of it.
    /// Empty for the `index.md` at the root.
    pub(super) name: &'r str,
    /// Day from the name, else from folders.
    pub(super) day: Option<NaiveDate>,
    /// Below `_posts`: Jekyll puts the date into the path.
    pub(super) in_posts: bool,
    /// Below `_drafts`.
    pub(super) in_drafts: bool,
}

/// Whether the file describes a section: `_index.md`, and `_index.fr.md` too.
pub(super) fn is_section(relative: &str) -> bool {
    let file = relative.rsplit('/').next().unwrap_or(relative);
    file.split('.').next() == Some("_index")
}

pub(super) fn location(relative: &str) -> Location<'_> {
    let mut folders: Vec<_> = relative.split('/').filter(|s| !s.is_empty()).collect();
    let file = folders.pop().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let day_of_folders = date::day_in_path(folders.iter().copied());
    let collection = folders
        .iter()
        .position(|folder| matches!(*folder, "_posts" | "_drafts"));
    let name = if stem == "index" {
        folders.pop().unwrap_or_default()
    } else {
        stem
    };
    let is_in = |name: &str| collection.is_some_and(|at| folders.get(at) == Some(&name));
    let (in_posts, in_drafts) = (is_in("_posts"), is_in("_drafts"));
    if let Some(at) = collection {
        // Folders below `_posts` only sort files; those above are categories.
        folders.truncate(at);
    }
    let (day, name) = split_day(name);
    Location {
        sections: folders,
        name,
        day: day.or(day_of_folders),
        in_posts,
        in_drafts,
    }
}

/// Parts `2020-01-02-title` and `2020-01-02_title`; Zola's and Jekyll's rule.
fn split_day(name: &str) -> (Option<NaiveDate>, &str) {
    let mut parts = name.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return (None, name);
    };
    let Some((day, title)) = rest.split_once(['-', '_']) else {
        return (None, name);
    };
    match date::day(year, month, day) {
        Some(day) if !title.is_empty() => (Some(day), title),
        _ => (None, name),
    }
}
