use imprenta::blog::imports::Mode;
use serde_json::json;

use super::{import, import_as, tree};
use crate::support::{TestApp, post};

const GOOD: &[u8] = b"---\ntitle: Good\ndate: 2026-01-01\n---\nText.\n";

#[tokio::test]
async fn a_bad_file_is_named_with_its_line_and_does_not_stop_the_others() {
    let app = TestApp::new().await;
    let long = format!("---\ntitle: {}\n---\nText.\n", "x".repeat(256));
    let huge = format!("---\ntitle: Huge\n---\n{}", "x".repeat(1024 * 1024 + 1));
    let many = format!(
        "---\ntitle: Name\nauthors: [\"{}\"]\n---\nText.\n",
        "x".repeat(256)
    );
    let cases: [(&str, &[u8], u32); 11] = [
        ("a-syntax.md", b"---\ntitle: ok\ntags: [a\n---\nText.\n", 3),
        (
            "b-toml.md",
            b"+++\ntitle = \"a\"\ntitle = \"b\"\n+++\nText.\n",
            3,
        ),
        ("c-unclosed.md", b"---\ntitle: ok\n\nText.\n", 1),
        ("d-utf8.md", b"---\ntitle: ok\n---\nText\n\xff\n", 5),
        ("e-nul.md", b"---\ntitle: ok\n---\n\0\n", 4),
        ("f-untitled.md", b"---\ndate: 2026-01-01\n---\nText.\n", 1),
        (
            "g-year-0.md",
            b"---\ntitle: ok\ndate: 0000-01-01\n---\nText.\n",
            3,
        ),
        (
            "h-date.md",
            b"---\ntitle: ok\ndate: 2026-02-30\n---\nText.\n",
            3,
        ),
        ("i-long.md", long.as_bytes(), 2),
        ("j-huge.md", huge.as_bytes(), 4),
        ("k-name.md", many.as_bytes(), 1),
    ];
    let mut files = vec![("0-good.md", GOOD), ("z-good.md", GOOD)];
    files.extend(cases.iter().map(|(name, bytes, _)| (*name, *bytes)));
    let report = import(&app, tree(&files).path()).await;
    assert_eq!(report.added, 2, "{report}");
    assert_eq!(report.failed.len(), cases.len(), "{report}");
    for (finding, (name, _, line)) in report.failed.iter().zip(cases) {
        assert_eq!(finding.file, name, "{report}");
        let about_the_whole = finding.line == Some(1) && line == 1;
        assert!(
            about_the_whole || finding.line == Some(line),
            "{finding}, not line {line}"
        );
        assert!(!finding.reason.is_empty());
    }
    let text = report.to_string();
    assert!(
        text.starts_with("added 2, updated 0, unchanged 0, skipped 0, failed 11\n"),
        "{text}"
    );
    assert!(text.contains("\nfailed: d-utf8.md:5: "), "{text}");
}

#[tokio::test]
async fn a_slug_that_is_taken_gets_a_number_the_same_each_time() {
    let files = [
        ("2020/news.md", GOOD),
        ("2021/news.md", GOOD),
        ("2022/News.md", GOOD),
    ];
    for _ in 0..2 {
        let app = TestApp::new().await;
        let report = import(&app, tree(&files).path()).await;
        assert_eq!((report.added, report.notes.len()), (3, 2), "{report}");
        assert_eq!(
            report.notes[0].to_string(),
            "2021/news.md: the slug news is taken; \"news\" has news-2"
        );
        for (path, slug) in [
            ("/2020/news", "news"),
            ("/2021/news", "news-2"),
            ("/2022/News", "news-3"),
        ] {
            let query = format!("{{ route(path: \"{path}\") {{ ... on Post {{ slug }} }} }}");
            assert_eq!(app.anonymous().query(&query).await["route"]["slug"], slug);
        }
    }
}

#[tokio::test]
async fn the_longest_slugs_are_told_apart_too() {
    let app = TestApp::new().await;
    let slug = "x".repeat(255);
    let outcomes = app
        .import(["one", "two", "three"].map(|name| post(name).slug(&slug)))
        .await;
    assert_eq!(outcomes[2].notes.len(), 1);
    let data = app.anonymous().query("{ posts { nodes { slug } } }").await;
    let slugs: std::collections::HashSet<_> = data["posts"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|post| post["slug"].as_str().unwrap())
        .collect();
    assert_eq!(slugs.len(), 3);
    assert!(slugs.iter().all(|slug| slug.len() <= 255));
}

#[tokio::test]
async fn of_two_files_with_one_path_the_second_fails_each_time() {
    let app = TestApp::new().await;
    let one = b"+++\ntitle = \"One\"\npath = \"same/path\"\n+++\nText.\n";
    let two = b"+++\ntitle = \"Two\"\npath = \"/same/path/\"\n+++\nText.\n";
    let folder = tree(&[("a.md", one), ("b.md", two)]);
    let report = import(&app, folder.path()).await;
    assert_eq!((report.added, report.updated), (1, 0), "{report}");
    assert_eq!(
        report.failed[0].to_string(),
        "b.md:1: the path /same/path is that of a.md already"
    );
    let again = import(&app, folder.path()).await;
    assert_eq!(
        (again.unchanged, again.updated, again.failed.len()),
        (1, 0, 1),
        "{again}"
    );
}

#[tokio::test]
async fn a_file_cannot_pass_for_sample_content() {
    let app = TestApp::new().await;
    let marked = b"---\ntitle: Mine\nimprenta_sample: true\n---\nText.\n";
    let folder = tree(&[("mine.md", marked)]);
    assert_eq!(import(&app, folder.path()).await.added, 1);
    let again = import(&app, folder.path()).await;
    assert_eq!((again.unchanged, again.sample_removed), (1, 0), "{again}");
}

#[tokio::test]
async fn an_alias_that_leads_elsewhere_already_is_told_and_left_alone() {
    let app = TestApp::new().await;
    let outcomes = app
        .import([
            post("one").alias("/old"),
            post("two").alias("/old").alias("/one").alias("/two-old"),
        ])
        .await;
    assert_eq!(
        outcomes[1].notes,
        [
            "the alias /old leads to another post, which keeps it",
            "the alias /one is the path of a post, which keeps it"
        ]
    );
    let query = r#"{ a: route(path: "/old") { ... on Redirect { location } } b: route(path: "/two-old") { ... on Redirect { location } } c: route(path: "/one") { ... on Post { slug } } }"#;
    let data = app.anonymous().query(query).await;
    assert_eq!(
        data,
        json!({ "a": { "location": "/one" }, "b": { "location": "/two" }, "c": { "slug": "one" } })
    );
}

#[tokio::test]
async fn authors_whose_names_make_one_slug_stay_two() {
    let app = TestApp::new().await;
    app.import([
        post("one").authors(&["The Team"]),
        post("two").authors(&["the team", "+"]),
    ])
    .await;
    let data = app
        .anonymous()
        .query("{ authors { nodes { name slug } } }")
        .await;
    let mut slugs: Vec<_> = data["authors"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|author| {
            (
                author["name"].as_str().unwrap(),
                author["slug"].as_str().unwrap(),
            )
        })
        .collect();
    slugs.sort_unstable();
    assert_eq!(
        slugs,
        [
            ("+", "author"),
            ("The Team", "the-team"),
            ("the team", "the-team-2")
        ]
    );
}

#[tokio::test]
async fn a_dry_run_reports_everything_and_keeps_nothing() {
    let app = TestApp::new().await;
    let folder = tree(&[
        ("a/x.md", GOOD),
        ("b/x.md", GOOD),
        ("c.md", b"---\n:\n---\n"),
    ]);
    let dry = import_as(&app, folder.path(), Mode::DryRun).await;
    let data = app
        .anonymous()
        .query("{ posts { totalCount } authors { totalCount } }")
        .await;
    assert_eq!(
        data,
        json!({ "posts": { "totalCount": 0 }, "authors": { "totalCount": 0 } })
    );
    assert_eq!(import(&app, folder.path()).await, dry);
}

#[tokio::test]
async fn sample_content_gives_way_to_the_first_content_of_one_s_own() {
    let app = TestApp::new().await;
    let sample = imprenta::import::import_sample(&app.app.blog.imports)
        .await
        .unwrap();
    assert_eq!(
        (sample.added, sample.failed.len(), sample.notes.len()),
        (5, 0, 0),
        "{sample}"
    );
    let nothing = tree(&[("bad.md", b"---\n:\n---\n")]);
    assert_eq!(import(&app, nothing.path()).await.sample_removed, 0);
    let report = import(&app, tree(&[("hello.md", GOOD)]).path()).await;
    assert_eq!(
        (report.added, report.sample_removed, report.notes.len()),
        (1, 5, 0),
        "{report}"
    );
    let data = app
        .anonymous()
        .query("{ authors { totalCount } tags { totalCount } posts { nodes { slug } } }")
        .await;
    let own = json!({ "authors": { "totalCount": 1 }, "tags": { "totalCount": 0 }, "posts": { "nodes": [{ "slug": "hello" }] } });
    assert_eq!(data, own);
}

#[tokio::test]
async fn a_folder_that_is_none_is_told_as_such() {
    let app = TestApp::new().await;
    let options = imprenta::import::ImportOptions {
        author: "A".to_owned(),
        mode: Mode::Keep,
    };
    let imports = &app.app.blog.imports;
    let missing = std::path::Path::new("/nowhere/at/all");
    let error = imprenta::import::markdown_tree(imports, missing, &options, |_, _| {})
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "DIR: /nowhere/at/all is not a folder");
}

#[tokio::test]
async fn more_posts_than_one_commit_holds_are_all_there() {
    let app = TestApp::new().await;
    app.import((0..150).map(|n| post(&format!("post-{n}"))))
        .await;
    let data = app
        .anonymous()
        .query("{ posts { totalCount } authors { nodes { postCount } } }")
        .await;
    assert_eq!(
        data,
        json!({ "posts": { "totalCount": 150 }, "authors": { "nodes": [{ "postCount": 150 }] } })
    );
}
