//! No listed query scans a table: at 100,000 posts, PostgreSQL's own counters say so.

use std::time::Duration;

use imprenta::accounts::{Role, Viewer};
use serde_json::json;
use tokio_postgres::Client as Connection;

use crate::support::{Database, TestApp, logged_in};

/// 100,000 posts (one in ten a draft) of some hundred words, 10,000 authors, 5,000 tags; skewed, so
/// that one tag is on a tenth of the posts and one author has written a tenth of them.
const CONTENT: &str = "
    INSERT INTO authors (id, slug, name, created_at, updated_at)
    SELECT gen_random_uuid(), 'author-' || n, 'Author ' || n, now(), now() FROM generate_series(1, 10000) n;
    INSERT INTO tags (id, slug, name, created_at, updated_at)
    SELECT gen_random_uuid(), 'tag-' || n, 'Tag ' || n, now(), now() FROM generate_series(1, 5000) n;
    -- What is searched is written by hand, which takes a tenth of the time.
    ALTER TABLE posts DISABLE TRIGGER posts_search_of_new;
    INSERT INTO posts (id, slug, path, title, content, excerpt, word_count, status, published_at, created_at, updated_at)
    SELECT gen_random_uuid(), 'post-' || n, '/post-' || n, 'Title ' || (n * 7919 % 100000), repeat('Some words. ', 60), repeat('Some words. ', 12), 120,
           (CASE WHEN n % 10 = 0 THEN 'draft' ELSE 'published' END)::post_status,
           timestamptz '2026-01-01' - n * interval '1 minute', timestamptz '2026-01-01' - n * interval '1 minute',
           timestamptz '2026-01-01' - (n * 7919 % 100000) * interval '1 minute'
      FROM generate_series(1, 100000) n;
    INSERT INTO post_search
    SELECT id, status, listed_at, visible_until, 'und', array_to_tsvector(ARRAY['und1title']),
           array_to_tsvector(ARRAY['und/', 'und/title', 'und/some', 'und/words', 'und1title', 'und2some', 'und2words', 'und/far', 'und/' || slug])
      FROM posts;
    INSERT INTO post_bigrams SELECT id, search_bigrams('title:1 some:2 words:3'), TRUE FROM posts;
    INSERT INTO post_authors (post_id, author_id, position, status, listed_at)
    SELECT p.id, a.id, 0, p.status, p.listed_at
      FROM posts p JOIN authors a ON a.slug = 'author-' || CASE WHEN substr(p.slug, 6)::int % 10 = 1 THEN 1 ELSE substr(p.slug, 6)::int % 10000 + 1 END;
    INSERT INTO post_tags (post_id, tag_id, position, status, listed_at)
    SELECT p.id, t.id, 0, p.status, p.listed_at
      FROM posts p JOIN tags t ON t.slug = 'tag-' || CASE WHEN substr(p.slug, 6)::int % 10 = 2 THEN 1 ELSE substr(p.slug, 6)::int % 5000 + 1 END;
    INSERT INTO redirects (path, post_id, created_at) SELECT '/old' || path, id, now() FROM posts;
    VACUUM ANALYZE";

/// What everyone asks.
const QUERIES: [&str; 33] = [
    "{ posts { nodes { title author { name } tags { name } } pageInfo { endCursor } } }",
    "{ posts { totalCount } }",
    "{ posts(last: 100) { nodes { title } } }",
    "{ posts(orderBy: { field: CREATED_AT }) { nodes { title } } }",
    "{ posts(orderBy: { field: UPDATED_AT, direction: ASC }) { nodes { title } } }",
    "{ posts(orderBy: { field: TITLE, direction: ASC }) { nodes { title } } }",
    r#"{ posts(filter: { publishedFrom: "2025-12-01T00:00:00Z", publishedUntil: "2025-12-02T00:00:00Z" }) { totalCount nodes { title } } }"#,
    r#"{ posts(filter: { author: { slug: "author-1" } }) { totalCount nodes { title } } }"#,
    r#"{ posts(filter: { author: { slug: "author-77" } }) { totalCount nodes { title } } }"#,
    r#"{ posts(filter: { tag: { slug: "tag-1" } }) { totalCount nodes { title } } }"#,
    r#"{ posts(filter: { tag: { slug: "tag-78" } }) { totalCount nodes { title } } }"#,
    r#"{ posts(filter: { author: { slug: "author-77" }, tag: { slug: "tag-77" } }) { totalCount nodes { title } } }"#,
    r#"{ post(by: { slug: "post-7" }) { title content author { name } tags { name } } }"#,
    r#"{ route(path: "/post-8") { __typename } }"#,
    r#"{ route(path: "/old/post-9") { __typename } }"#,
    "{ authors { nodes { name postCount posts(first: 10) { nodes { title tags { name } } } } } }",
    "{ authors(last: 5, orderBy: { field: CREATED_AT }) { nodes { name } } }",
    r#"{ authors(filter: { nameStartsWith: "author 99" }) { nodes { name } } }"#,
    r#"{ author(by: { slug: "author-1" }) { postCount posts(first: 5) { totalCount nodes { title } } } }"#,
    "{ tags { nodes { name postCount } } }",
    "{ tags(last: 5) { nodes { name posts(first: 3) { nodes { author { name } } } } } }",
    r#"{ tag(by: { slug: "tag-1" }) { postCount posts(first: 5) { totalCount nodes { title } } } }"#,
    r"{ posts(filter: { status: [DRAFT, PUBLISHED] }) { totalCount nodes { title } } }",
    "{ authors { totalCount } }",
    r#"{ authors(filter: { nameStartsWith: "author 99" }) { totalCount } }"#,
    "{ tags { totalCount nodes { name } } }",
    r#"{ posts(search: "words") { totalCount edges { cursor searchHighlight node { title author { name } } } } }"#,
    r#"{ posts(search: "far", last: 5) { nodes { title } } }"#,
    r#"{ posts(search: "tit* -absent \"some words\"", first: 3) { totalCount nodes { title } } }"#,
    r#"{ posts(search: "\"words of the title\"") { totalCount nodes { title } } }"#,
    r#"{ posts(search: "far", filter: { author: { slug: "author-1" }, tag: { slug: "tag-78" } }) { totalCount nodes { title } } }"#,
    r#"{ posts(search: "-absent", filter: { publishedFrom: "2025-12-01T00:00:00Z" }) { totalCount nodes { title } } }"#,
    r#"{ author(by: { slug: "author-9" }) { name } tag(by: { slug: "tag-9" }) { name } }"#,
];

/// What those who see more than the public ask besides.
const QUERIES_OF_WRITERS: [&str; 8] = [
    "{ posts(filter: { status: [DRAFT] }) { totalCount nodes { title } } }",
    "{ posts(filter: { status: [SCHEDULED] }, orderBy: { field: UPDATED_AT }) { totalCount nodes { title } } }",
    "{ posts(filter: { status: [DRAFT, ARCHIVED] }, orderBy: { field: TITLE }) { nodes { title } } }",
    "{ posts(filter: { status: [DRAFT, ARCHIVED] }, orderBy: { field: CREATED_AT }) { nodes { title } } }",
    "{ posts(filter: { status: [PUBLISHED] }) { totalCount nodes { title } } }",
    r#"{ posts(filter: { status: [DRAFT], author: { slug: "author-1" } }) { totalCount nodes { title } } }"#,
    r#"{ posts(filter: { status: [DRAFT], tag: { slug: "tag-1" } }) { totalCount nodes { title } } }"#,
    r#"{ posts(search: "words", filter: { status: [DRAFT] }) { totalCount nodes { title } } }"#,
];

/// How often each table has been scanned.
async fn scans(connection: &Connection) -> Vec<(String, i64)> {
    let sql = "SELECT relname::text, seq_scan FROM pg_stat_user_tables WHERE relname <> '__diesel_schema_migrations' ORDER BY 1";
    let rows = connection.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// Waits until the counters of connections that have ended are in: they come a moment later.
pub async fn settled(connection: &Connection) -> Vec<(String, i64)> {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    loop {
        let others: i64 = connection.query_one(sql, &[]).await.unwrap().get(0);
        if others == 0 {
            break;
        }
        tokio::task::yield_now().await;
    }
    // PostgreSQL 14 collects counters in a process of its own, twice a second.
    let version: i32 = connection
        .query_one("SELECT current_setting('server_version_num')::int", &[])
        .await
        .unwrap()
        .get(0);
    if version < 150_000 {
        tokio::time::sleep(Duration::from_secs(1)).await;
    } else {
        // What this connection itself has scanned, to fill the tables, is else told up to a second
        // later.
        let flush = "SELECT pg_stat_force_next_flush()";
        connection.batch_execute(flush).await.unwrap();
    }
    scans(connection).await
}

/// Looks at what queries scan.
struct Watch {
    database: Database,
    connection: Connection,
    scanning: Vec<String>,
}

impl Watch {
    /// Runs a query on connections of its own and notes the tables that it scans.
    async fn query(&mut self, viewer: &Viewer, query: &str) {
        let before = settled(&self.connection).await;
        let app = TestApp::on(self.database.clone());
        app.query_as(viewer, query, json!(null)).await;
        app.pool.close();
        let after = settled(&self.connection).await;
        let scanned = before
            .iter()
            .zip(&after)
            .filter(|(before, after)| before != after);
        // Whether an author or a tag counts depends on who asks, so each one is looked at.
        let counted = ["authors", "tags"].into_iter();
        let counted = counted.filter(|it| query.starts_with(&format!("{{ {it} {{ totalCount")));
        let counted: Vec<_> = counted.collect();
        let tables = scanned.map(|(_, (table, _))| table);
        let tables = tables.filter(|table| !counted.contains(&table.as_str()));
        let role = viewer.account().map(|account| account.role);
        self.scanning
            .extend(tables.map(|table| format!("{table}: {query} as {role:?}")));
    }
}

#[tokio::test]
async fn at_100_000_posts_no_query_scans_a_table() {
    let app = TestApp::new().await;
    let connection = app.database.connect().await;
    for statement in CONTENT.split(';') {
        connection.batch_execute(statement).await.unwrap();
    }
    let deep =
        "query($after: String) { posts(first: 100, after: $after) { pageInfo { endCursor } } }";
    let author = logged_in(Role::Author, Some(app.author_id("author-1").await));
    let editor = logged_in(Role::Editor, None);
    let mut after = json!(null);
    for _ in 0..20 {
        let data = app.query_as(&author, deep, json!({ "after": after })).await;
        after = data["posts"]["pageInfo"]["endCursor"].clone();
    }
    app.pool.close();
    let page_21 = format!("{{ posts(first: 20, after: {after}) {{ nodes {{ title }} }} }}");
    let mut watch = Watch {
        database: app.database.clone(),
        connection,
        scanning: Vec::new(),
    };
    for viewer in [&Viewer::anonymous(), &author, &editor] {
        for query in QUERIES.into_iter().chain([page_21.as_str()]) {
            watch.query(viewer, query).await;
        }
    }
    for viewer in [&author, &editor] {
        for query in QUERIES_OF_WRITERS {
            watch.query(viewer, query).await;
        }
    }
    let scanning = watch.scanning;
    assert!(scanning.is_empty(), "scanned\n{}", scanning.join("\n"));
}
