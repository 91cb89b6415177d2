use serde_json::json;

use crate::support::{TestApp, post};

/// Each way to a post, with its id to fill in.
const EVERY_WAY: &str = r#"query($id: ID!) {
    node(id: $id) { id }
    nodes(ids: [$id]) { id }
    byId: post(by: { id: $id }) { id }
    bySlug: post(by: { slug: "hidden" }) { id }
    route(path: "/hidden") { __typename }
    posts { totalCount nodes { slug } }
    ofAuthor: posts(filter: { author: { slug: "ana" } }) { totalCount nodes { slug } }
    ofTag: posts(filter: { tag: { slug: "rust" } }) { totalCount nodes { slug } }
    former: post(by: { slug: "former" }) { id }
    redirect: route(path: "/old") { __typename }
    author(by: { slug: "ana" }) { postCount posts { totalCount nodes { slug } } }
    tag(by: { slug: "rust" }) { postCount posts { totalCount nodes { slug } } }
}"#;

/// The id of the post with this slug, whoever may see it.
async fn id_of(app: &TestApp, slug: &str) -> String {
    use base64::Engine;
    let connection = app.database.connect().await;
    let sql = "SELECT decode(replace(id::text, '-', ''), 'hex') FROM posts WHERE slug = $1";
    let row = connection.query_one(sql, &[&slug]).await.unwrap();
    let mut bytes = vec![b'P'];
    bytes.extend(row.get::<_, Vec<u8>>(0));
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

async fn answer_with(hidden: crate::support::PostBuilder) -> serde_json::Value {
    let app = TestApp::new().await;
    app.import([post("shown").tag("Rust"), hidden.tag("Rust").alias("/old")])
        .await;
    let id = id_of(&app, "hidden").await;
    let sql =
        "INSERT INTO former_slugs SELECT 'former', id, now() FROM posts WHERE slug = 'hidden'";
    app.database
        .connect()
        .await
        .execute(sql, &[])
        .await
        .unwrap();
    app.anonymous()
        .query_with(EVERY_WAY, json!({ "id": id }))
        .await
}

#[tokio::test]
async fn a_visitor_sees_neither_drafts_nor_what_is_not_yet_or_no_more_published() {
    let list = json!({ "totalCount": 1, "nodes": [{ "slug": "shown" }] });
    let owner = json!({ "postCount": 1, "posts": list });
    let expected = json!({
        "node": null, "nodes": [null], "byId": null, "bySlug": null, "route": null,
        "former": null, "redirect": null,
        "posts": list, "ofAuthor": list, "ofTag": list, "author": owner, "tag": owner,
    });
    let hidden = [
        post("hidden").draft(),
        post("hidden").published("2026-06-01T12:00:00.000001Z"),
        post("hidden").unpublished("2026-06-01T12:00:00Z"),
    ];
    for hidden in hidden {
        assert_eq!(answer_with(hidden).await, expected);
    }
}

#[tokio::test]
async fn a_post_appears_at_its_time() {
    let answer = answer_with(post("hidden").published("2026-06-01T12:00:00Z")).await;
    assert_shown(&answer);
}

#[tokio::test]
async fn a_post_stays_to_the_last_microsecond_before_its_end() {
    let answer = answer_with(post("hidden").unpublished("2026-06-01T12:00:00.000001Z")).await;
    assert_shown(&answer);
}

/// Asserts that every way leads to the post.
fn assert_shown(answer: &serde_json::Value) {
    for way in ["node", "byId", "bySlug", "route", "former", "redirect"] {
        assert_ne!(answer[way], json!(null), "{way}");
    }
    for list in ["posts", "ofAuthor", "ofTag"] {
        assert_eq!(answer[list]["totalCount"], 2, "{list}");
        assert_eq!(answer[list]["nodes"].as_array().unwrap().len(), 2, "{list}");
    }
    for owner in ["author", "tag"] {
        assert_eq!(answer[owner]["postCount"], 2, "{owner}");
        assert_eq!(answer[owner]["posts"]["totalCount"], 2, "{owner}");
    }
}

#[tokio::test]
async fn a_status_that_may_not_be_seen_holds_nothing() {
    let app = TestApp::new().await;
    app.import([
        post("shown"),
        post("draft").draft(),
        post("over").unpublished("2026-06-01T12:00:00Z"),
    ])
    .await;
    let query = "query($status: [PostStatus!]) { posts(filter: { status: $status }) { totalCount nodes { slug } } }";
    let nothing = json!({ "totalCount": 0, "nodes": [] });
    let shown = json!({ "totalCount": 1, "nodes": [{ "slug": "shown" }] });
    let cases = [
        (json!(["DRAFT"]), &nothing),
        (json!(["DRAFT", "SCHEDULED", "ARCHIVED"]), &nothing),
        (json!([]), &nothing),
        (json!(["DRAFT", "PUBLISHED"]), &shown),
        (json!(["PUBLISHED"]), &shown),
    ];
    for (status, expected) in cases {
        let variables = json!({ "status": status });
        let data = app.anonymous().query_with(query, variables).await;
        assert_eq!(data["posts"], *expected, "{status}");
    }
}
