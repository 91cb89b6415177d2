//! What search engines are told of a post that was written here.

use serde_json::{Value, json};

use super::writing::{Desk, text};

/// All of a post as its visitors' pages have it.
async fn graph(desk: &Desk, post: &Value) -> Value {
    let query = "query($id: ID!) { post(by: { id: $id }) { jsonLd } }";
    let visitor = desk.app.anonymous();
    let data = visitor.query_with(query, json!({ "id": post["id"] })).await;
    let html = text(&data["post"]["jsonLd"]);
    assert!(!html.contains('<'), "{html}");
    let mut graph: Value = serde_json::from_str(&html).unwrap();
    assert_eq!(graph["@context"], "https://schema.org");
    graph["@graph"].take()
}

fn types(graph: &Value) -> Vec<&str> {
    let things = graph.as_array().unwrap();
    things
        .iter()
        .map(|it| it["@type"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_post_tells_of_itself_its_questions_its_place_and_its_authors() {
    let desk = Desk::new().await;
    let post = desk
        .create(json!({
            "title": "Madrid </script>",
            "metaDescription": "A walk.",
            "tags": [{ "name": "Travel" }, { "name": "Spain" }],
            "faq": [{ "question": "Is it far?", "answer": "**Two** hours." }],
            "locale": "en-GB",
            "publish": true,
        }))
        .await;
    let graph = graph(&desk, &post).await;
    assert_eq!(
        types(&graph),
        ["BlogPosting", "FAQPage", "BreadcrumbList", "Person"]
    );
    let posting = &graph[0];
    assert_eq!(posting["headline"], "Madrid </script>");
    assert_eq!(posting["description"], "A walk.");
    assert_eq!(posting["keywords"], json!(["Travel", "Spain"]));
    assert_eq!(posting["inLanguage"], "en-GB");
    assert_eq!(posting["datePublished"], "2026-06-01T12:00:00Z");
    assert_eq!(posting["author"], json!([{ "@id": graph[3]["@id"] }]));
    let question = &graph[1]["mainEntity"][0];
    assert_eq!(question["name"], "Is it far?");
    assert!(text(&question["acceptedAnswer"]["text"]).contains("<strong>Two</strong>"));
    assert_eq!(graph[2]["itemListElement"][1]["name"], "Madrid </script>");
    assert_eq!(graph[3]["name"], "Ana");
}

#[tokio::test]
async fn a_post_without_questions_has_no_page_of_them() {
    let desk = Desk::new().await;
    let post = desk.published("One").await;
    let graph = graph(&desk, &post).await;
    assert_eq!(types(&graph), ["BlogPosting", "BreadcrumbList", "Person"]);
}
