//! What the links repeat of their posts is what the posts say.

use crate::support::{TestApp, post};

/// Links that say something else than their posts.
const DIFFERING: &str = "
    SELECT count(*) FROM posts JOIN (
        SELECT post_id, status, listed_at, visible_until FROM post_authors
        UNION ALL SELECT post_id, status, listed_at, visible_until FROM post_tags
    ) links ON links.post_id = posts.id
    WHERE (links.status, links.listed_at, links.visible_until)
       <> (posts.status, posts.listed_at, coalesce(posts.unpublish_at, 'infinity'))";

#[tokio::test]
async fn links_follow_their_posts() {
    let app = TestApp::new().await;
    let end = "2026-12-01T00:00:00Z";
    app.import([
        post("stays").tag("A"),
        post("ends").tag("A").unpublished(end),
    ])
    .await;
    let connection = app.database.connect().await;
    let changes = [
        "SELECT",
        "UPDATE posts SET unpublish_at = '2026-11-01' WHERE slug = 'stays'",
        "UPDATE posts SET unpublish_at = NULL WHERE slug = 'ends'",
        "UPDATE posts SET published_at = '2026-02-03', status = 'archived'",
    ];
    for change in changes {
        connection.batch_execute(change).await.unwrap();
        let differing: i64 = connection.query_one(DIFFERING, &[]).await.unwrap().get(0);
        assert_eq!(differing, 0, "{change}");
    }
    // As an import changes them.
    let change = post("ends").tag("A").unpublished("2026-12-02T00:00:00Z");
    app.import([change]).await;
    let differing: i64 = connection.query_one(DIFFERING, &[]).await.unwrap().get(0);
    assert_eq!(differing, 0);
}

#[tokio::test]
async fn a_post_ends_after_it_begins() {
    let app = TestApp::new().await;
    app.import([post("one")]).await;
    let connection = app.database.connect().await;
    let sql = "UPDATE posts SET unpublish_at = published_at";
    let error = connection.batch_execute(sql).await.unwrap_err();
    let constraint = error.as_db_error().and_then(|error| error.constraint());
    assert_eq!(constraint, Some("posts_unpublish_at_check"));
}
