use serde_json::json;

use crate::support::{TestApp, post};

async fn matching(app: &TestApp, filter: &str) -> Vec<String> {
    let query = format!(
        "{{ posts(filter: {filter}, orderBy: {{ field: TITLE, direction: ASC }}) {{ totalCount nodes {{ slug }} }} }}"
    );
    let data = app.anonymous().query(&query).await;
    let nodes = data["posts"]["nodes"].as_array().unwrap();
    assert_eq!(data["posts"]["totalCount"], json!(nodes.len()), "{filter}");
    nodes
        .iter()
        .map(|node| node["slug"].as_str().unwrap().to_owned())
        .collect()
}

async fn blog() -> TestApp {
    let app = TestApp::new().await;
    app.import([
        post("a")
            .published("2026-01-01T00:00:00Z")
            .authors(&["Ana"])
            .tag("Rust")
            .tag("Web"),
        post("b")
            .published("2026-01-02T00:00:00Z")
            .authors(&["Ana", "Ben"])
            .tag("Rust"),
        post("c")
            .published("2026-01-03T00:00:00Z")
            .authors(&["Ben"])
            .tag("Web"),
        post("d").draft().authors(&["Ben"]).tag("Rust"),
    ])
    .await;
    app
}

#[tokio::test]
async fn by_author_and_tag() {
    let app = blog().await;
    assert_eq!(
        matching(&app, r#"{ author: { slug: "ana" } }"#).await,
        ["a", "b"]
    );
    assert_eq!(
        matching(&app, r#"{ tag: { slug: "web" } }"#).await,
        ["a", "c"]
    );
    let both = r#"{ author: { slug: "ana" }, tag: { slug: "rust" } }"#;
    assert_eq!(matching(&app, both).await, ["a", "b"]);
    let both = r#"{ author: { slug: "ben" }, tag: { slug: "web" } }"#;
    assert_eq!(matching(&app, both).await, ["c"]);
}

#[tokio::test]
async fn an_unknown_author_or_tag_matches_nothing() {
    let app = blog().await;
    assert!(
        matching(&app, r#"{ author: { slug: "nobody" } }"#)
            .await
            .is_empty()
    );
    assert!(
        matching(&app, r#"{ tag: { slug: "no slug at all\u0000" } }"#)
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn by_id() {
    let app = blog().await;
    let data = app
        .anonymous()
        .query(r#"{ tag(by: { slug: "web" }) { id } }"#)
        .await;
    let filter = format!("{{ tag: {{ id: {} }} }}", data["tag"]["id"]);
    assert_eq!(matching(&app, &filter).await, ["a", "c"]);
}

#[tokio::test]
async fn by_date_from_its_start_to_before_its_end() {
    let app = blog().await;
    let from = r#"{ publishedFrom: "2026-01-02T00:00:00Z" }"#;
    assert_eq!(matching(&app, from).await, ["b", "c"]);
    let until = r#"{ publishedUntil: "2026-01-02T00:00:00Z" }"#;
    assert_eq!(matching(&app, until).await, ["a"]);
    let between = r#"{ publishedFrom: "2026-01-01T12:00:00+00:00", publishedUntil: "2026-01-03T01:00:00+02:00", author: { slug: "ana" } }"#;
    assert_eq!(matching(&app, between).await, ["b"]);
}

#[tokio::test]
async fn by_status_of_which_only_published_can_be_seen() {
    let app = blog().await;
    assert_eq!(
        matching(&app, "{ status: [PUBLISHED] }").await,
        ["a", "b", "c"]
    );
    assert_eq!(
        matching(&app, "{ status: [DRAFT, PUBLISHED] }").await,
        ["a", "b", "c"]
    );
    assert!(matching(&app, "{ status: [DRAFT] }").await.is_empty());
    assert!(matching(&app, "{ status: [] }").await.is_empty());
}
