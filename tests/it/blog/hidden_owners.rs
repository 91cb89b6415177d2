//! Authors and tags: whoever may see none of their posts finds no trace of them.

use imprenta::accounts::{Role, Viewer};
use serde_json::{Value, json};

use crate::support::{TestApp, logged_in, post};

/// Each way to an author and a tag, by what tells them apart.
const EVERY_WAY: &str = "query($author: ID!, $tag: ID!, $authorSlug: String!, $tagSlug: String!, $prefix: String!) {
    author(by: { slug: $authorSlug }) { slug }
    authorById: author(by: { id: $author }) { slug }
    authorNode: node(id: $author) { id }
    nodes(ids: [$author, $tag]) { id }
    tagNode: node(id: $tag) { id }
    tag(by: { slug: $tagSlug }) { slug }
    tagById: tag(by: { id: $tag }) { slug }
    authors { totalCount nodes { name } pageInfo { hasNextPage endCursor } }
    byTime: authors(last: 2, orderBy: { field: CREATED_AT }) { nodes { name } pageInfo { hasPreviousPage } }
    prefixed: authors(filter: { nameStartsWith: $prefix }) { totalCount nodes { name } }
    tags { totalCount nodes { name } pageInfo { hasNextPage endCursor } }
    lastTag: tags(last: 1) { nodes { name } pageInfo { hasPreviousPage } }
    ofAuthor: posts(filter: { author: { slug: $authorSlug } }) { totalCount nodes { slug } }
    ofAuthorId: posts(filter: { author: { id: $author } }) { totalCount nodes { slug } }
    ofTag: posts(filter: { tag: { slug: $tagSlug } }) { totalCount nodes { slug } }
    ofTagId: posts(filter: { tag: { id: $tag } }) { totalCount nodes { slug } }
}";

/// A blog with a post by Ana on Rust, and one by Zoe on Zig that a visitor may not see.
async fn blog(hidden: crate::support::PostBuilder) -> TestApp {
    let app = TestApp::new().await;
    app.import([
        post("shown").tag("Rust"),
        hidden.authors(&["Zoe"]).tag("Zig"),
    ])
    .await;
    app
}

/// The ids of the hidden author and the hidden tag.
async fn ids(app: &TestApp) -> (Value, Value) {
    let query = r#"{ author(by: { slug: "zoe" }) { id } tag(by: { slug: "zig" }) { id } }"#;
    let data = app.query_as(&Viewer::system(), query, Value::Null).await;
    (data["author"]["id"].clone(), data["tag"]["id"].clone())
}

async fn answer(app: &TestApp, viewer: &Viewer) -> Value {
    let (author, tag) = ids(app).await;
    let variables = json!({
        "author": author, "tag": tag, "authorSlug": "zoe", "tagSlug": "zig", "prefix": "z",
    });
    app.query_as(viewer, EVERY_WAY, variables).await
}

#[tokio::test]
async fn without_a_post_that_may_be_seen_there_is_no_trace() {
    let hidden = [
        post("hidden").draft(),
        post("hidden").published("2026-06-01T12:00:00.000001Z"),
        post("hidden").unpublished("2026-06-01T12:00:00Z"),
    ];
    let none = json!({ "totalCount": 0, "nodes": [] });
    for hidden in hidden {
        let app = blog(hidden).await;
        for viewer in [
            Viewer::anonymous(),
            logged_in(Role::Reader, Some(app.author_id("zoe").await)),
            logged_in(Role::Author, None),
        ] {
            let data = answer(&app, &viewer).await;
            for way in [
                "author",
                "authorById",
                "authorNode",
                "tag",
                "tagById",
                "tagNode",
            ] {
                assert_eq!(data[way], Value::Null, "{way}");
            }
            assert_eq!(data["nodes"], json!([null, null]));
            for list in ["prefixed", "ofAuthor", "ofAuthorId", "ofTag", "ofTagId"] {
                assert_eq!(data[list], none, "{list}");
            }
            assert_eq!(data["authors"]["totalCount"], 1);
            assert_eq!(data["authors"]["nodes"], json!([{ "name": "Ana" }]));
            assert_eq!(data["byTime"]["nodes"], json!([{ "name": "Ana" }]));
            assert_eq!(data["byTime"]["pageInfo"]["hasPreviousPage"], false);
            assert_eq!(data["tags"]["totalCount"], 1);
            assert_eq!(data["tags"]["nodes"], json!([{ "name": "Rust" }]));
            assert_eq!(data["lastTag"]["nodes"], json!([{ "name": "Rust" }]));
            assert_eq!(data["lastTag"]["pageInfo"]["hasPreviousPage"], false);
            assert_eq!(data["authors"]["pageInfo"]["hasNextPage"], false);
        }
    }
}

#[tokio::test]
async fn what_is_hidden_and_what_is_not_there_are_the_same() {
    let with = blog(post("hidden").draft()).await;
    let without = TestApp::new().await;
    without.import([post("shown").tag("Rust")]).await;
    let (author, tag) = ids(&with).await;
    let variables = json!({
        "author": author, "tag": tag, "authorSlug": "zoe", "tagSlug": "zig", "prefix": "z",
    });
    let mut answers = Vec::new();
    for app in [&with, &without] {
        let client = app.anonymous();
        let query = client.query_with(EVERY_WAY, variables.clone());
        let (sent, mut data) = app.statements_of(query).await;
        // Cursors hold the ids of what is shown, which differ between the two databases.
        for list in ["authors", "tags"] {
            data[list]["pageInfo"]["endCursor"].take();
        }
        answers.push((sent, data));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn one_s_own_draft_shows_who_wrote_it_with_one_and_what_about() {
    let app = TestApp::new().await;
    app.import([
        post("shown").tag("Rust"),
        post("hidden").draft().authors(&["Mia", "Zoe"]).tag("Zig"),
        post("other").draft().authors(&["Zack"]).tag("Zen"),
    ])
    .await;
    let mia = logged_in(Role::Author, Some(app.author_id("mia").await));
    let data = answer(&app, &mia).await;
    assert_eq!(data["author"]["slug"], "zoe");
    assert_eq!(data["tag"]["slug"], "zig");
    assert_eq!(data["authors"]["totalCount"], 3);
    let names = json!([{ "name": "Ana" }, { "name": "Mia" }, { "name": "Zoe" }]);
    assert_eq!(data["authors"]["nodes"], names);
    assert_eq!(data["prefixed"]["nodes"], json!([{ "name": "Zoe" }]));
    assert_eq!(data["tags"]["totalCount"], 2);
    assert_eq!(
        data["tags"]["nodes"],
        json!([{ "name": "Rust" }, { "name": "Zig" }])
    );
    assert_eq!(data["ofTag"]["totalCount"], 1);
}

#[tokio::test]
async fn an_author_finds_their_own_profile_before_the_first_post() {
    let app = blog(post("hidden").draft()).await;
    let sql = "WITH gone AS (DELETE FROM posts WHERE slug = 'hidden') SELECT";
    app.database
        .connect()
        .await
        .execute(sql, &[])
        .await
        .unwrap();
    let zoe = app.author_id("zoe").await;
    let data = answer(&app, &logged_in(Role::Author, Some(zoe))).await;
    for way in ["author", "authorById"] {
        assert_eq!(data[way]["slug"], "zoe", "{way}");
    }
    assert_eq!(data["authors"]["totalCount"], 2);
    assert_eq!(data["prefixed"]["totalCount"], 1);
    // The tag is nobody's own.
    assert_eq!(data["tag"], Value::Null);
    assert_eq!(data["tags"]["totalCount"], 1);

    for role in [Role::Editor, Role::Admin] {
        let data = answer(&app, &logged_in(role, None)).await;
        assert_eq!(data["author"]["slug"], "zoe");
        assert_eq!(data["tag"]["slug"], "zig");
        assert_eq!(data["tags"]["totalCount"], 2);
    }
}
