use super::markdown::{self, Outcome};
use super::report::Report;
use super::tree::{ImportOptions, take};
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

/// Loads the content that a new embedded database begins with.
pub async fn import_sample(imports: &Imports) -> Result<Report> {
    let options = ImportOptions {
        author: "Imprenta".to_owned(),
        mode: Mode::Keep,
    };
    let mut report = Report::default();
    let mut session = imports.begin(&Viewer::system(), options.mode).await?;
    for (name, text) in FILES {
        let mut outcome = markdown::parse(name, text.as_bytes());
        if let Outcome::Post(post) = &mut outcome {
            post.front_matter
                .insert(SAMPLE_MARK.to_owned(), true.into());
        }
        take(&mut session, &options, name, outcome, &mut report).await?;
    }
    session.finish().await?;
    Ok(report)
}
