//! A larger body of real content, where `TEST_CONTENT_DIR` names one: whatever it says, it comes
//! in whole, every address resolves, and a second time changes nothing.

use std::path::Path;

use imprenta::import::markdown::{self, Outcome, ParsedPost};
use serde_json::json;

use super::{import, tree};
use crate::support::TestApp;

/// Content that stands in where there is no other.
fn stand_in() -> tempfile::TempDir {
    let post = |n: usize| {
        format!(
            "+++\ntitle = \"Post {n}\"\npath = \"2026/01/0{n}/same\"\naliases = [\"old/{n}.html\"]\nauthors = [\"A{n}\"]\n+++\nText.\n"
        )
    };
    let (one, two, three) = (post(1), post(2), post(3));
    tree(&[
        ("one.md", one.as_bytes()),
        ("two.md", two.as_bytes()),
        ("sub/three.md", three.as_bytes()),
        ("sub/_index.md", b"+++\n+++\n"),
    ])
}

fn posts_of(folder: &Path) -> Vec<ParsedPost> {
    let files = markdown::walk(folder).map(Result::unwrap);
    let outcomes =
        files.map(|file| markdown::parse(&file.relative, &std::fs::read(&file.path).unwrap()));
    outcomes
        .filter_map(|outcome| match outcome {
            Outcome::Post(post) => Some(post),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn every_post_comes_in_and_every_address_resolves() {
    let stand_in = stand_in();
    let given = std::env::var("TEST_CONTENT_DIR").ok();
    let folder = given.as_deref().map_or(stand_in.path(), Path::new);
    let app = TestApp::at("2100-01-01T00:00:00Z").await;
    let report = import(&app, folder).await;
    let posts = posts_of(folder);
    assert_eq!(
        (report.added, report.failed.len()),
        (posts.len(), 0),
        "{report}"
    );

    let client = app.anonymous();
    let resolve = "query($path: String!) { route(path: $path) { ... on Post { path } ... on Redirect { location } } }";
    for post in &posts {
        let data = client
            .query_with(resolve, json!({ "path": post.path }))
            .await;
        assert_eq!(data["route"]["path"], post.path);
        for alias in &post.aliases {
            let data = client.query_with(resolve, json!({ "path": alias })).await;
            assert_eq!(data["route"]["location"], post.path, "{alias}");
        }
    }
    let again = import(&app, folder).await;
    assert_eq!(
        (again.unchanged, again.added, again.updated),
        (posts.len(), 0, 0),
        "{again}"
    );
}
