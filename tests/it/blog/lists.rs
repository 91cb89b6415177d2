use serde_json::{Value, json};

use crate::support::{TestApp, post};

/// The slugs of a list of nodes.
fn slugs(nodes: &Value) -> Vec<&str> {
    let nodes = nodes.as_array().unwrap().iter();
    nodes.map(|node| node["slug"].as_str().unwrap()).collect()
}

async fn blog() -> TestApp {
    let app = TestApp::new().await;
    app.import([
        post("b")
            .title("Ábaco")
            .published("2026-01-02T00:00:00Z")
            .updated("2026-05-01T00:00:00Z"),
        post("c")
            .title("abacus")
            .published("2026-01-03T00:00:00Z")
            .updated("2026-04-01T00:00:00Z"),
        post("a")
            .title("Zebra")
            .published("2026-01-01T00:00:00Z")
            .updated("2026-03-01T00:00:00Z"),
    ])
    .await;
    app
}

#[tokio::test]
async fn posts_are_newest_first_by_default() {
    let data = blog()
        .await
        .anonymous()
        .query("{ posts { nodes { slug } } }")
        .await;
    assert_eq!(slugs(&data["posts"]["nodes"]), ["c", "b", "a"]);
}

#[tokio::test]
async fn posts_can_be_ordered_by_each_field_and_both_ways() {
    let client = blog().await.anonymous();
    let orders = [
        ("PUBLISHED_AT", ["a", "b", "c"]),
        ("CREATED_AT", ["a", "b", "c"]),
        ("UPDATED_AT", ["a", "c", "b"]),
        // As dictionaries do: accents and case decide only between equals.
        ("TITLE", ["b", "c", "a"]),
    ];
    for (field, mut expected) in orders {
        for direction in ["ASC", "DESC"] {
            let query = format!(
                "{{ posts(orderBy: {{ field: {field}, direction: {direction} }}) {{ nodes {{ slug }} }} }}"
            );
            let data = client.query(&query).await;
            assert_eq!(slugs(&data["posts"]["nodes"]), expected, "{query}");
            expected.reverse();
        }
    }
}

#[tokio::test]
async fn an_empty_page_still_tells_whether_there_is_more() {
    let client = blog().await.anonymous();
    let query = "{ a: posts(first: 0) { nodes { slug } pageInfo { hasNextPage hasPreviousPage } } b: posts(last: 0) { pageInfo { hasNextPage hasPreviousPage } } tags(first: 0) { pageInfo { hasNextPage } } }";
    let expected = json!({
        "a": { "nodes": [], "pageInfo": { "hasNextPage": true, "hasPreviousPage": false } },
        "b": { "pageInfo": { "hasNextPage": false, "hasPreviousPage": true } },
        "tags": { "pageInfo": { "hasNextPage": false } },
    });
    assert_eq!(client.query(query).await, expected);
}

#[tokio::test]
async fn a_page_tells_whether_there_is_more_however_it_is_asked() {
    let client = blog().await.anonymous();
    for query in [
        "{ posts(first: 2) { info: pageInfo { more: hasNextPage } } }",
        "{ posts(last: 2) { info: pageInfo { more: hasPreviousPage } } }",
        r#"{ posts(first: 2, search: "text") { info: pageInfo { more: hasNextPage } } }"#,
        "{ posts(first: 2) { ... on PostConnection { info: pageInfo { ... { more: hasNextPage } } } } }",
        "{ posts(first: 2) { ...Where } }
         fragment Where on PostConnection { info: pageInfo { ...More } }
         fragment More on PageInfo { more: hasNextPage }",
        "{ posts(first: 2) { nodes { slug } } posts(first: 2) { info: pageInfo { more: hasNextPage } } }",
        "query($yes: Boolean = true) {
            posts(first: 2) { info: pageInfo @include(if: $yes) { more: hasNextPage @skip(if: false) } }
         }",
    ] {
        let data = client.query(query).await;
        assert_eq!(data["posts"]["info"]["more"], true, "{query}");
    }
}

#[tokio::test]
async fn authors_and_tags_are_listed_by_name() {
    let app = TestApp::new().await;
    let names = ["zoé", "Ana", "Élise"];
    app.import([post("a").authors(&names).tag("web").tag("API").tag("Ámbar")])
        .await;
    let client = app.anonymous();
    let data = client
        .query("{ authors { totalCount nodes { name } } tags { totalCount nodes { name } } }")
        .await;
    assert_eq!(
        data,
        json!({
            "authors": { "totalCount": 3, "nodes": [{ "name": "Ana" }, { "name": "Élise" }, { "name": "zoé" }] },
            "tags": { "totalCount": 3, "nodes": [{ "name": "Ámbar" }, { "name": "API" }, { "name": "web" }] },
        })
    );
    let data = client
        .query("{ authors(orderBy: { field: CREATED_AT, direction: DESC }) { nodes { name } } }")
        .await;
    let last_made_first = json!([{ "name": "Élise" }, { "name": "Ana" }, { "name": "zoé" }]);
    assert_eq!(data["authors"]["nodes"], last_made_first);
}

#[tokio::test]
async fn an_author_is_found_by_the_beginning_of_the_name() {
    let app = TestApp::new().await;
    app.import([post("a").authors(&["Élise", "élan", "Eve", "100%"])])
        .await;
    let client = app.anonymous();
    for (prefix, expected) in [
        ("él", vec!["élan", "Élise"]),
        ("%", vec![]),
        ("100%", vec!["100%"]),
    ] {
        let query = "query($prefix: String!) { authors(filter: { nameStartsWith: $prefix }) { totalCount nodes { name } } }";
        let data = client.query_with(query, json!({ "prefix": prefix })).await;
        let names: Vec<_> = expected
            .iter()
            .map(|name| json!({ "name": name }))
            .collect();
        let expected = json!({ "totalCount": expected.len(), "nodes": names });
        assert_eq!(data["authors"], expected, "{prefix}");
    }
}

#[tokio::test]
async fn authors_and_tags_have_their_posts() {
    let app = TestApp::new().await;
    app.import([
        post("one")
            .published("2026-01-01T00:00:00Z")
            .authors(&["Ana", "Ben"])
            .tag("X"),
        post("two")
            .published("2026-01-02T00:00:00Z")
            .authors(&["Ben"])
            .tag("X")
            .tag("Y"),
        post("three")
            .published("2026-01-03T00:00:00Z")
            .authors(&["Ben", "Ana"])
            .tag("Y"),
    ])
    .await;
    let client = app.anonymous();
    let data = client
        .query(
            r#"{
                author(by: { slug: "ben" }) { postCount posts(first: 2) { totalCount nodes { slug } pageInfo { hasNextPage } } }
                tags { nodes { slug postCount posts { nodes { slug } } } }
            }"#,
        )
        .await;
    assert_eq!(
        data,
        json!({
            "author": {
                "postCount": 3,
                "posts": { "totalCount": 3, "nodes": [{ "slug": "three" }, { "slug": "two" }], "pageInfo": { "hasNextPage": true } },
            },
            "tags": { "nodes": [
                { "slug": "x", "postCount": 2, "posts": { "nodes": [{ "slug": "two" }, { "slug": "one" }] } },
                { "slug": "y", "postCount": 2, "posts": { "nodes": [{ "slug": "three" }, { "slug": "two" }] } },
            ] },
        })
    );
    // The same field twice, with other arguments, and posts that two people wrote together.
    let data = client
        .query(
            r#"{ author(by: { slug: "ben" }) {
                newest: posts(first: 1) { nodes { slug } }
                oldest: posts(last: 1) { nodes { slug } }
                together: posts(filter: { author: { slug: "ana" } }) { totalCount nodes { slug } }
            } }"#,
        )
        .await;
    assert_eq!(
        data["author"],
        json!({
            "newest": { "nodes": [{ "slug": "three" }] },
            "oldest": { "nodes": [{ "slug": "one" }] },
            "together": { "totalCount": 2, "nodes": [{ "slug": "three" }, { "slug": "one" }] },
        })
    );
}

#[tokio::test]
async fn the_authors_of_a_post_keep_their_order() {
    let app = TestApp::new().await;
    app.import([post("one").authors(&["Zoe", "Ana", "Mia"])])
        .await;
    let query = r#"{ post(by: { slug: "one" }) { author { name } authors { name } } }"#;
    let data = app.anonymous().query(query).await;
    let expected = json!({ "author": { "name": "Zoe" }, "authors": [{ "name": "Zoe" }, { "name": "Ana" }, { "name": "Mia" }] });
    assert_eq!(data["post"], expected);
}
