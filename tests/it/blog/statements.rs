//! How many SQL statements a query sends: as few as can be, and as many for thousand rows as for
//! one.

use imprenta::accounts::{Role, Viewer};

use crate::support::{TestApp, logged_in, post};

const NESTED: &str = "{
    posts(first: 50) {
        totalCount
        nodes {
            title author { name } authors { name postCount }
            tags {
                name postCount
                posts(first: 5) { totalCount nodes { title tags { name } author { posts(last: 2) { edges { node { slug } } } } } }
            }
        }
    }
}";

/// `number` posts, each with two authors and three tags of its own.
async fn blog(number: usize) -> TestApp {
    let app = TestApp::new().await;
    let posts = (0..number).map(|n| {
        let (first, second) = (format!("First {n}"), format!("Second {n}"));
        post(&format!("post-{n}"))
            .authors(&[&first, &second])
            .tag(&format!("Tag {n}"))
            .tag(&format!("Tag {}", n + 1))
            .tag("All")
    });
    app.import(posts).await;
    app
}

#[tokio::test]
async fn the_number_depends_on_the_shape_of_the_query_alone() {
    let mut counts = Vec::new();
    for size in [2, 40] {
        let app = blog(size).await;
        let client = app.anonymous();
        let (sent, data) = app.statements_of(client.query(NESTED)).await;
        assert_eq!(data["posts"]["nodes"].as_array().unwrap().len(), size);
        counts.push(sent);
    }
    // Posts with their authors and tags, and their count; the authors' counts; the tags' counts; the tags'
    // posts with all that belongs to these, and their totals; the posts of those posts' authors. Before and
    // after them, the beginning and the end of the snapshot that they share.
    assert_eq!(counts, [9, 9]);
}

/// What begins and ends the snapshot that several statements share.
const SNAPSHOT: u64 = 2;

#[tokio::test]
async fn each_query_sends_the_least_that_answers_it() {
    let app = blog(10).await;
    let client = app.anonymous();
    let cases = [
        ("{ __typename }", 0),
        ("{ posts { totalCount } }", 1),
        ("{ posts { nodes { title } } }", 1),
        ("{ posts(first: 0) { pageInfo { hasNextPage } } }", 1),
        (
            "{ posts(first: 20) { nodes { id title slug excerpt publishedAt author { name slug } tags { name slug } } } }",
            1,
        ),
        (
            "{ posts { nodes { author { name } authors { bio } first: author { slug } } } }",
            1,
        ),
        (
            r#"{ posts(filter: { tag: { slug: "all" } }) { nodes { title } } }"#,
            2 + SNAPSHOT,
        ),
        (
            r"{ posts(filter: { status: [DRAFT] }) { totalCount nodes { title } } }",
            0,
        ),
        (
            r#"{ post(by: { slug: "post-1" }) { content author { name } tags { name } } }"#,
            1,
        ),
        (r#"{ post(by: { slug: "No slug" }) { content } }"#, 0),
        (
            "{ authors(first: 10) { nodes { name posts(first: 10) { nodes { title tags { name } } } } } }",
            2 + SNAPSHOT,
        ),
        (r#"{ route(path: "/post-1") { ... on Post { title } } }"#, 1),
        (
            r#"{ posts(search: "text") { edges { cursor searchHighlight node { title excerpt } } } }"#,
            2 + SNAPSHOT,
        ),
        (
            r#"{ posts(search: "text", last: 3) { totalCount } }"#,
            2 + SNAPSHOT,
        ),
        (
            r#"{ posts(search: "text") { totalCount nodes { author { name } tags { name } } } }"#,
            4 + SNAPSHOT,
        ),
        (
            r#"{ posts(search: "...") { totalCount nodes { title } } }"#,
            0,
        ),
        (
            r#"{ posts(search: "text", filter: { status: [DRAFT] }) { totalCount nodes { title } } }"#,
            0,
        ),
        ("{ health { status } }", 1),
    ];
    for (query, expected) in cases {
        let (sent, _) = app.statements_of(client.query(query)).await;
        assert_eq!(sent, expected, "{query}");
    }
}

#[tokio::test]
async fn what_is_hidden_takes_the_statements_of_what_is_not_there() {
    let app = TestApp::new().await;
    app.import([
        post("shown"),
        post("hidden")
            .draft()
            .authors(&["Zoe"])
            .tag("Zig")
            .alias("/old/hidden"),
    ])
    .await;
    let client = app.anonymous();
    let queries = [
        (
            r#"{ post(by: { slug: ""#,
            r#"" }) { content author { name } } }"#,
            "hidden",
        ),
        (
            r#"{ route(path: "/"#,
            r#"") { ... on Post { title tags { name } } } }"#,
            "hidden",
        ),
        (
            r#"{ route(path: "/old/"#,
            r#"") { __typename } }"#,
            "hidden",
        ),
        (
            r#"{ author(by: { slug: ""#,
            r#"" }) { name postCount } }"#,
            "zoe",
        ),
        (
            r#"{ tag(by: { slug: ""#,
            r#"" }) { name postCount } }"#,
            "zig",
        ),
        (
            r#"{ posts(search: ""#,
            r#"") { totalCount nodes { title } } }"#,
            "hidden",
        ),
        (
            r#"{ posts(filter: { author: { slug: ""#,
            r#"" } }) { totalCount nodes { title } } }"#,
            "zoe",
        ),
        (
            r#"{ posts(filter: { tag: { slug: ""#,
            r#"" } }) { totalCount nodes { title } } }"#,
            "zig",
        ),
    ];
    for (before, after, hidden) in queries {
        let [hidden, absent] = [hidden, "absent"].map(|name| format!("{before}{name}{after}"));
        let (of_hidden, data) = app.statements_of(client.query(&hidden)).await;
        let (of_absent, same) = app.statements_of(client.query(&absent)).await;
        assert_eq!((of_hidden, data), (of_absent, same), "{hidden}");
    }
}

#[tokio::test]
async fn whoever_asks_the_number_is_the_same() {
    let app = blog(10).await;
    let author = app.author_id("first-3").await;
    for viewer in [
        Viewer::anonymous(),
        logged_in(Role::Author, Some(author)),
        logged_in(Role::Editor, None),
    ] {
        let query = app.query_as(&viewer, NESTED, serde_json::Value::Null);
        let (sent, _) = app.statements_of(query).await;
        // Here no request is asked, so there is no snapshot.
        assert_eq!(sent, 7, "{viewer:?}");
    }
}

#[tokio::test]
async fn what_does_not_search_never_reads_what_is_searched() {
    let app = blog(3).await;
    let connection = app.database.connect().await;
    let sql = "ALTER TABLE post_search RENAME TO gone";
    connection.batch_execute(sql).await.unwrap();
    let client = app.anonymous();
    client.query(NESTED).await;
    let (code, _) = client
        .refusal(r#"{ posts(search: "text") { totalCount } }"#)
        .await;
    assert_eq!(code, "INTERNAL_SERVER_ERROR");
}

#[tokio::test]
async fn a_list_without_content_never_reads_it() {
    let app = blog(1).await;
    // Not even PostgreSQL looks at the text: it is gone.
    let connection = app.database.connect().await;
    let sql = "ALTER TABLE posts RENAME COLUMN content TO gone";
    connection.batch_execute(sql).await.unwrap();
    let client = app.anonymous();
    client
        .query("{ posts { nodes { title excerpt wordCount readingMinutes } } }")
        .await;
    let (code, _) = client.refusal("{ posts { nodes { content } } }").await;
    assert_eq!(code, "INTERNAL_SERVER_ERROR");
}
