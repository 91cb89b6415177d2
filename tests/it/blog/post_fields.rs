use serde_json::json;

use crate::support::{TestApp, post};

#[tokio::test]
async fn everything_that_derives_from_the_text() {
    let app = TestApp::new().await;
    let content = "# One\n\nSome *text* about `code`.\n\n## Two\n\n- [x] done\n\n| a |\n|---|\n| b |\n\n```rust\nlet x = 1;\n```\n";
    app.import([post("one").content(content)]).await;
    let query = r#"{ post(by: { slug: "one" }) {
        content contentHtml excerpt wordCount readingMinutes
        tableOfContents { level text anchor }
    } }"#;
    let data = app.anonymous().query(query).await;
    let post = &data["post"];
    assert_eq!(post["content"], content);
    assert_eq!(post["excerpt"], "Some text about code. done");
    assert_eq!(post["readingMinutes"], 1);
    let contents = json!([{ "level": 1, "text": "One", "anchor": "one" }, { "level": 2, "text": "Two", "anchor": "two" }]);
    assert_eq!(post["tableOfContents"], contents);
    let html = post["contentHtml"].as_str().unwrap();
    for part in [
        r#"<h1 id="one">One</h1>"#,
        "<em>text</em>",
        r#"type="checkbox""#,
        "<td>b</td>",
        r#"class="language-rust""#,
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
    assert!(post["wordCount"].as_i64().unwrap() >= 6);
}

#[tokio::test]
async fn hostile_text_runs_no_script_however_long_it_is() {
    let app = TestApp::new().await;
    let hostile =
        "<script>alert(1)</script><img src=x onerror=alert(1)>\n\n[x](javascript:alert(1))\n\n";
    app.import([
        post("short").content(hostile),
        // Beyond the length up to which text is rendered in place.
        post("long").content(&hostile.repeat(1000)),
    ])
    .await;
    let query = r"{ posts { nodes { contentHtml } } }";
    let data = app.anonymous().query(query).await;
    for node in data["posts"]["nodes"].as_array().unwrap() {
        let html = node["contentHtml"].as_str().unwrap();
        for word in ["<script", "onerror", "href=\"javascript"] {
            assert!(!html.contains(word), "{word} is in the answer");
        }
    }
}

#[tokio::test]
async fn an_author_s_own_summary_and_whatever_else_the_file_said_are_kept() {
    let app = TestApp::new().await;
    let extra = json!({ "cover": { "image": "a.png", "alt": "" }, "weight": 1.5 });
    app.import([post("one")
        .summary("In my words.")
        .front_matter("extra", extra.clone())])
        .await;
    let query = r#"{ post(by: { slug: "one" }) { excerpt frontMatter } }"#;
    let data = app.anonymous().query(query).await;
    assert_eq!(
        data["post"],
        json!({ "excerpt": "In my words.", "frontMatter": { "extra": extra } })
    );
}
