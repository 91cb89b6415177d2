use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};

use super::markdown::{self, Outcome, ParsedPost, SourceFile, WalkError};
use super::report::{Finding, Report};
use crate::accounts::Viewer;
use crate::blog::imports::{ImportSession, ImportedPost, Imports, Mode, SAMPLE_MARK};
use crate::error::{Error, Result, with_causes};

/// How to import a tree of files.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// The author of posts that name none.
    pub author: String,
    /// Whether the changes are kept.
    pub mode: Mode,
}

/// Imports every post below `folder`. One bad file does not stop the others.
///
/// `progress` is told of each file when it is done, with how many there are in all. Fails if the
/// folder or the database cannot be used at all.
pub async fn markdown_tree(
    imports: &Imports,
    folder: &Path,
    options: &ImportOptions,
    mut progress: impl FnMut(&str, usize),
) -> Result<Report> {
    let mut report = Report::default();
    let files = list(folder.to_owned(), &mut report).await?;
    let mut session = imports.begin(&Viewer::system(), options.mode).await?;
    let mut first = true;
    let mut paths: HashMap<String, String> = HashMap::new();
    for file in &files {
        let outcome = checked(read(file.clone()).await?, file, &mut paths);
        if matches!(outcome, Outcome::Post(_)) && std::mem::take(&mut first) {
            report.sample_removed = session.remove_sample().await?;
        }
        take(&mut session, options, &file.relative, outcome, &mut report).await?;
        progress(&file.relative, files.len());
    }
    session.finish().await?;
    Ok(report)
}

/// The files to read, named in order; what cannot be listed goes to the report.
async fn list(folder: PathBuf, report: &mut Report) -> Result<Vec<SourceFile>> {
    if !folder.is_dir() {
        let message = format!("{} is not a folder", folder.display());
        return Err(Error::invalid("DIR", message));
    }
    let walk = tokio::task::spawn_blocking(move || markdown::walk(folder).collect::<Vec<_>>());
    let mut files = Vec::new();
    for entry in walk.await.map_err(Error::internal)? {
        match entry {
            Ok(file) => files.push(file),
            Err(WalkError { path, reason }) => report.failed.push(Finding {
                file: path.unwrap_or_default().display().to_string(),
                line: None,
                reason,
            }),
        }
    }
    Ok(files)
}

/// Reads and parses one file, off the threads that wait for the database.
async fn read(file: SourceFile) -> Result<Outcome> {
    let reading = tokio::task::spawn_blocking(move || match std::fs::read(&file.path) {
        Ok(bytes) => markdown::parse(&file.relative, &bytes),
        Err(error) => Outcome::Failed {
            line: 1,
            reason: format!("cannot be read: {error}"),
        },
    });
    reading.await.map_err(Error::internal)
}

/// Refuses the second file with one path, whose post would replace the first's, and takes from a
/// file what only content that comes with the program may say.
fn checked(outcome: Outcome, file: &SourceFile, paths: &mut HashMap<String, String>) -> Outcome {
    let Outcome::Post(mut post) = outcome else {
        return outcome;
    };
    post.front_matter.remove(SAMPLE_MARK);
    match paths.entry(post.path.clone()) {
        Entry::Vacant(free) => {
            free.insert(file.relative.clone());
            Outcome::Post(post)
        }
        Entry::Occupied(taken) => Outcome::Failed {
            line: 1,
            reason: format!("the path {} is that of {} already", post.path, taken.get()),
        },
    }
}

/// Stores what a file holds and writes down what became of it.
pub(super) async fn take(
    session: &mut ImportSession,
    options: &ImportOptions,
    file: &str,
    outcome: Outcome,
    report: &mut Report,
) -> Result<()> {
    let finding = |line, reason| Finding {
        file: file.to_owned(),
        line,
        reason,
    };
    let post = match outcome {
        Outcome::Post(post) => post,
        Outcome::Skipped { reason } => {
            report.skipped.push(finding(None, reason));
            return Ok(());
        }
        Outcome::Failed { line, reason } => {
            report.failed.push(finding(Some(line), reason));
            return Ok(());
        }
    };
    let warnings = post.warnings.iter();
    let warnings = warnings.map(|(line, reason)| finding(Some(*line), reason.clone()));
    report.notes.extend(warnings);
    match session.post(imported(post, options)).await {
        Ok(imported) => {
            report.count(imported.change);
            let notes = imported.notes.into_iter();
            report.notes.extend(notes.map(|note| finding(None, note)));
        }
        Err(Error::InvalidArgument { argument, message }) => {
            report
                .failed
                .push(finding(Some(1), format!("{argument}: {message}")));
        }
        // The database is gone: the next post would fail the same way.
        Err(error @ Error::Unavailable(_)) => return Err(error),
        Err(error) => {
            let reason = format!("cannot be stored: {}", with_causes(&error));
            report.failed.push(finding(None, reason));
        }
    }
    Ok(())
}

fn imported(post: ParsedPost, options: &ImportOptions) -> ImportedPost {
    let authors = if post.authors.is_empty() {
        vec![options.author.clone()]
    } else {
        post.authors
    };
    ImportedPost {
        title: post.title,
        slug: post.slug,
        path: post.path,
        content: post.content,
        summary: post.summary,
        draft: post.draft,
        published_at: post.published_at,
        unpublish_at: post.unpublish_at,
        updated_at: post.updated_at,
        locale: post.locale,
        authors,
        tags: post.tags,
        aliases: post.aliases,
        front_matter: post.front_matter,
    }
}
