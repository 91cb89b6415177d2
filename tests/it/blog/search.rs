//! Posts by their words.

use imprenta::accounts::{Role, Viewer};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::{Client, PostBuilder, TestApp, logged_in, post};

pub const SEARCH: &str = "query($search: String!, $filter: PostFilter) {
    posts(search: $search, filter: $filter) { totalCount nodes { slug } }
}";

pub fn slugs(list: &Value) -> Vec<&str> {
    let nodes = list["nodes"].as_array().unwrap().iter();
    nodes.map(|node| node["slug"].as_str().unwrap()).collect()
}

/// The slugs of what a search finds, in its order; there are as many as it says.
pub async fn search(client: &Client, text: &str) -> Vec<String> {
    let data = client.query_with(SEARCH, json!({ "search": text })).await;
    let found = slugs(&data["posts"]);
    assert_eq!(data["posts"]["totalCount"], found.len(), "{text}");
    found.into_iter().map(str::to_owned).collect()
}

pub async fn app(posts: impl IntoIterator<Item = PostBuilder>) -> TestApp {
    let app = TestApp::new().await;
    app.import(posts).await;
    app
}

#[tokio::test]
async fn words_are_found_in_the_language_of_their_post() {
    let app = app([
        post("es")
            .locale("es-CO")
            .content("Una publicación con canciones de la niña, y su corazón."),
        post("en")
            .locale("en-US")
            .content("The children were running: naïve stories."),
        post("none").content("Running canciones; Straße, Ελλάδα."),
        post("other").locale("tlh").content("Running in Klingon."),
    ])
    .await;
    let client = app.anonymous();
    for (text, expected) in [
        // Stems: of Spanish in Spanish posts, of English in English ones, else the word itself.
        ("canción", vec!["es"]),
        ("CANCIONES", vec!["none", "es"]),
        ("publicaciones", vec!["es"]),
        ("publicacion", vec!["es"]),
        ("run", vec!["en"]),
        ("running", vec!["other", "none", "en"]),
        // Accents and case make no difference, on either side.
        ("nina corazon", vec!["es"]),
        ("NIÑA", vec!["es"]),
        ("naive story", vec!["en"]),
        ("nai\u{308}ve", vec!["en"]),
        ("ΕΛΛΑΔΑ", vec!["none"]),
        // Words that a language leaves out are not looked for, and find nothing alone.
        ("the children", vec!["en"]),
        ("de la", vec![]),
        ("the", vec![]),
        ("¿¡…!?", vec![]),
        ("nowhere", vec![]),
    ] {
        assert_eq!(search(&client, text).await, expected, "{text}");
    }
}

#[tokio::test]
async fn phrases_negations_alternatives_and_beginnings() {
    let app = app([
        post("a").content("The printing press was new."),
        post("b").content("The press was printing news."),
        post("c").content("A [link](https://example.org/press) in node.js and <b>bold</b>."),
    ])
    .await;
    let client = app.anonymous();
    for (text, expected) in [
        ("printing press", vec!["b", "a"]),
        ("\"printing press\"", vec!["a"]),
        ("printing -new", vec!["b"]),
        ("press -\"printing press\"", vec!["b"]),
        ("-press", vec!["c"]),
        ("new OR bold", vec!["c", "a"]),
        ("new* press", vec!["b", "a"]),
        ("print*", vec!["b", "a"]),
        ("node.js", vec!["c"]),
        ("node", vec!["c"]),
        // Neither addresses nor markup.
        ("example", vec![]),
    ] {
        assert_eq!(search(&client, text).await, expected, "{text}");
    }
}

#[tokio::test]
async fn titles_count_more_than_excerpts_than_headings_than_texts() {
    let app = app([
        post("title").title("Granite").summary("x").content("x"),
        post("excerpt").summary("Of granite.").content("x"),
        post("heading").summary("x").content("x\n\n## Granite\n\nx"),
        post("older").summary("x").content("Granite everywhere."),
        post("newer").summary("x").content("Granite everywhere."),
        post("both")
            .title("Granite and silver")
            .summary("x")
            .content("x"),
    ])
    .await;
    let client = app.anonymous();
    let expected = ["both", "title", "excerpt", "heading", "newer", "older"];
    assert_eq!(search(&client, "granite").await, expected);
    let found = search(&client, "granite or silver").await;
    assert_eq!(found[..2], ["both", "title"]);
}

#[tokio::test]
async fn the_more_of_the_words_are_in_a_part_the_more_it_counts() {
    let text = "Granite, silver and copper, silver copper.";
    let app = app([
        post("all").title("Copper, granite, silver").content(text),
        post("two").title("Silver copper").content(text),
        post("one").title("Copper").summary("x").content(text),
        post("excerpt")
            .summary("Granite, silver, copper.")
            .content(text),
        post("part").summary("Granite and silver.").content(text),
        post("headings")
            .summary("x")
            .content("## Granite\n\n## Silver, copper\n\nx"),
        post("heading")
            .summary("x")
            .content("# Granite\n\nSilver, copper."),
        post("text").summary("x").content(text),
    ])
    .await;
    let client = app.anonymous();
    let expected = [
        "all", "two", "one", "excerpt", "part", "headings", "heading", "text",
    ];
    assert_eq!(search(&client, "granite silver copper").await, expected);
    // A phrase is one thing: all of its words are there, or it is not.
    assert_eq!(
        search(&client, "\"silver copper\"").await,
        [
            "two", "all", "excerpt", "headings", "text", "heading", "part", "one"
        ]
    );
}

#[tokio::test]
async fn what_is_written_otherwise_is_found_so() {
    let app = app([post("one").content("First words.")]).await;
    let client = app.anonymous();
    app.import([post("one").content("Second words.")]).await;
    assert_eq!(search(&client, "first").await.len(), 0);
    assert_eq!(search(&client, "second").await.len(), 1);
    let connection = app.database.connect().await;
    let change = "UPDATE posts SET title = 'Cantaré', locale = 'es', status = 'draft'";
    connection.batch_execute(change).await.unwrap();
    assert_eq!(search(&client, "cantaré").await.len(), 0);
    let change = "UPDATE posts SET status = 'published'";
    connection.batch_execute(change).await.unwrap();
    assert_eq!(search(&client, "cantare").await.len(), 1);
    connection.batch_execute("DELETE FROM posts").await.unwrap();
    assert_eq!(search(&client, "words").await.len(), 0);
}

#[tokio::test]
async fn what_may_not_be_seen_is_not_found() {
    let app = app([
        post("shown").authors(&["Ben"]),
        post("draft").draft(),
        post("expired").unpublished("2026-06-01T12:00:00Z"),
        post("to-come").published("2026-06-01T12:00:01Z"),
    ])
    .await;
    assert_eq!(search(&app.anonymous(), "text").await, ["shown"]);
    let author = logged_in(Role::Author, Some(app.author_id("ana").await));
    for viewer in [author, logged_in(Role::Editor, None), Viewer::system()] {
        let data = app
            .query_as(&viewer, SEARCH, json!({ "search": "text" }))
            .await;
        assert_eq!(data["posts"]["totalCount"], 4, "{viewer:?}");
        assert_eq!(slugs(&data["posts"]).len(), 4, "{viewer:?}");
    }
}

#[tokio::test]
async fn filters_hold_as_well() {
    let app = app([
        post("a").tag("X").published("2026-01-01T00:00:00Z"),
        post("b")
            .authors(&["Ben"])
            .published("2026-02-01T00:00:00Z"),
        post("c")
            .authors(&["Ben", "Ana"])
            .tag("X")
            .tag("Y")
            .published("2026-03-01T00:00:00Z"),
        post("d").draft(),
    ])
    .await;
    let editor = logged_in(Role::Editor, None);
    for (filter, expected) in [
        (json!({ "author": { "slug": "ben" } }), vec!["c", "b"]),
        (json!({ "tag": { "slug": "x" } }), vec!["c", "a"]),
        (
            json!({ "tag": { "slug": "x" }, "author": { "slug": "ana" } }),
            vec!["c", "a"],
        ),
        (json!({ "tag": { "slug": "none" } }), vec![]),
        (json!({ "status": ["DRAFT"] }), vec!["d"]),
        (
            json!({ "publishedFrom": "2026-02-01T00:00:00Z", "publishedUntil": "2026-03-01T00:00:00Z" }),
            vec!["b"],
        ),
    ] {
        let variables = json!({ "search": "text", "filter": filter });
        let data = app.query_as(&editor, SEARCH, variables).await;
        assert_eq!(slugs(&data["posts"]), expected, "{filter}");
        assert_eq!(data["posts"]["totalCount"], expected.len(), "{filter}");
    }
}

const HIGHLIGHTS: &str = "query($search: String) {
    posts(search: $search) { edges { searchHighlight node { slug } } }
}";

#[tokio::test]
async fn a_highlight_is_safe_to_put_into_a_page() {
    let hostile = "Before.\n\n<script>alert('granite')</script>\n\n`<img src=x onerror=alert(1)>` & **Gránites** <granite>\n\n```html\n<script>granite</script>\n```\n";
    let app = app([post("one")
        .title("<script>granite</script>")
        .locale("en")
        .content(hostile)])
    .await;
    let client = app.anonymous();
    let data = client
        .query_with(HIGHLIGHTS, json!({ "search": "granite" }))
        .await;
    let html = data["posts"]["edges"][0]["searchHighlight"]
        .as_str()
        .unwrap();
    assert!(html.contains("<mark>Gránites</mark>"), "{html}");
    assert!(
        html.contains("&lt;script&gt;<mark>granite</mark>&lt;/script&gt;"),
        "{html}"
    );
    let rest = html.replace("<mark>", "").replace("</mark>", "");
    assert!(!rest.contains(['<', '>', '"', '\'']), "{html}");
}

#[tokio::test]
async fn a_highlight_is_some_words_and_only_of_a_search() {
    let filling = "Filling words. ".repeat(2000);
    let app = app([
        post("far").content(&format!("{filling} The needle. {filling}")),
        post("near").content(&format!(
            "Start. {} The needle. {filling}",
            &filling[..1500]
        )),
        post("title").title("Needle").content("Nothing of it."),
    ])
    .await;
    let client = app.anonymous();
    let data = client
        .query_with(HIGHLIGHTS, json!({ "search": "needle" }))
        .await;
    let edges = data["posts"]["edges"].as_array().unwrap();
    assert_eq!(edges[0]["searchHighlight"], "Nothing of it.");
    assert!(
        edges[1]["searchHighlight"]
            .as_str()
            .unwrap()
            .contains("The <mark>needle</mark>.")
    );
    // Beyond what is looked through, but not beyond what is searched.
    assert!(
        edges[2]["searchHighlight"]
            .as_str()
            .unwrap()
            .starts_with("Filling words.")
    );
    for edge in edges {
        assert!(edge["searchHighlight"].as_str().unwrap().len() < 1000);
    }
    let data = client.query_with(HIGHLIGHTS, json!({})).await;
    assert_eq!(data["posts"]["edges"][0]["searchHighlight"], json!(null));
}

#[tokio::test]
async fn bad_searches_are_refused_by_name() {
    let app = app([post("one"), post("two")]).await;
    let client = app.anonymous();
    let cursor = client
        .query(r#"{ posts(search: "text") { pageInfo { endCursor } } }"#)
        .await["posts"]["pageInfo"]["endCursor"]
        .to_string();
    for (arguments, expected) in [
        (r#"search: """#.to_owned(), "search: empty"),
        (r#"search: "  ""#.to_owned(), "search: empty"),
        (
            r#"search: "a\u0000b""#.to_owned(),
            "search: holds a control character",
        ),
        (
            r#"search: "a\nb""#.to_owned(),
            "search: holds a control character",
        ),
        (
            format!("search: \"{}\"", "ñ".repeat(257)),
            "search: longer than 256 characters",
        ),
        (
            r#"search: "text", orderBy: { field: TITLE }"#.to_owned(),
            "orderBy: a search is ordered by how well posts match",
        ),
        // Of another search, of a search in a list, and of a list in a search.
        (
            format!("search: \"words\", after: {cursor}"),
            "after: not a cursor of this list",
        ),
        (
            format!("after: {cursor}"),
            "after: not a cursor of this list",
        ),
        (
            r#"search: "text", before: "cAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA""#.to_owned(),
            "before: not a cursor of this list",
        ),
    ] {
        let query = format!("{{ posts({arguments}) {{ totalCount }} }}");
        let (code, message) = client.refusal(&query).await;
        assert_eq!(code, "BAD_USER_INPUT", "{query}: {message}");
        assert!(message.starts_with(expected), "{query}: {message}");
    }
    let longest = json!({ "search": "ñ".repeat(256) });
    client.query_with(SEARCH, longest).await;
}

#[test]
fn whatever_is_searched_for_there_is_an_answer() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let app = runtime.block_on(app([post("one").locale("es")]));
    let client = app.anonymous();
    let query = "query($search: String!) { posts(search: $search) { totalCount edges { cursor searchHighlight } } }";
    let syntax = "([a-zñ'\\\\:*&|!()<>\"-]| or | -|\\*|\"){1,60}";
    let texts = prop_oneof!["\\PC{1,60}", syntax];
    let config = Config {
        cases: 200,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&texts, |text| {
            if !text.trim().is_empty() {
                runtime.block_on(client.query_with(query, json!({ "search": text })));
            }
            Ok(())
        })
        .unwrap();
}

/// A text of nothing but different words is cut, and stored; every other text is, too.
#[tokio::test]
async fn whatever_a_text_holds_it_can_be_stored() {
    let different: Vec<_> = (0..180_000).map(|n| format!("{n:05x} ")).collect();
    let different = different.concat();
    let wide: String = ('\u{10000}'..'\u{10400}')
        .flat_map(|a| ('\u{ac00}'..'\u{ac80}').map(move |b| format!("{a}{b} ")))
        .take(110_000)
        .collect();
    let texts = [
        different[..1_048_000].to_owned(),
        wide[..wide.floor_char_boundary(1_048_000)].to_owned(),
        "x".repeat(1_048_576),
        "<".repeat(1_048_576),
        "a\u{301}\u{302}".repeat(200_000),
        "\u{1}\u{7f}\u{ffff}\u{10ffff}' \\ \u{fe0f}".to_owned(),
        "한국어 日本語 ".repeat(30_000),
    ];
    let app = TestApp::new().await;
    for (n, text) in texts.iter().enumerate() {
        app.import([post(&format!("p{n}")).title("Granite").content(text)])
            .await;
    }
    assert_eq!(search(&app.anonymous(), "granite").await.len(), texts.len());
}

#[tokio::test]
async fn words_are_made_the_same_on_both_sides() {
    let app =
        app(
            [
                post("one")
                    .content("ÅNGSTRÖM x²y İstanbul Ǆ ß ﬁ Ω हिन्दी a_b 10½ №5 日本、語 don’t"),
            ],
        )
        .await;
    let client = app.anonymous();
    for word in [
        "ångström",
        "istanbul",
        "हिन्दी",
        "a_b",
        "10½",
        "№5",
        "日本、語",
        "don’t",
        "don't",
        "x²y",
        "ﬁ",
        "ß",
    ] {
        assert_eq!(search(&client, word).await, ["one"], "{word}");
    }
}
