//! A preview link shows one post as it is being worked on, and nothing else.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::writing::{Desk, author, done, payload, refused, seen_by, text};
use crate::support::Client;

/// A link to a post, and its token.
async fn link(desk: &Desk, post: &Value, seconds: i64) -> (Value, String) {
    let input = json!({ "post": post["id"], "expiresIn": seconds });
    let payload = payload(&desk.editor, "createPreviewLink", input).await;
    assert_eq!(payload["userErrors"], json!([]));
    (payload["value"].clone(), text(&payload["token"]))
}

/// What somebody sees by a token.
async fn preview(client: &Client, token: &str) -> Value {
    let query = "query($token: String!) { preview(token: $token) {
        number title content slug authors { slug } diff { changedFields } } }";
    let mut data = client.query_with(query, json!({ "token": token })).await;
    data["preview"].take()
}

async fn titles(client: &Client) -> Value {
    let query = "{ posts { totalCount nodes { title draft { title } } } }";
    let mut data = client.query(query).await;
    data["posts"].take()
}

#[tokio::test]
async fn whoever_has_the_token_sees_the_draft_and_what_comes_after_it() {
    let desk = Desk::new().await;
    let post = desk.post("One").await;
    let (_, token) = link(&desk, &post, 60).await;
    let visitor = desk.app.anonymous();
    let seen = preview(&visitor, &token).await;
    let wanted = json!({
        "number": 1, "title": "One", "content": "Text.", "slug": "one",
        "authors": [{ "slug": "ana" }], "diff": null,
    });
    assert_eq!(seen, wanted);
    desk.update(&post, json!({ "title": "Two" })).await;
    assert_eq!(preview(&visitor, &token).await["title"], "Two");
    desk.transition("publishPost", &post).await;
    desk.update(&post, json!({ "title": "Three" })).await;
    assert_eq!(preview(&visitor, &token).await["title"], "Three");
    assert_eq!(seen_by(&visitor, &post).await["title"], "Two");
}

#[tokio::test]
async fn the_token_shows_nothing_else() {
    let desk = Desk::new().await;
    let (post, other) = (desk.post("One").await, desk.post("Other").await);
    let (_, token) = link(&desk, &post, 60).await;
    // As a bearer token it is none, and beside a preview everything is as without.
    let visitor = desk.app.anonymous();
    let query = "query($token: String!, $id: ID!, $other: ID!) {
        preview(token: $token) { title } post(by: { id: $id }) { title }
        node(id: $other) { id } authors { totalCount }
        posts(filter: { status: [DRAFT] }) { totalCount } }";
    let variables = json!({ "token": token, "id": post["id"], "other": other["id"] });
    let data = visitor.query_with(query, variables).await;
    let wanted = json!({
        "preview": { "title": "One" }, "post": null, "node": null,
        "authors": { "totalCount": 0 }, "posts": { "totalCount": 0 },
    });
    assert_eq!(data, wanted);
    let bearer = desk.app.bearer(&token);
    let answer = bearer
        .graphql("{ posts { totalCount } }", Value::Null)
        .await;
    assert_eq!(answer.status, 401);
    assert_eq!(titles(&visitor).await["totalCount"], 0);
}

/// What the post said before is not what the link is to.
#[tokio::test]
async fn the_token_shows_no_earlier_revision() {
    let desk = Desk::new().await;
    let post = desk.create(json!({ "content": "A secret." })).await;
    desk.update(&post, json!({ "content": "Text." })).await;
    let (_, token) = link(&desk, &post, 60).await;
    let query = "query($token: String!) { preview(token: $token) {
        content before: diff { content } first: diff(against: 1) { content changedFields } } }";
    let variables = json!({ "token": token });
    let visitor = desk.app.anonymous();
    let (ben, _) = author(&desk.app, &desk.editor, "Ben").await;
    for client in [&visitor, &ben] {
        let data = client.query_with(query, variables.clone()).await;
        let wanted = json!({ "content": "Text.", "before": null, "first": null });
        assert_eq!(data["preview"], wanted);
    }
    for client in [&desk.editor, &desk.ana] {
        let data = client.query_with(query, variables.clone()).await;
        assert!(text(&data["preview"]["before"]["content"]).contains("-A secret."));
    }
}

#[tokio::test]
async fn a_link_ends_at_its_time() {
    let desk = Desk::new().await;
    let post = desk.post("One").await;
    let (made, token) = link(&desk, &post, 60).await;
    assert_eq!(made["expiresAt"], "2026-06-01T12:01:00+00:00");
    let visitor = desk.app.anonymous();
    desk.app.advance(TimeDelta::seconds(59));
    assert_eq!(preview(&visitor, &token).await["title"], "One");
    desk.app.advance(TimeDelta::seconds(1));
    assert_eq!(preview(&visitor, &token).await, Value::Null);
    for seconds in [59, 0, -1, 90 * 24 * 3600 + 1] {
        let input = json!({ "post": post["id"], "expiresIn": seconds });
        let errors = refused(&desk.editor, "createPreviewLink", input).await;
        assert_eq!(errors, ["INVALID_INPUT input.expiresIn"], "{seconds}");
    }
}

#[tokio::test]
async fn a_revoked_link_shows_nothing_from_the_next_request_on() {
    let desk = Desk::new().await;
    let post = desk.post("One").await;
    let (made, token) = link(&desk, &post, 3600).await;
    let (_, kept) = link(&desk, &post, 3600).await;
    let revoked = done(
        &desk.editor,
        "revokePreviewLink",
        json!({ "id": made["id"] }),
    )
    .await;
    assert_eq!(revoked["revokedAt"], "2026-06-01T12:00:00+00:00");
    let visitor = desk.app.replica().anonymous();
    assert_eq!(preview(&visitor, &token).await, Value::Null);
    assert_eq!(preview(&visitor, &kept).await["title"], "One");
}

#[tokio::test]
async fn a_forged_token_shows_nothing() {
    let desk = Desk::new().await;
    let (post, other) = (desk.post("One").await, desk.post("Two").await);
    let (_, token) = link(&desk, &post, 3600).await;
    let (_, of_other) = link(&desk, &other, 3600).await;
    let visitor = desk.app.anonymous();
    for at in 0..token.len() {
        let mut forged = token.clone().into_bytes();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        assert_eq!(preview(&visitor, &forged).await, Value::Null, "{at}");
    }
    let half = token.len() / 2;
    let mixed = format!("{}{}", &token[..half], &of_other[half..]);
    let longer = format!("{token}A");
    for forged in [
        "",
        "A",
        "\0",
        &mixed,
        &token[1..],
        &longer,
        &"A".repeat(10_000),
    ] {
        assert_eq!(preview(&visitor, forged).await, Value::Null);
    }
}

#[tokio::test]
async fn of_a_post_in_the_trash_a_link_shows_nothing() {
    let desk = Desk::new().await;
    let post = desk.post("One").await;
    let (made, token) = link(&desk, &post, 3600).await;
    desk.transition("trashPost", &post).await;
    let visitor = desk.app.anonymous();
    assert_eq!(preview(&visitor, &token).await, Value::Null);
    let input = json!({ "post": post["id"] });
    let errors = refused(&desk.editor, "createPreviewLink", input).await;
    assert_eq!(errors, ["NOT_FOUND"]);
    // Else it would show the post again once that is restored.
    done(
        &desk.editor,
        "revokePreviewLink",
        json!({ "id": made["id"] }),
    )
    .await;
    desk.transition("restorePost", &post).await;
    assert_eq!(preview(&visitor, &token).await, Value::Null);
    desk.transition("trashPost", &post).await;
    desk.transition("purgePost", &post).await;
    assert_eq!(preview(&visitor, &token).await, Value::Null);
}

#[tokio::test]
async fn a_link_is_made_and_ended_by_whoever_may_change_the_post() {
    let desk = Desk::new().await;
    let (draft, public) = (desk.post("One").await, desk.published("Two").await);
    let (ben, _) = author(&desk.app, &desk.editor, "Ben").await;
    let to = |post: &Value| json!({ "post": post["id"] });
    let errors = refused(&ben, "createPreviewLink", to(&draft)).await;
    assert_eq!(errors, ["NOT_FOUND"]);
    let errors = refused(&ben, "createPreviewLink", to(&public)).await;
    assert_eq!(errors, ["FORBIDDEN"]);
    let made = done(&desk.ana, "createPreviewLink", to(&draft)).await;
    let id = json!({ "id": made["id"] });
    assert_eq!(
        refused(&ben, "revokePreviewLink", id.clone()).await,
        ["NOT_FOUND"]
    );
    done(&desk.ana, "revokePreviewLink", id).await;
}

#[tokio::test]
async fn links_that_are_good_are_listed_to_whoever_may_change_the_post() {
    let desk = Desk::new().await;
    let post = desk.published("One").await;
    let (short, _) = link(&desk, &post, 60).await;
    let (long, _) = link(&desk, &post, 3600).await;
    let (gone, _) = link(&desk, &post, 3600).await;
    done(
        &desk.editor,
        "revokePreviewLink",
        json!({ "id": gone["id"] }),
    )
    .await;
    let listed = async |client: &Client| {
        let query = "query($id: ID!) { post(by: { id: $id }) { previewLinks { id } } }";
        let data = client.query_with(query, json!({ "id": post["id"] })).await;
        let links = data["post"]["previewLinks"].as_array().unwrap().clone();
        let mut ids: Vec<_> = links.iter().map(|it| text(&it["id"])).collect();
        ids.sort_unstable();
        ids
    };
    let mut both = [text(&short["id"]), text(&long["id"])];
    both.sort_unstable();
    assert_eq!(listed(&desk.ana).await, both);
    desk.app.advance(TimeDelta::minutes(2));
    assert_eq!(listed(&desk.editor).await, [text(&long["id"])]);
    let (ben, _) = author(&desk.app, &desk.editor, "Ben").await;
    for client in [desk.app.anonymous(), ben] {
        assert!(listed(&client).await.is_empty());
    }
}
