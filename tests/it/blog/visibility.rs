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
    app.import([post("shown").tag("Rust"), hidden.tag("Rust")])
        .await;
    let id = id_of(&app, "hidden").await;
    app.anonymous()
        .query_with(EVERY_WAY, json!({ "id": id }))
        .await
}

#[tokio::test]
async fn a_visitor_sees_neither_drafts_nor_what_is_not_yet_published() {
    let list = json!({ "totalCount": 1, "nodes": [{ "slug": "shown" }] });
    let owner = json!({ "postCount": 1, "posts": list });
    let expected = json!({
        "node": null, "nodes": [null], "byId": null, "bySlug": null, "route": null,
        "posts": list, "ofAuthor": list, "ofTag": list, "author": owner, "tag": owner,
    });
    let hidden = [
        post("hidden").draft(),
        post("hidden").published("2026-06-01T12:00:00.000001Z"),
    ];
    for hidden in hidden {
        assert_eq!(answer_with(hidden).await, expected);
    }
}

#[tokio::test]
async fn a_post_appears_at_its_time() {
    let answer = answer_with(post("hidden").published("2026-06-01T12:00:00Z")).await;
    assert_eq!(answer["posts"]["totalCount"], 2);
    assert_eq!(answer["author"]["postCount"], 2);
    assert_ne!(answer["node"], json!(null));
}
