use serde_json::json;

use super::{import, tree};
use crate::support::TestApp;

const POST: &str = "query($path: String!) { route(path: $path) { ... on Post {
    slug title content excerpt publishedAt unpublishAt updatedAt authors { name } tags { name } frontMatter
} ... on Redirect { location } } }";

#[tokio::test]
async fn zola() {
    let app = TestApp::new().await;
    let file = "+++\ntitle = \"One\"\ndate = 2026-01-02\nupdated = 2026-01-03T04:05:06Z\nauthors = [\"Ana\", \"Ben\"]\naliases = [\"old.html\"]\ndescription = \"Short.\"\n[taxonomies]\ntags = [\"Rust\"]\n[extra]\nteam = \"infra\"\n+++\n\nText with a [link](../two.md) and ![image](a.png).\n";
    let folder = tree(&[
        ("news/one.md", file.as_bytes()),
        ("news/_index.md", b"+++\ntitle = \"News\"\n+++\n"),
    ]);
    let report = import(&app, folder.path()).await;
    assert_eq!(
        (report.added, report.skipped.len(), report.failed.len()),
        (1, 1, 0),
        "{report}"
    );
    let client = app.anonymous();
    let data = client
        .query_with(POST, json!({ "path": "/news/one" }))
        .await;
    assert_eq!(
        data["route"],
        json!({
            "slug": "one", "title": "One", "excerpt": "Short.",
            "content": "Text with a [link](../two.md) and ![image](a.png).\n",
            "publishedAt": "2026-01-02T00:00:00+00:00", "unpublishAt": null, "updatedAt": "2026-01-03T04:05:06+00:00",
            "authors": [{ "name": "Ana" }, { "name": "Ben" }], "tags": [{ "name": "Rust" }],
            "frontMatter": { "extra": { "team": "infra" } },
        })
    );
    let data = client
        .query_with(POST, json!({ "path": "/old.html" }))
        .await;
    assert_eq!(data["route"], json!({ "location": "/news/one" }));
}

#[tokio::test]
async fn hugo() {
    let app = TestApp::new().await;
    let yaml = "---\ntitle: \"One\"\ndate: 2026-01-02T10:00:00+02:00\nlastmod: 2026-01-04\nexpiryDate: 2027-01-01\nslug: first\ntags: [Web, web, Go]\ncategories: [News]\naliases:\n  - /a/\nweight: 3\n---\nText.\n";
    let over = "+++\ntitle = \"Over\"\ndate = 2026-01-02\nunpublishdate = 2026-05-01\n+++\nText.\n";
    let draft = "+++\ntitle = \"Secret\"\ndraft = true\n+++\nText.\n";
    let folder = tree(&[
        ("posts/one/index.md", yaml.as_bytes()),
        ("posts/over.md", over.as_bytes()),
        ("posts/secret.md", draft.as_bytes()),
    ]);
    let report = import(&app, folder.path()).await;
    assert_eq!((report.added, report.failed.len()), (3, 0), "{report}");
    let client = app.anonymous();
    let data = client
        .query_with(POST, json!({ "path": "/posts/first/" }))
        .await;
    let post = &data["route"];
    assert_eq!(post["publishedAt"], "2026-01-02T08:00:00+00:00");
    assert_eq!(post["unpublishAt"], "2027-01-01T00:00:00+00:00");
    assert_eq!(
        post["tags"],
        json!([{ "name": "Web" }, { "name": "Go" }, { "name": "News" }])
    );
    assert_eq!(post["authors"], json!([{ "name": "Somebody" }]));
    assert_eq!(post["frontMatter"], json!({ "weight": 3 }));
    for hidden in ["/posts/secret", "/posts/over"] {
        let data = client.query_with(POST, json!({ "path": hidden })).await;
        assert_eq!(data["route"], json!(null), "{hidden}");
    }
    assert_eq!(
        client.query("{ posts { totalCount } }").await["posts"]["totalCount"],
        1
    );
}

#[tokio::test]
async fn jekyll() {
    let app = TestApp::new().await;
    let one = "---\nlayout: post\ntitle: One\nauthor: Ana\ncategories: news updates\nredirect_from: [/x.html, /y]\n---\nText.\n";
    let two = "---\ntitle: Two\npermalink: /special/two/\npublished: false\n---\nText.\n";
    let folder = tree(&[
        ("_posts/2026-01-02-one.md", one.as_bytes()),
        ("_posts/2026-01-03-two.markdown", two.as_bytes()),
        ("README.md", b"# No front matter\n"),
    ]);
    let report = import(&app, folder.path()).await;
    assert_eq!(
        (report.added, report.skipped.len(), report.failed.len()),
        (2, 1, 0),
        "{report}"
    );
    let client = app.anonymous();
    let data = client
        .query_with(POST, json!({ "path": "/2026/01/02/one" }))
        .await;
    assert_eq!(
        data["route"]["tags"],
        json!([{ "name": "news" }, { "name": "updates" }])
    );
    assert_eq!(data["route"]["frontMatter"], json!({ "layout": "post" }));
    for alias in ["/x.html", "/y"] {
        let data = client.query_with(POST, json!({ "path": alias })).await;
        assert_eq!(data["route"], json!({ "location": "/2026/01/02/one" }));
    }
    assert_eq!(
        client.query("{ posts { totalCount } }").await["posts"]["totalCount"],
        1
    );
}
