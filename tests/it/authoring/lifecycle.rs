//! Every transition, from every status, by everyone: what comes of it is what the state machine and
//! the policy say.

use imprenta::accounts::Viewer;
use imprenta::accounts::model::Role;
use imprenta::blog::lifecycle::{Outcome, Transition, next};
use imprenta::blog::model::PostStatus;
use imprenta::blog::policy::{PostAction, PostState, PostSubject, may};
use imprenta::ids::AuthorId;
use serde_json::{Value, json};

use super::lifecycle_table::STATUSES;
use super::writing::{Desk, author, done, operation, text, with};
use crate::support::{Client, logged_in};

/// Someone who tries: as a client, and as the policy knows them.
struct Person {
    name: &'static str,
    client: Client,
    viewer: Viewer,
    own: bool,
}

/// Everyone there is. The post is Ana's.
async fn everyone(desk: &Desk) -> Vec<Person> {
    let profile = Some(AuthorId(uuid::Uuid::nil()));
    let person = |name, client, role, own| Person {
        name,
        client,
        viewer: logged_in(role, profile),
        own,
    };
    let (ben, _) = author(&desk.app, &desk.editor, "Ben").await;
    let reader = desk.app.person("reader", Role::Reader).await;
    let admin = desk.app.person("admin", Role::Admin).await;
    let anonymous = Person {
        viewer: Viewer::anonymous(),
        ..person("anonymous", desk.app.anonymous(), Role::Reader, false)
    };
    vec![
        anonymous,
        person("a reader", reader, Role::Reader, false),
        person("the author", desk.ana.clone(), Role::Author, true),
        person("another author", ben, Role::Author, false),
        person("an editor", desk.editor.clone(), Role::Editor, false),
        person("an admin", admin, Role::Admin, false),
    ]
}

/// A new post of Ana's in this status.
async fn post_in(desk: &Desk, status: PostStatus) -> Value {
    let post = desk.create(json!({})).await;
    let at = json!({ "id": post["id"], "at": "2026-07-01T00:00:00Z" });
    match status {
        PostStatus::Draft => {}
        PostStatus::Scheduled => drop(done(&desk.editor, "schedulePost", at).await),
        PostStatus::Published => drop(desk.transition("publishPost", &post).await),
        PostStatus::Archived => {
            desk.transition("publishPost", &post).await;
            desk.transition("archivePost", &post).await;
        }
        PostStatus::Trashed => drop(desk.transition("trashPost", &post).await),
    }
    desk.read(&post).await
}

/// Tries a transition: what came of it, as [`expected`] puts it.
async fn tried(person: &Person, transition: Transition, post: &Value) -> String {
    let mutation = format!("{transition:?}").to_lowercase() + "Post";
    let fields = match transition {
        Transition::Update => json!({ "title": "Changed", "expectedVersion": post["version"] }),
        Transition::Schedule => json!({ "at": "2026-08-01T00:00:00Z" }),
        _ => json!({}),
    };
    let input = with(json!({ "id": post["id"] }), fields);
    let operation = operation(&mutation);
    let answer = person.client.graphql(&operation, json!({ "input": input }));
    let answer = answer.await.json();
    if let Some(errors) = answer["errors"].as_array() {
        assert_eq!((errors.len(), &answer["data"]), (1, &Value::Null));
        return text(&errors[0]["extensions"]["code"]);
    }
    let payload = &answer["data"]["it"];
    let Some(error) = payload["userErrors"].get(0) else {
        return match transition {
            Transition::Purge => format!("purged: {}", payload["value"] == post["id"]),
            _ => text(&payload["value"]["status"]).to_lowercase(),
        };
    };
    assert_eq!(payload["value"], Value::Null);
    let about = match error["code"].as_str() {
        Some("INVALID_INPUT") => format!(" {} {}", error["path"], text(&error["message"])),
        _ => String::new(),
    };
    text(&error["code"]) + &about
}

/// What is to come of a transition.
fn expected(person: &Person, transition: Transition, status: PostStatus) -> String {
    let state = match status {
        PostStatus::Draft => PostState::Draft,
        PostStatus::Scheduled => PostState::Scheduled,
        PostStatus::Published => PostState::Live,
        PostStatus::Archived => PostState::Archived,
        PostStatus::Trashed => PostState::Trashed,
    };
    let own = person.own;
    let may = |action| may(&person.viewer, action, &PostSubject { state, own });
    if person.viewer.account().is_none() {
        return "UNAUTHENTICATED".to_owned();
    }
    // Who changes nothing at all is told so, whatever there is.
    let writes = PostState::ALL.into_iter().any(|state| {
        let post = PostSubject { state, own: true };
        imprenta::blog::policy::may(&person.viewer, PostAction::Update, &post)
    });
    if !writes {
        return "FORBIDDEN".to_owned();
    }
    if !may(PostAction::Read) {
        return "NOT_FOUND".to_owned();
    }
    if !may(transition.action()) {
        return "FORBIDDEN".to_owned();
    }
    match next(status, transition) {
        Ok(Outcome::Becomes(status)) => status.as_str().to_owned(),
        Ok(Outcome::Gone) => "purged: true".to_owned(),
        Err(reason) => format!("INVALID_INPUT [\"input\",\"id\"] {reason}"),
    }
}

/// All that is stored of a post and of what was done.
async fn stored(connection: &tokio_postgres::Client, post: &Value) -> String {
    let sql = "SELECT ROW(p, (SELECT count(*) FROM post_revisions),
        (SELECT count(*) FROM audit_events))::text FROM posts p WHERE slug = $1";
    let row = connection.query_one(sql, &[&text(&post["slug"])]).await;
    row.unwrap().get(0)
}

#[tokio::test]
async fn every_transition_from_every_status_by_everyone_comes_out_as_the_tables_say() {
    let desk = Desk::new().await;
    let people = everyone(&desk).await;
    let connection = desk.app.database.connect().await;
    let mut wrong = Vec::new();
    for status in STATUSES {
        let mut post = post_in(&desk, status).await;
        for (person, transition) in people
            .iter()
            .flat_map(|person| Transition::ALL.map(|it| (person, it)))
        {
            let before = stored(&connection, &post).await;
            let outcome = tried(person, transition, &post).await;
            let wanted = expected(person, transition, status);
            let case = format!("{transition:?} of {status:?} by {}", person.name);
            if outcome != wanted {
                wrong.push(format!("{case}: {outcome}, not {wanted}"));
            }
            if outcome.starts_with(|c: char| c.is_ascii_uppercase()) {
                if stored(&connection, &post).await != before {
                    wrong.push(format!("{case}: refused, and it changed something"));
                }
                continue;
            }
            let found = desk.read(&post).await["status"].clone();
            let is_there = found.as_str().map(str::to_lowercase);
            if is_there.unwrap_or_else(|| "purged: true".to_owned()) != wanted {
                wrong.push(format!("{case}: it is {found} afterwards"));
            }
            post = post_in(&desk, status).await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
