//! One file or more of every tool.

use serde_json::json;

use super::{post, published};

#[test]
fn zola_toml() {
    let post = post(
        "blog/ignored.md",
        "+++\npath = \"2024/03/31/Hello%20You\"\ntitle = \"Hello\"\nauthors = [\"Ada\", \"Ben\", \"Ada\"]\n\
         description = \"Short.\"\nupdated = 2024-04-01T10:00:00+02:00\ndraft = true\n\
         aliases = [\"2024/03/31/hello.html\", \"/old/\", \"old\", \"2024/03/31/Hello You\"]\n\
         [taxonomies]\ntags = [\"Rust\"]\nseries = [\"One\"]\n[extra]\nteam = \"Core\"\nwhen = 2024-01-01\n+++\n\n\nText [a](../b.md)\n",
    );
    assert_eq!(post.title, "Hello");
    assert_eq!(post.path, "/2024/03/31/Hello You");
    assert_eq!(post.authors, ["Ada", "Ben"]);
    assert_eq!(post.tags, ["Rust"]);
    assert_eq!(post.summary.as_deref(), Some("Short."));
    assert_eq!(post.aliases, ["/2024/03/31/hello.html", "/old"]);
    assert_eq!(post.content, "Text [a](../b.md)\n");
    assert!(post.draft);
    let moments = [post.published_at, post.updated_at].map(|at| at.map(|at| at.to_rfc3339()));
    let expected = ["2024-03-31T00:00:00+00:00", "2024-04-01T08:00:00+00:00"];
    assert_eq!(moments, expected.map(|at| Some(at.to_owned())));
    let rest =
        json!({"taxonomies": {"series": ["One"]}, "extra": {"team": "Core", "when": "2024-01-01"}});
    assert_eq!(serde_json::Value::Object(post.front_matter), rest);
}

#[test]
fn zola_yaml_and_file_names() {
    let text = "---\ntitle: Hello\n---\nText";
    assert_eq!(post("blog/2024-03-31_hello.md", text).path, "/blog/hello");
    assert_eq!(
        published("blog/2024-03-31-hello.md", text).as_deref(),
        Some("2024-03-31T00:00:00+00:00")
    );
    let bundle = post("blog/2024-03-31-hello/index.md", text);
    assert_eq!(bundle.path, "/blog/hello");
    assert!(bundle.published_at.is_some());
    assert_eq!(
        post("blog/a b.md", "---\ntitle: Hello\nslug: My-Slug\n---\n").path,
        "/blog/My-Slug"
    );
    assert_eq!(post("blog/a b.md", text).path, "/blog/a-b");
}

#[test]
fn hugo_toml() {
    let post = post(
        "posts/hello.md",
        "+++\nTitle = 'Hello'\ndate = 2024-03-31T18:00:00Z\nlastmod = 2024-04-01\ndraft = false\n\
         tags = ['a', 'B', 'b']\ncategories = ['c', 'A']\nsummary = 's'\ndescription = 'd'\nslug = 'hi'\n\
         [author]\nname = 'Ada'\nemail = 'ada@example.org'\n+++\r\n\r\nText",
    );
    assert_eq!(post.path, "/posts/hi");
    assert_eq!(post.slug.as_deref(), Some("hi"));
    assert_eq!(post.tags, ["a", "B", "c"]);
    assert_eq!(post.authors, ["Ada"]);
    assert_eq!(post.summary.as_deref(), Some("s"));
    assert_eq!(post.front_matter["description"], "d");
    assert_eq!(post.content, "Text");
    assert!(!post.draft);
}

#[test]
fn hugo_yaml() {
    let post = post(
        "\u{feff}posts/2024/03/31/hello/index.md".trim_start_matches('\u{feff}'),
        "\u{feff}\r\n---\r\ntitle: \"Hello\"\r\nurl: /About Us/\r\nauthors:\r\n  - name: Ada\r\n  - Ben\r\n  - [x]\r\ntags: one two\r\nweight: 3\r\n...\r\n\r\n    code\r\n",
    );
    assert_eq!(post.path, "/About Us");
    assert_eq!(post.authors, ["Ada", "Ben"]);
    assert_eq!(post.tags, ["one", "two"]);
    assert_eq!(post.content, "    code\r\n");
    assert_eq!(post.front_matter["weight"], 3);
    assert_eq!(post.warnings.len(), 1);
    assert_eq!(post.warnings[0].0, 5);
    assert_eq!(
        post.published_at.map(|at| at.to_rfc3339()).as_deref(),
        Some("2024-03-31T00:00:00+00:00")
    );
}

#[test]
fn hugo_expiry() {
    for key in ["expiryDate", "expirydate", "unpublishdate", "unpublishDate"] {
        let text = format!(
            "---\ntitle: Hello\ndate: 2024-03-31\n{key}: 2024-04-30T18:00:00+02:00\n---\nText"
        );
        let post = post("posts/hello.md", &text);
        let end = post.unpublish_at.map(|at| at.to_rfc3339());
        assert_eq!(end.as_deref(), Some("2024-04-30T16:00:00+00:00"), "{key}");
        assert!(post.front_matter.is_empty(), "{key}");
    }
    let stays = "---\ntitle: Hello\nexpiryDate:\n---\nText";
    assert_eq!(post("posts/hello.md", stays).unpublish_at, None);
}

#[test]
fn hugo_json() {
    let post = post(
        "posts/hello.md",
        "{\n  \"title\": \"Hello \\ud83d\\ude00\",\n  \"date\": \"2024-03-31\",\n  \"tags\": [\"a\", 1, {}]\n}\n\nText {x}",
    );
    assert_eq!(post.title, "Hello 😀");
    assert_eq!(post.tags, ["a", "1"]);
    assert_eq!(post.warnings[0].0, 4);
    assert_eq!(post.content, "Text {x}");
}

#[test]
fn jekyll() {
    let text = "---\nlayout: post\ntitle: Hello: You\nauthor: Ada\ndate: 2020-01-02 10:00:00 +0200\n\
        categories: News rust\ntags: [x]\nredirect_from: /old.html\nlast_modified_at: 2020-01-03\n---\nText"
        .replace("Hello: You", "'Hello: You'");
    let post = post("_posts/2020/2020-01-02-hello.markdown", &text);
    assert_eq!(post.path, "/2020/01/02/hello");
    assert_eq!(post.tags, ["x", "News", "rust"]);
    assert_eq!(post.aliases, ["/old.html"]);
    assert_eq!(post.front_matter["layout"], "post");
    assert_eq!(
        post.published_at.map(|at| at.to_rfc3339()).as_deref(),
        Some("2020-01-02T08:00:00+00:00")
    );
    assert!(post.updated_at.is_some() && !post.draft);
}

#[test]
fn jekyll_drafts_and_sections() {
    let text = "---\ntitle: A\n---\nText";
    let draft = post("_drafts/idea.md", text);
    assert_eq!((draft.path.as_str(), draft.draft), ("/idea", true));
    assert_eq!(draft.published_at, None);
    assert_eq!(
        post("blog/_posts/2020-01-02-a.md", text).path,
        "/blog/2020/01/02/a"
    );
    for value in ["false", "no", "\"false\""] {
        let text = format!("---\ntitle: A\npublished: {value}\n---\n");
        assert!(post("_posts/2020-01-02-a.md", &text).draft, "{value}");
    }
}

#[test]
fn jekyll_permalinks() {
    for (permalink, path) in [
        ("/:year/:month/:day/:title/", "/2020/01/02/hello"),
        (
            "/:categories/:title:output_ext",
            "/big-news/rust/hello.html",
        ),
        ("pretty", "/big-news/rust/2020/01/02/hello"),
        (
            "/:short_year-:i_month-:i_day/:y_day/:slug",
            "/20-1-2/002/hello",
        ),
        ("/fixed.html", "/fixed.html"),
        ("/12:30/", "/12:30"),
    ] {
        let text = format!(
            "---\ntitle: A\npermalink: \"{permalink}\"\ncategories: [Big news, rust]\n---\n"
        );
        assert_eq!(
            post("_posts/2020-01-02-hello.md", &text).path,
            path,
            "{permalink}"
        );
    }
}
