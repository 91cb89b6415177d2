//! Posts that are imported together.

use imprenta::accounts::Viewer;
use imprenta::blog::imports::{Change, Mode, PreparedPost};
use serde_json::json;

use crate::support::{PostBuilder, TestApp, post};

/// What is searched, as text.
async fn searched(app: &TestApp) -> Vec<String> {
    let connection = app.database.connect().await;
    let sql = "SELECT post_search::text || bigrams::text FROM post_search JOIN post_bigrams USING (post_id) ORDER BY post_id";
    let rows = connection.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// Texts with all that is hard about words.
const TEXTS: [&str; 12] = [
    "The children were running: the canción, y las canciones de la publicación; nation.",
    "# One **heading**\n\n####### none\n#none\n##\n###   \n## Été & [link](https://example.org/a)\r\n\nx",
    "[a](b c) [d](e(f)) ](g) </p><br/> <1> < b> <!-- c --> <d <e> &amp; &#39; &; &# &x y; &é;",
    "node.js foo-bar foo_bar a+b 1e5 1.5 12abc abc12 3,000 x@example.org /etc/hosts http://a.b/c?d=e",
    "ÅNGSTRÖM x²y İstanbul Ǆ ß ﬁ Ω हिन्दी 10½ №5 日本、語 don’t ΟΔΟΣ ΣΑΣ Σ.Α ὈΔΥΣΣΕΎΣ",
    "a\u{301}\u{302}b e\u{301} \u{301} \u{37e} \u{387} \u{1fef} \u{2000} \u{3000} \u{feff} \u{1f980}rust",
    "한국어 日本語 中文 русский Ёлка עברית العربية ไทย",
    "",
    "   \n\n \t ",
    "the de la und le il de het",
    "'quotes' \\ \"back\\slash\" 'es/x' :1 & | ! ( ) <->",
    "<script>alert('x')</script> `code` ~~~ \u{1}\u{7f}",
];

#[tokio::test]
async fn many_posts_are_searched_as_the_database_would_have_it() {
    let app = TestApp::new().await;
    let locales = ["ca", "de", "en-US", "ES", "fr", "it", "nl", "pt-BR", "tlh"];
    let mut posts: Vec<PostBuilder> = Vec::new();
    for locale in locales {
        for (n, text) in TEXTS.iter().enumerate() {
            let slug = format!("{locale}-{n}").to_lowercase();
            posts.push(
                post(&slug)
                    .locale(locale)
                    .title("The Canción")
                    .content(text),
            );
        }
    }
    let long = [
        "word ".repeat(20_000),
        (0..17_000)
            .map(|n| format!("w{n} "))
            .collect::<Vec<_>>()
            .concat(),
        "x".repeat(3000),
        format!("{} behind", "ñ".repeat(2000)),
        "# heading\n".repeat(200),
    ];
    for (n, text) in long.iter().enumerate() {
        posts.push(post(&format!("long-{n}")).content(text));
    }
    let outcomes = app.import(posts).await;
    assert!(outcomes.iter().all(|it| it.change == Change::Added));
    let made_here = searched(&app).await;
    let connection = app.database.connect().await;
    let sql = "SELECT fill_post_search(posts) FROM posts; SELECT fill_post_bigrams(id) FROM posts";
    connection.batch_execute(sql).await.unwrap();
    for (here, there) in made_here.iter().zip(searched(&app).await) {
        assert_eq!(*here, there);
    }
    assert_eq!(made_here.len(), locales.len() * TEXTS.len() + long.len());
}

/// What could not be foreseen of one post is its own failure: PostgreSQL takes no text with a zero.
#[tokio::test]
async fn one_bad_post_among_many_leaves_no_trace() {
    let app = TestApp::new().await;
    let mut posts: Vec<_> = (0..9)
        .map(|n| post(&format!("p{n}")).tag("X").build())
        .collect();
    posts[4].content = "zero \0".to_owned();
    posts[4].authors = vec!["Nobody Else".to_owned()];
    let imports = &app.app.blog.imports;
    let mut session = imports.begin(&Viewer::system(), Mode::Keep).await.unwrap();
    let posts = posts.into_iter().map(PreparedPost::new);
    let outcomes = session.posts(posts.collect()).await.unwrap();
    session.finish().await.unwrap();
    let failed: Vec<_> = (0..9).filter(|n| outcomes[*n].is_err()).collect();
    assert_eq!(failed, [4]);
    let data = app
        .anonymous()
        .query("{ posts(orderBy: { field: TITLE, direction: ASC }) { totalCount } authors { nodes { name } } found: posts(search: \"text\") { totalCount } }")
        .await;
    assert_eq!(data["posts"]["totalCount"], 8);
    assert_eq!(data["found"]["totalCount"], 8);
    assert_eq!(data["authors"]["nodes"], json!([{ "name": "Ana" }]));
    let connection = app.database.connect().await;
    let sql = "SELECT (SELECT count(*) FROM post_revisions), (SELECT count(*) FROM audit_events WHERE action = 'post.imported'), (SELECT count(*) FROM authors)";
    let row = connection.query_one(sql, &[]).await.unwrap();
    let counts: [i64; 3] = [0, 1, 2].map(|column| row.get(column));
    assert_eq!(counts, [8, 8, 1]);
}

/// Many posts are stored on two connections, neither of which sees what the other is at.
#[tokio::test]
async fn many_posts_at_once_come_out_in_their_order() {
    let app = TestApp::new().await;
    // Its names are known from here on.
    app.import([post("first").tag("Rust")]).await;
    let mut posts: Vec<_> = (0..300)
        .map(|n| post(&format!("p{n}")).tag("Rust").build())
        .collect();
    posts[60].content = "zero \0".to_owned();
    posts[250].content = "zero \0".to_owned();
    // Not usual: what was stored just before has its slug, and an alias.
    posts[150].slug = Some("p140".to_owned());
    posts[200].aliases = vec!["/p10".to_owned()];
    let imports = &app.app.blog.imports;
    let mut session = imports.begin(&Viewer::system(), Mode::Keep).await.unwrap();
    let posts = posts.into_iter().map(PreparedPost::new);
    let outcomes = session.posts(posts.collect()).await.unwrap();
    session.finish().await.unwrap();
    let failed: Vec<_> = (0..300).filter(|n| outcomes[*n].is_err()).collect();
    assert_eq!(failed, [60, 250]);
    let notes = outcomes.iter().enumerate().filter_map(|(number, it)| {
        let notes = &it.as_ref().ok()?.notes;
        (!notes.is_empty()).then(|| (number, notes.join("; ")))
    });
    let expected = [
        (
            150,
            "the slug p140 is taken; \"p140\" has p140-2".to_owned(),
        ),
        (
            200,
            "the alias /p10 is the path of a post, which keeps it".to_owned(),
        ),
    ];
    assert_eq!(notes.collect::<Vec<_>>(), expected);
    let data = app
        .anonymous()
        .query(r#"{ posts { totalCount } found: posts(search: "text") { totalCount } tag(by: { slug: "rust" }) { posts { totalCount } } }"#)
        .await;
    let all = json!({ "totalCount": 299 });
    assert_eq!(
        data,
        json!({ "posts": all, "found": all, "tag": { "posts": all } })
    );
}

#[tokio::test]
async fn posts_of_one_batch_know_of_each_other() {
    let app = TestApp::new().await;
    let outcomes = app
        .import([
            post("one").slug("same").tag("Rust"),
            post("two")
                .slug("same")
                .tag("rust")
                .authors(&["Ana", "Ana"]),
            post("three").alias("/one").alias("/old"),
            post("four").alias("/old"),
            post("five").alias("/six"),
            post("six"),
            post("one").slug("same").tag("Rust").title("Again"),
        ])
        .await;
    let changes: Vec<_> = outcomes.iter().map(|it| it.change).collect();
    let mut expected = [Change::Added; 7];
    expected[6] = Change::Updated;
    assert_eq!(changes, expected);
    let notes: Vec<_> = outcomes.iter().map(|it| it.notes.join("; ")).collect();
    assert_eq!(
        notes,
        [
            "",
            "the slug same is taken; \"same\" has same-2",
            "the alias /one is the path of a post, which keeps it",
            "the alias /old leads to another post, which keeps it",
            "",
            "",
            "",
        ]
    );
    let data = app
        .anonymous()
        .query("{ tags { nodes { slug posts { totalCount } } } authors { totalCount } }")
        .await;
    assert_eq!(
        data["tags"]["nodes"],
        json!([{ "slug": "rust", "posts": { "totalCount": 2 } }])
    );
    assert_eq!(data["authors"]["totalCount"], 1);
}
