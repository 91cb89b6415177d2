//! Posts go public and end by themselves, each once, at their time.

use chrono::TimeDelta;
use imprenta::accounts::Viewer;
use imprenta::blog::Moved;
use serde_json::{Value, json};

use super::writing::{Desk, done, number, seen_by};
use crate::support::{TestApp, post};

async fn run_due(app: &TestApp) -> Moved {
    app.app
        .blog
        .schedule
        .run_due(&Viewer::system())
        .await
        .unwrap()
}

async fn schedule(desk: &Desk, post: &Value, at: &str) -> Value {
    let input = json!({ "id": post["id"], "at": at });
    done(&desk.editor, "schedulePost", input).await
}

/// How many events of a kind the program itself has noted.
async fn events(app: &TestApp, action: &str) -> i64 {
    let sql =
        format!("SELECT count(*) FROM audit_events WHERE action = '{action}' AND actor = 'system'");
    number(&app.database, &sql).await
}

#[tokio::test]
async fn three_replicas_publish_what_is_due_once() {
    let desk = Desk::new().await;
    let app = &desk.app;
    app.import((0..200).map(|it| post(&format!("p{it}")).draft()))
        .await;
    for _ in 0..2 {
        // The first page of those that are left.
        let query = "{ posts(first: 100, filter: { status: [DRAFT] }) { nodes { id } } }";
        let data = desk.editor.query(query).await;
        let nodes = data["posts"]["nodes"].as_array().unwrap();
        let ids: Vec<_> = nodes.iter().map(|it| &it["id"]).collect();
        let input = json!({ "ids": ids, "at": "2026-06-01T13:00:00Z" });
        done(&desk.editor, "schedulePosts", input).await;
    }
    let scheduled = "SELECT count(*) FROM posts WHERE status = 'scheduled'";
    assert_eq!(number(&app.database, scheduled).await, 200);
    app.advance(TimeDelta::hours(1));
    let (two, three) = (app.replica(), app.replica());
    let moved = tokio::join!(run_due(app), run_due(&two), run_due(&three));
    let published = moved.0.published + moved.1.published + moved.2.published;
    assert_eq!(published, 200);
    assert_eq!(events(app, "post.published").await, 200);
    let subjects = "SELECT count(DISTINCT subject_id) FROM audit_events
        WHERE action = 'post.published'";
    assert_eq!(number(&app.database, subjects).await, 200);
    let data = app.anonymous().query("{ posts { totalCount } }").await;
    assert_eq!(data["posts"]["totalCount"], 200);
}

#[tokio::test]
async fn nothing_moves_before_its_time() {
    let desk = Desk::new().await;
    let post = desk.create(json!({})).await;
    schedule(&desk, &post, "2026-06-01T13:00:00Z").await;
    desk.app
        .advance(TimeDelta::minutes(60) - TimeDelta::microseconds(1));
    assert_eq!(run_due(&desk.app).await, Moved::default());
    assert_eq!(seen_by(&desk.app.anonymous(), &post).await, Value::Null);
    desk.app.advance(TimeDelta::microseconds(1));
    assert_eq!(run_due(&desk.app).await.published, 1);
    let seen = seen_by(&desk.app.anonymous(), &post).await;
    assert_eq!(seen["publishedAt"], "2026-06-01T13:00:00+00:00");
    assert_eq!(run_due(&desk.app).await, Moved::default());
}

#[tokio::test]
async fn what_came_due_while_nobody_looked_is_moved_at_the_first_look() {
    let desk = Desk::new().await;
    let begins = desk.create(json!({})).await;
    schedule(&desk, &begins, "2026-06-02T00:00:00Z").await;
    let both = desk.create(json!({})).await;
    let input = json!({
        "id": both["id"], "at": "2026-06-02T00:00:00Z", "unpublishAt": "2026-06-03T00:00:00Z",
    });
    done(&desk.editor, "schedulePost", input).await;
    desk.app.advance(TimeDelta::days(30));
    let moved = run_due(&desk.app.replica()).await;
    let desk = desk.later().await;
    assert_eq!(
        moved,
        Moved {
            published: 2,
            ended: 1
        }
    );
    assert_eq!(desk.read(&begins).await["status"], "PUBLISHED");
    let ended = desk.read(&both).await;
    assert_eq!(ended["status"], "ARCHIVED");
    assert_eq!(ended["publishedAt"], "2026-06-02T00:00:00+00:00");
}

#[tokio::test]
async fn a_post_ends_once_and_readers_lose_it_at_that_moment() {
    let desk = Desk::new().await;
    let fields = json!({ "publish": true, "unpublishAt": "2026-06-01T13:00:00Z" });
    let post = desk.create(fields).await;
    desk.app.advance(TimeDelta::minutes(59));
    assert_eq!(run_due(&desk.app).await, Moved::default());
    desk.app.advance(TimeDelta::minutes(1));
    let desk = desk.later().await;
    assert_eq!(seen_by(&desk.app.anonymous(), &post).await, Value::Null);
    assert_eq!(desk.read(&post).await["status"], "PUBLISHED");
    let two = desk.app.replica();
    let moved = tokio::join!(run_due(&desk.app), run_due(&two));
    assert_eq!(moved.0.ended + moved.1.ended, 1);
    assert_eq!(desk.read(&post).await["status"], "ARCHIVED");
    assert_eq!(events(&desk.app, "post.archived").await, 1);
    // Published again, it stays: that end is over.
    let again = desk.transition("publishPost", &post).await;
    assert_eq!(
        (&again["status"], &again["unpublishAt"]),
        (&json!("PUBLISHED"), &Value::Null)
    );
    assert_eq!(run_due(&desk.app).await, Moved::default());
}

#[tokio::test]
async fn a_change_of_a_scheduled_post_shows_when_it_is_published() {
    let desk = Desk::new().await;
    let post = desk.create(json!({})).await;
    schedule(&desk, &post, "2026-06-01T13:00:00Z").await;
    let changed = desk
        .update(&post, json!({ "title": "Changed", "slug": "changed" }))
        .await;
    assert_eq!(
        (&changed["status"], &changed["draft"]),
        (&json!("SCHEDULED"), &Value::Null)
    );
    desk.app.advance(TimeDelta::hours(1));
    run_due(&desk.app).await;
    let seen = seen_by(&desk.app.anonymous(), &post).await;
    assert_eq!(
        (&seen["title"], &seen["path"]),
        (&json!("Changed"), &json!("/changed"))
    );
}

#[tokio::test]
async fn a_working_draft_is_what_a_schedule_publishes() {
    let desk = Desk::new().await;
    let post = desk.published("One").await;
    desk.update(&post, json!({ "title": "Two" })).await;
    desk.transition("unpublishPost", &post).await;
    schedule(&desk, &post, "2026-06-01T13:00:00Z").await;
    desk.app.advance(TimeDelta::hours(1));
    run_due(&desk.app).await;
    assert_eq!(seen_by(&desk.app.anonymous(), &post).await["title"], "Two");
}

#[tokio::test]
async fn what_is_taken_back_before_its_time_is_not_published() {
    let desk = Desk::new().await;
    for mutation in ["unpublishPost", "trashPost"] {
        let post = desk.create(json!({})).await;
        schedule(&desk, &post, "2026-06-01T13:00:00Z").await;
        let back = desk.transition(mutation, &post).await;
        assert_eq!(back["publishedAt"], Value::Null, "{mutation}");
    }
    let later = desk.create(json!({})).await;
    schedule(&desk, &later, "2026-06-01T13:00:00Z").await;
    schedule(&desk, &later, "2026-06-01T15:00:00Z").await;
    desk.app.advance(TimeDelta::hours(2));
    assert_eq!(run_due(&desk.app).await, Moved::default());
}

#[tokio::test]
async fn a_post_that_somebody_holds_is_passed_over_and_not_lost() {
    let desk = Desk::new().await;
    let (held, free) = (desk.create(json!({})).await, desk.create(json!({})).await);
    for post in [&held, &free] {
        schedule(&desk, post, "2026-06-01T13:00:00Z").await;
    }
    desk.app.advance(TimeDelta::hours(1));
    let slug = super::writing::text(&held["slug"]);
    let holder = desk.app.database.connect().await;
    let lock = format!("BEGIN; SELECT 1 FROM posts WHERE slug = '{slug}' FOR UPDATE");
    holder.batch_execute(&lock).await.unwrap();
    assert_eq!(run_due(&desk.app).await.published, 1);
    holder.batch_execute("COMMIT").await.unwrap();
    assert_eq!(run_due(&desk.app).await.published, 1);
}
