use super::markdown::{self, Outcome};
use super::report::Report;
use super::tree::{ReadFile, take};
use crate::accounts::Viewer;
use crate::blog::imports::{Imports, Mode, SAMPLE_MARK};
use crate::error::Result;

/// The files of `sample/`, as any import would find them.
const FILES: [(&str, &str); 5] = [
    (
        "2024-10-01-hello.md",
        include_str!("sample/2024-10-01-hello.md"),
    ),
    (
        "2024-10-08-ask-for-what-you-need.md",
        include_str!("sample/2024-10-08-ask-for-what-you-need.md"),
    ),
    (
        "2024-10-15-markdown.md",
        include_str!("sample/2024-10-15-markdown.md"),
    ),
    (
        "2024-10-22-addresses.md",
        include_str!("sample/2024-10-22-addresses.md"),
    ),
    (
        "2024-10-29-bring-your-own.md",
        include_str!("sample/2024-10-29-bring-your-own.md"),
    ),
];

/// Whose they are.
const AUTHOR: &str = "Imprenta";

/// Loads the content that a new embedded database begins with.
pub async fn import_sample(imports: &Imports) -> Result<Report> {
    let mut report = Report::default();
    let mut session = imports.begin(&Viewer::system(), Mode::Keep).await?;
    let files = FILES.into_iter().map(|(name, text)| {
        let mut outcome = markdown::parse(name, text.as_bytes());
        if let Outcome::Post(post) = &mut outcome {
            post.front_matter
                .insert(SAMPLE_MARK.to_owned(), true.into());
        }
        ReadFile::new(name.to_owned(), outcome, AUTHOR)
    });
    take(&mut session, files.collect(), &mut report).await?;
    session.finish().await?;
    Ok(report)
}
