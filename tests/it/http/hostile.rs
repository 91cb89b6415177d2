//! Documents made to exhaust the server.

use serde_json::{Value, json};

use crate::support::TestApp;

/// Fragments that each spread the next one eight times: 8^levels fields from a few hundred bytes.
fn fragment_bomb(levels: usize) -> String {
    let fragment = |level: usize| {
        let spreads = format!("...F{} ", level + 1).repeat(8);
        format!("fragment F{level} on Query {{ {spreads} }}")
    };
    let fragments: Vec<String> = (0..levels).map(fragment).collect();
    let fragments = fragments.join(" ");
    format!("{{ ...F0 }} {fragments} fragment F{levels} on Query {{ __typename }}")
}

#[tokio::test]
async fn fragments_that_grow_without_end_are_refused() {
    let client = TestApp::new().await.anonymous();
    for document in [fragment_bomb(10), fragment_bomb(50)] {
        let (code, message) = client.refusal(&document).await;
        assert_eq!(code, "TOO_COMPLEX", "{message}");
    }
    let ring = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }";
    let (code, message) = client.refusal(ring).await;
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("GRAPHQL_VALIDATION_FAILED", "fragment \"A\" spreads itself")
    );
    let (code, _) = client.refusal("{ ...Missing }").await;
    assert_eq!(code, "GRAPHQL_VALIDATION_FAILED");
}

#[tokio::test]
async fn depth_and_breadth_have_limits_that_the_explorer_s_own_query_keeps() {
    let client = TestApp::new().await.anonymous();
    let deep = format!(
        "{{ posts {{ nodes {{ {} title {} }} }} }}",
        "author { posts { nodes {".repeat(10),
        "} } }".repeat(10)
    );
    assert_eq!(client.refusal(&deep).await.0, "TOO_COMPLEX");
    let aliases: Vec<String> = (0..21)
        .map(|n| format!("a{n}: posts {{ totalCount }}"))
        .collect();
    let (code, message) = client
        .refusal(&format!("{{ {} }}", aliases.join(" ")))
        .await;
    assert_eq!(
        (code.as_str(), message.as_str()),
        (
            "TOO_COMPLEX",
            "the operation has more than 20 fields at its root"
        )
    );
    let large = "query($n: Int = 100) { posts(first: $n) { nodes { author { posts(first: 100) { nodes { title slug } } } } } }";
    assert_eq!(client.refusal(large).await.0, "TOO_COMPLEX");
    client.query(&large.replace("= 100", "= 5")).await;
    let texts: Vec<String> = (0..6)
        .map(|n| format!("a{n}: posts(first: 100) {{ nodes {{ contentHtml }} }}"))
        .collect();
    assert_eq!(
        client
            .refusal(&format!("{{ {} }}", texts.join(" ")))
            .await
            .0,
        "TOO_COMPLEX"
    );
    client
        .query(&format!("{{ {} }}", texts[..4].join(" ")))
        .await;
    let broad = format!("{{ {} }}", "__typename ".repeat(2001));
    assert_eq!(client.refusal(&broad).await.0, "TOO_COMPLEX");
    let nested = format!("{{ posts(first: {}", "[".repeat(60_000));
    assert_eq!(client.refusal(&nested).await.0, "GRAPHQL_PARSE_FAILED");
    let introspection = "query { __schema { types { name fields { type { ...T } } } } } fragment T on __Type {
        kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
        ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }";
    let data = client.query(introspection).await;
    assert!(data["__schema"]["types"].as_array().unwrap().len() > 20);
}

#[tokio::test]
async fn errors_are_few_and_short_and_show_nothing_internal() {
    let client = TestApp::new().await.anonymous();
    let fields: Vec<String> = (0..1000).map(|n| format!("nothing{n}")).collect();
    let fields = fields.join(" ");
    let json = client
        .graphql(&format!("{{ {fields} }}"), Value::Null)
        .await
        .json();
    assert!(json["errors"].as_array().unwrap().len() <= 5);
    let long = format!("{{ {} }}", "x".repeat(100_000));
    let answer = client.graphql(&long, Value::Null).await;
    assert!(answer.body.len() < 2000, "{} bytes", answer.body.len());
    let strings = [
        "\u{0}",
        "\u{202e}",
        "\\",
        "'; DROP TABLE posts; --",
        "%",
        "\u{10ffff}",
    ];
    for text in strings {
        let query =
            "query($s: String!) { post(by: { slug: $s }) { id } route(path: $s) { __typename } }";
        let answer = client.graphql(query, json!({ "s": text })).await;
        assert_eq!(
            answer.json(),
            json!({ "data": { "post": null, "route": null } }),
            "{text:?}"
        );
    }
}
