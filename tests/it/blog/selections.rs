//! Of a post is read what is selected of it, and no more; so each field has to be right by itself.

use serde_json::{Value, json};

use crate::support::{Client, TestApp, post};

/// Every field of a post and of its author that takes neither arguments nor a log-in, as it stands in a
/// selection.
const POST: [&str; 25] = [
    "id",
    "slug",
    "path",
    "title",
    "content",
    "contentHtml",
    "excerpt",
    "status",
    "publishedAt",
    "unpublishAt",
    "createdAt",
    "updatedAt",
    "version",
    "locale",
    "metaTitle",
    "metaDescription",
    "canonicalUrl",
    "faq { question answer }",
    "jsonLd",
    "author { id slug name bio avatarUrl version postCount }",
    "authors { name bio }",
    "tags { id slug name version postCount }",
    "readingMinutes wordCount",
    "tableOfContents { text }",
    "frontMatter",
];
/// Those that are in nobody's answer but an editor's, or that are asked for with arguments.
const ELSEWHERE: [&str; 4] = ["draft", "revisions", "revision", "previewLinks"];
const AUTHOR: [&str; 7] = [
    "id",
    "slug",
    "name",
    "bio",
    "avatarUrl",
    "version",
    "postCount",
];

async fn blog() -> TestApp {
    let app = TestApp::new().await;
    app.import([
        post("one")
            .content("# First\n\nSome text of the post, and more.")
            .authors(&["Ana Ruiz", "Luis Gil"])
            .tag("Travel")
            .tag("Rust")
            .front_matter("weight", json!(1.5)),
        post("two").content("Another text."),
    ])
    .await;
    let connection = app.database.connect().await;
    let fill = r#"UPDATE posts SET locale = 'es', meta_title = 'M', meta_description = 'D', version = 3,
            canonical_url = 'https://example.com/1', unpublish_at = '9000-01-01Z',
            faq = '[{"question": "Q", "answer": "A"}]' WHERE slug = 'one';
        UPDATE authors SET bio = 'Writes.', avatar_url = 'https://example.com/a.png', version = 2"#;
    connection.batch_execute(fill).await.unwrap();
    app
}

/// Where a post can be selected, with how to get at it.
const PLACES: [(&str, &str, &str); 8] = [
    (r#"post(by: { slug: "one" }) {"#, "}", "/post"),
    (
        r#"posts(first: 1, filter: { tag: { slug: "travel" } }) { nodes {"#,
        "} }",
        "/posts/nodes/0",
    ),
    (
        r"posts(first: 2, orderBy: { field: TITLE, direction: ASC }) { nodes {",
        "} }",
        "/posts/nodes/0",
    ),
    (
        r#"posts(search: "first") { edges { node {"#,
        "} } }",
        "/posts/edges/0/node",
    ),
    (r#"route(path: "/one") { ... on Post {"#, "} }", "/route"),
    (
        r#"author(by: { slug: "ana-ruiz" }) { posts { nodes { ...P } } } } fragment P on Post { ... {"#,
        "}",
        "/author/posts/nodes/0",
    ),
    (
        r#"tag(by: { slug: "rust" }) { posts(orderBy: { field: CREATED_AT }) { edges { node {"#,
        "} } } }",
        "/tag/posts/edges/0/node",
    ),
    (r#"node(id: "ID") { ... on Post {"#, "} }", "/node"),
];

#[tokio::test]
async fn a_field_alone_says_what_it_says_beside_all_others() {
    let app = blog().await;
    let client = app.anonymous();
    let id = client
        .query(r#"{ post(by: { slug: "one" }) { id } }"#)
        .await;
    let id = id["post"]["id"].as_str().unwrap();
    for (before, after, at) in PLACES {
        let select = async |fields: &str| {
            let query = format!("{{ {} {fields} {after} }}", before.replace("ID", id));
            let data = client.query(&query).await;
            data.pointer(at)
                .unwrap_or_else(|| panic!("no {at} in {query}: {data}"))
                .clone()
        };
        let whole = select(&POST.join(" ")).await;
        for fields in POST {
            let alone = select(fields).await;
            for (name, value) in alone.as_object().unwrap() {
                assert!(
                    covers(&whole[name], value),
                    "{name} alone at {at}: {value}, not {}",
                    whole[name]
                );
            }
        }
        for field in AUTHOR {
            let alone = select(&format!("author {{ {field} }}")).await;
            assert_eq!(
                alone["author"][field], whole["author"][field],
                "{field} at {at}"
            );
        }
    }
}

/// Whether `whole` says all that `part` says, and perhaps more.
fn covers(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(name, value)| whole.get(name).is_some_and(|it| covers(it, value))),
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len() && whole.iter().zip(part).all(|(a, b)| covers(a, b))
        }
        _ => whole == part,
    }
}

#[tokio::test]
async fn every_field_is_looked_at() {
    let app = TestApp::new().await;
    let client = app.anonymous();
    for (kind, known) in [
        ("Post", [&POST[..], &ELSEWHERE].concat()),
        ("Author", [&AUTHOR[..], &["posts"]].concat()),
    ] {
        let told: Vec<_> = known
            .iter()
            .flat_map(|it| it.split('{').next().unwrap().split_whitespace())
            .collect();
        for field in fields_of(&client, kind).await {
            assert!(
                told.contains(&field.as_str()),
                "{kind}.{field} is not among the selections here"
            );
        }
    }
}

async fn fields_of(client: &Client, kind: &str) -> Vec<String> {
    let data = client
        .query(&format!(
            r#"{{ __type(name: "{kind}") {{ fields {{ name }} }} }}"#
        ))
        .await;
    let fields = data["__type"]["fields"].as_array().unwrap();
    fields
        .iter()
        .map(|it| it["name"].as_str().unwrap().to_owned())
        .collect()
}
