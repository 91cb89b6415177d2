use serde_json::{Value, json};

use crate::support::{TestApp, post};

#[tokio::test]
async fn by_id_by_slug_and_as_nodes() {
    let app = TestApp::new().await;
    app.import([post("one").tag("Rust")]).await;
    let client = app.anonymous();
    let by_slug = r#"{
        post(by: { slug: "one" }) { id title }
        author(by: { slug: "ana" }) { id name }
        tag(by: { slug: "rust" }) { id name }
    }"#;
    let found = client.query(by_slug).await;
    let by_id = "query($post: ID!, $author: ID!, $tag: ID!) {
        post(by: { id: $post }) { id title }
        author(by: { id: $author }) { id name }
        tag(by: { id: $tag }) { id name }
        node(id: $post) { id __typename ... on Post { title content } }
        nodes(ids: [$tag, $author, $tag]) { __typename ... on Tag { name } ... on Author { postCount } }
    }";
    let ids = json!({ "post": found["post"]["id"], "author": found["author"]["id"], "tag": found["tag"]["id"] });
    let data = client.query_with(by_id, ids.clone()).await;
    for kind in ["post", "author", "tag"] {
        assert_eq!(data[kind], found[kind]);
    }
    let content = "The text of one.";
    assert_eq!(
        data["node"],
        json!({ "id": ids["post"], "__typename": "Post", "title": "One", "content": content })
    );
    let rust = json!({ "__typename": "Tag", "name": "Rust" });
    assert_eq!(
        data["nodes"],
        json!([rust, { "__typename": "Author", "postCount": 1 }, rust])
    );
}

#[tokio::test]
async fn what_is_unknown_is_null() {
    let app = TestApp::new().await;
    app.import([post("one")]).await;
    let client = app.anonymous();
    let query = r#"{
        post(by: { slug: "two" }) { id }
        author(by: { slug: "ANA" }) { id }
        tag(by: { slug: "\u0000" }) { id }
        route(path: "/nowhere") { __typename }
    }"#;
    let nothing = json!({ "post": null, "author": null, "tag": null, "route": null });
    assert_eq!(client.query(query).await, nothing);

    // A well-formed id that nothing has: the first with its last bit turned.
    let data = client
        .query(r#"{ post(by: { slug: "one" }) { id } }"#)
        .await;
    let id = data["post"]["id"].as_str().unwrap();
    let other = flipped(id);
    let query = "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } post(by: { id: $id }) { id } }";
    let data = client.query_with(query, json!({ "id": other })).await;
    assert_eq!(
        data,
        json!({ "node": null, "nodes": [Value::Null], "post": null })
    );
}

/// The id with another last byte.
fn flipped(id: &str) -> String {
    use base64::Engine;
    let encoding = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let mut bytes = encoding.decode(id).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    encoding.encode(bytes)
}
