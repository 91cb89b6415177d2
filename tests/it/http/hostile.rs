//! Documents made to exhaust the server.

use imprenta::config::Environment;
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
    assert_eq!(client.refusal(&nested).await.0, "TOO_COMPLEX");
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

/// Texts with numbers, one after the other.
fn numbered(times: usize, text: &dyn Fn(usize) -> String) -> String {
    let texts: Vec<_> = (0..times).map(text).collect();
    texts.concat()
}

/// A document, and why it is refused.
async fn each_too_complex(app: &TestApp, cases: &[(String, &str)]) {
    let client = app.anonymous();
    for (document, expected) in cases {
        let (sent, answer) = app
            .statements_of(client.graphql(document, Value::Null))
            .await;
        let json = answer.json();
        let error = &json["errors"][0];
        assert_eq!(
            (&error["extensions"]["code"], &error["message"]),
            (&json!("TOO_COMPLEX"), &json!(expected))
        );
        assert_eq!((answer.status.as_u16(), sent), (400, 0), "{expected}");
        assert!(answer.body.len() < 2000, "{} bytes", answer.body.len());
    }
}

#[tokio::test]
async fn documents_have_limits_of_all_kinds() {
    let repeat = |text: &str, times: usize| text.repeat(times);
    let cases = [
        (
            format!("{{ __typename }} #{}", repeat("x", 128 * 1024)),
            "the document is longer than 131072 bytes; send long values as variables",
        ),
        (
            format!("{{ {} }}", repeat("__typename ", 3999)),
            "the document has more than 4000 tokens",
        ),
        (
            repeat("[", 100_000),
            "the document is more than 60 brackets deep",
        ),
        (
            format!("{{ posts(filter: {}", repeat("{a:", 20_000)),
            "the document is more than 60 brackets deep",
        ),
        (
            repeat("{a", 20_000),
            "the document is more than 60 brackets deep",
        ),
        (
            numbered(21, &|n| format!("query Q{n} {{ __typename }} ")),
            "the document has more than 20 operations",
        ),
        (
            format!(
                "{{ __typename {} }} {}",
                numbered(61, &|n| format!("...F{n} ")),
                numbered(61, &|n| format!("fragment F{n} on Query {{ __typename }} "))
            ),
            "the document has more than 60 fragments",
        ),
        (
            format!(
                "query({}) {{ __typename }}",
                numbered(101, &|n| format!("$v{n}: Int "))
            ),
            "the operation has more than 100 variables",
        ),
        (
            format!(
                "{{ health {{ {} }} }}",
                numbered(31, &|n| format!("a{n}: status "))
            ),
            "the operation has more than 30 aliases",
        ),
        (
            format!(
                "{{ health {{ {} }} }} fragment A on Health {{ {} }}",
                repeat("...A ", 4),
                numbered(8, &|n| format!("a{n}: status "))
            ),
            "the operation has more than 30 aliases",
        ),
        (
            format!("{{ __typename {} }}", repeat("@skip(if: false) ", 5)),
            "more than 4 directives are at one place",
        ),
        (
            format!(
                "{{ health {{ {} }} }}",
                repeat("status @skip(if: false) @include(if: true) ", 21)
            ),
            "the operation has more than 40 directives",
        ),
        (
            format!("{{ nodes(ids: [{}]) {{ id }} }}", repeat("\"\" ", 1001)),
            "a list has more than 1000 items",
        ),
        (
            "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
                .to_owned(),
            "the schema is asked for fields of fields of fields",
        ),
        (
            format!(
                "{{ ...F0 }} {} fragment F5 on Query {{ __typename }}",
                numbered(5, &|n| {
                    format!(
                        "fragment F{n} on Query {{ {} ...F{} {} }} ",
                        repeat("... { ", 20),
                        n + 1,
                        repeat("}", 20)
                    )
                })
            ),
            "more than 60 selections lie within each other",
        ),
    ];
    let app = TestApp::new().await;
    each_too_complex(&app, &cases).await;
}

#[tokio::test]
async fn lists_of_variables_have_a_limit_too() {
    let app = TestApp::new().await;
    let list = json!({ "ids": vec![""; 1001] });
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let json = app.anonymous().graphql(query, list).await.json();
    assert_eq!(
        json["errors"][0]["message"],
        "a list has more than 1000 items"
    );
}

#[tokio::test]
async fn what_is_in_strings_and_comments_counts_for_nothing() {
    let client = TestApp::new().await.anonymous();
    let brackets = "{ ( [ ".repeat(5000);
    let strings = [
        format!("{{ route(path: \"{brackets}\") {{ __typename }} }}"),
        format!("{{ route(path: \"\\\"{brackets}\") {{ __typename }} }}"),
        format!(
            "{{ route(path: \"\"\"{brackets} \\\"\"\" \" {brackets}\"\"\") {{ __typename }} }}"
        ),
        format!("# {brackets}\n{{ __typename }} # \" {brackets}"),
    ];
    for document in strings {
        let json = client.graphql(&document, Value::Null).await.json();
        assert_eq!(json.get("errors"), None, "{json}");
    }
}

#[tokio::test]
async fn thousands_of_overlapping_fields_are_answered() {
    let client = TestApp::new().await.anonymous();
    let fields = "status ".repeat(1900);
    client.query(&format!("{{ health {{ {fields} }} }}")).await;
    let deep = "posts { nodes { author { posts { nodes { title } } } } } ".repeat(18);
    let (_, message) = client.refusal(&format!("{{ {deep} posts {{ nodes {{ author {{ title: name posts {{ nodes {{ title: slug }} }} }} }} }} }}")).await;
    assert_eq!(
        message,
        "\"title\" would be \"title\" and \"slug\": name one of them anew"
    );
}

#[tokio::test]
async fn limits_are_settings() {
    let document = |aliases: usize| {
        let aliases = numbered(aliases, &|n| format!("a{n}: status "));
        format!("{{ health {{ {aliases} }} }}")
    };
    let app = TestApp::with_settings(Environment::from([
        ("GRAPHQL_MAX_ALIASES", "3"),
        ("GRAPHQL_MAX_COST", "5"),
    ]))
    .await;
    let client = app.anonymous();
    client.query(&document(3)).await;
    let message = "the operation has more than 3 aliases";
    assert_eq!(client.refusal(&document(4)).await.1, message);
    let message = "the operation costs 11, and may cost 5: ask for smaller pages or fewer fields";
    let refusal = client
        .refusal("{ posts(first: 5) { nodes { slug } } }")
        .await;
    assert_eq!(refusal.1, message);
}
