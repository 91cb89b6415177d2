//! The same post again changes nothing, and another one changes what differs.

use imprenta::blog::imports::Change;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::{PostBuilder, TestApp, post};

const EVERYTHING: &str = "{ posts { nodes {
    id slug path title content excerpt publishedAt unpublishAt createdAt updatedAt version wordCount frontMatter
    authors { id slug name } tags { id slug name }
} } }";

async fn everything(app: &TestApp) -> Value {
    app.anonymous().query(EVERYTHING).await["posts"]["nodes"].take()
}

/// What a new version of a file changes.
type Edit = fn(PostBuilder) -> PostBuilder;

fn full() -> PostBuilder {
    post("one")
        .authors(&["Ana", "Ben"])
        .tag("Rust")
        .alias("/old")
        .summary("Short.")
        // More precise than what is stored.
        .unpublished("2026-12-01T00:00:00.1234567Z")
        .front_matter("k", json!([1, 2.5, null]))
}

#[tokio::test]
async fn the_same_again_changes_nothing() {
    let app = TestApp::new().await;
    assert_eq!(app.import([full()]).await[0].change, Change::Added);
    let before = everything(&app).await;
    assert_eq!(app.import([full()]).await[0].change, Change::Unchanged);
    assert_eq!(everything(&app).await, before);
}

#[tokio::test]
async fn each_difference_is_an_update_of_the_same_post() {
    let changes: [(&str, Edit); 11] = [
        ("title", |post| post.title("Other")),
        ("content", |post| post.content("Other.")),
        ("excerpt", |post| post.summary("Other.")),
        ("publishedAt", |post| post.published("2026-02-02T00:00:00Z")),
        ("unpublishAt", |post| {
            post.unpublished("2026-12-02T00:00:00Z")
        }),
        ("updatedAt", |post| post.updated("2026-05-05T00:00:00Z")),
        ("slug", |post| post.slug("other")),
        ("authors", |post| post.authors(&["Ben", "Ana"])),
        ("tags", |post| post.tag("Web")),
        ("frontMatter", |post| post.front_matter("k", json!(1))),
        ("version", |post| post.alias("/older")),
    ];
    for (field, change) in changes {
        let app = TestApp::new().await;
        app.import([full()]).await;
        let before = everything(&app).await;
        assert_eq!(
            app.import([change(full())]).await[0].change,
            Change::Updated,
            "{field}"
        );
        let after = everything(&app).await;
        assert_ne!(after[0][field], before[0][field], "{field}");
        assert_eq!(after[0]["id"], before[0]["id"]);
        assert_eq!(after[0]["version"], 2);
        assert_eq!(
            app.import([change(full())]).await[0].change,
            Change::Unchanged,
            "{field}"
        );
    }
}

#[tokio::test]
async fn a_former_slug_finds_the_post_until_another_has_it() {
    let app = TestApp::new().await;
    let client = app.anonymous();
    let query = r#"{ first: post(by: { slug: "first" }) { slug } second: post(by: { slug: "second" }) { slug } }"#;
    app.import([post("one").slug("first")]).await;
    app.import([post("one").slug("second")]).await;
    let second = json!({ "slug": "second" });
    assert_eq!(
        client.query(query).await,
        json!({ "first": second, "second": second })
    );
    app.import([post("two").slug("first")]).await;
    assert_eq!(
        client.query(query).await,
        json!({ "first": { "slug": "first" }, "second": second })
    );
    // And back, by way of a slug that is a former one of its own.
    app.import([post("one").slug("third"), post("one").slug("second")])
        .await;
    let data = client
        .query(r#"{ post(by: { slug: "third" }) { slug } }"#)
        .await;
    assert_eq!(data["post"], second);
}

#[tokio::test]
async fn a_post_that_becomes_a_draft_disappears_from_every_list() {
    let app = TestApp::new().await;
    app.import([full()]).await;
    assert_eq!(
        app.import([full().draft()]).await[0].change,
        Change::Updated
    );
    let query = r#"{ posts { totalCount } author(by: { slug: "ana" }) { postCount posts { nodes { slug } } } tag(by: { slug: "rust" }) { postCount } }"#;
    let nothing = json!({ "posts": { "totalCount": 0 }, "author": null, "tag": null });
    assert_eq!(app.anonymous().query(query).await, nothing);
    app.import([full()]).await;
    let data = app
        .anonymous()
        .query("{ author(by: { slug: \"ana\" }) { postCount } }")
        .await;
    assert_eq!(data["author"]["postCount"], 1);
}

#[test]
fn whatever_is_imported_comes_out_as_it_was_and_again_is_unchanged() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let text = "[^\\x00]{0,200}";
    let name = "[^\\x00-\\x1f]{1,40}";
    let names = prop::collection::hash_set(name, 1..4);
    let cases = (
        name,
        text,
        names.clone(),
        names,
        prop::option::of("[^\\x00]{0,100}"),
    );
    let config = Config {
        cases: 24,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&cases, |(title, content, authors, tags, summary)| {
            runtime.block_on(async {
                let app = TestApp::new().await;
                let authors: Vec<&str> = authors.iter().map(String::as_str).collect();
                let build = || {
                    let post = post("p").title(&title).content(&content).authors(&authors);
                    let post = tags.iter().fold(post, |post, tag| post.tag(tag));
                    match &summary {
                        Some(summary) => post.summary(summary),
                        None => post,
                    }
                };
                app.import([build()]).await;
                let stored = everything(&app).await;
                prop_assert_eq!(&stored[0]["title"], &json!(title));
                prop_assert_eq!(&stored[0]["content"], &json!(content));
                let stored_names: Vec<_> = stored[0]["authors"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|author| &author["name"])
                    .collect();
                prop_assert_eq!(&stored_names, &authors);
                prop_assert_eq!(app.import([build()]).await[0].change, Change::Unchanged);
                prop_assert_eq!(everything(&app).await, stored);
                Ok(())
            })
        })
        .unwrap();
}
