use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};

use futures_util::{StreamExt, stream};

use super::markdown::{self, Outcome, ParsedPost, SourceFile, WalkError};
use super::report::{Finding, Report};
use crate::accounts::Viewer;
use crate::blog::imports::{
    ImportSession, ImportedPost, Imports, Mode, POSTS_PER_BATCH, PreparedPost, SAMPLE_MARK,
};
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
    let mut is_sample_there = true;
    let mut paths = HashMap::new();
    let total = files.len();
    let mut batches = stream::iter(batches(&files))
        .map(|files| read(files, options.author.clone()))
        .buffered(READ_AHEAD);
    while let Some(batch) = batches.next().await {
        let batch = batch?.into_iter();
        let batch: Vec<_> = batch.map(|file| checked(file, &mut paths)).collect();
        let is_post = |file: &ReadFile| matches!(file.content, Content::Post(_));
        if is_sample_there && batch.iter().any(is_post) {
            is_sample_there = false;
            report.sample_removed = session.remove_sample().await?;
        }
        let names: Vec<_> = batch.iter().map(|file| file.name.clone()).collect();
        take(&mut session, batch, &mut report).await?;
        for name in names {
            progress(&name, total);
        }
    }
    session.finish().await?;
    Ok(report)
}

/// How many batches are read while one is stored. Reading takes less time.
const READ_AHEAD: usize = 2;

fn batches(files: &[SourceFile]) -> Vec<Vec<SourceFile>> {
    let batches = files.chunks(POSTS_PER_BATCH);
    batches.map(<[_]>::to_vec).collect()
}

/// What was read of a file.
pub(super) struct ReadFile {
    name: String,
    warnings: Vec<(u32, String)>,
    content: Content,
}

/// What a file holds.
enum Content {
    Post(Box<PreparedPost>),
    NoPost { reason: String },
    Failure { line: u32, reason: String },
}

impl ReadFile {
    /// Makes of what a file holds what can be stored.
    pub(super) fn new(name: String, outcome: Outcome, author: &str) -> Self {
        let mut warnings = Vec::new();
        let content = match outcome {
            Outcome::Post(mut post) => {
                warnings = std::mem::take(&mut post.warnings);
                Content::Post(Box::new(PreparedPost::new(imported(post, author))))
            }
            Outcome::Skipped { reason } => Content::NoPost { reason },
            Outcome::Failed { line, reason } => Content::Failure { line, reason },
        };
        Self {
            name,
            warnings,
            content,
        }
    }
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

/// Reads and parses files, off the threads that wait for the database.
async fn read(files: Vec<SourceFile>, author: String) -> Result<Vec<ReadFile>> {
    let reading = tokio::task::spawn_blocking(move || {
        let read = files.into_iter().map(|file| {
            let outcome = match std::fs::read(&file.path) {
                Ok(bytes) => own(markdown::parse(&file.relative, &bytes)),
                Err(error) => Outcome::Failed {
                    line: 1,
                    reason: format!("cannot be read: {error}"),
                },
            };
            ReadFile::new(file.relative, outcome, &author)
        });
        read.collect()
    });
    reading.await.map_err(Error::internal)
}

/// Takes from a file what only content that comes with the program may say.
fn own(mut outcome: Outcome) -> Outcome {
    if let Outcome::Post(post) = &mut outcome {
        post.front_matter.remove(SAMPLE_MARK);
    }
    outcome
}

/// Refuses the second file with one path, whose post would replace the first's.
fn checked(mut file: ReadFile, paths: &mut HashMap<String, String>) -> ReadFile {
    let Content::Post(post) = &file.content else {
        return file;
    };
    match paths.entry(post.path().to_owned()) {
        Entry::Vacant(free) => {
            free.insert(file.name.clone());
        }
        Entry::Occupied(taken) => {
            let reason = format!(
                "the path {} is that of {} already",
                taken.key(),
                taken.get()
            );
            file.warnings.clear();
            file.content = Content::Failure { line: 1, reason };
        }
    }
    file
}

/// Stores what files hold and writes down what became of each.
pub(super) async fn take(
    session: &mut ImportSession,
    files: Vec<ReadFile>,
    report: &mut Report,
) -> Result<()> {
    let mut posts = Vec::new();
    let mut of_posts = Vec::new();
    // With the number of each file, for the report tells of them in order.
    let mut failed = Vec::new();
    for (number, read) in files.into_iter().enumerate() {
        let ReadFile {
            name: file,
            warnings,
            content,
        } = read;
        let line = None;
        match content {
            Content::Post(post) => {
                posts.push(*post);
                of_posts.push((number, file, warnings));
            }
            Content::NoPost { reason } => report.skipped.push(Finding { file, line, reason }),
            Content::Failure { line, reason } => {
                let line = Some(line);
                failed.push((number, Finding { file, line, reason }));
            }
        }
    }
    let stored = session.posts(posts).await?;
    for ((number, file, warnings), stored) in of_posts.into_iter().zip(stored) {
        let finding = |line, reason| Finding {
            file: file.clone(),
            line,
            reason,
        };
        let warnings = warnings.into_iter();
        let warnings = warnings.map(|(line, reason)| finding(Some(line), reason));
        report.notes.extend(warnings);
        match stored {
            Ok(imported) => {
                report.count(imported.change);
                let notes = imported.notes.into_iter();
                report.notes.extend(notes.map(|note| finding(None, note)));
            }
            Err(Error::InvalidArgument { argument, message }) => {
                let reason = format!("{argument}: {message}");
                failed.push((number, finding(Some(1), reason)));
            }
            Err(error) => {
                let reason = format!("cannot be stored: {}", with_causes(&error));
                failed.push((number, finding(None, reason)));
            }
        }
    }
    failed.sort_by_key(|(number, _)| *number);
    let failed = failed.into_iter().map(|(_, finding)| finding);
    report.failed.extend(failed);
    Ok(())
}

fn imported(post: ParsedPost, author: &str) -> ImportedPost {
    let authors = if post.authors.is_empty() {
        vec![author.to_owned()]
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
