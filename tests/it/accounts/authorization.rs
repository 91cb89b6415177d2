//! Who may call what: a row for each root field and each mutation, a column for each kind of
//! viewer. A field without a row fails the test by name.

use std::collections::BTreeSet;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use imprenta::accounts::model::Role;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::authorization_rows::{Outcome, ROWS};
use crate::support::{Client, PASSWORD, TestApp, post};

use Outcome::{Done, Forbidden, LogIn, Nothing, Refused};

/// The columns, in the order of the rows' outcomes.
const VIEWERS: [&str; 8] = [
    "anonymous",
    "reader",
    "author",
    "editor",
    "admin",
    "API key of an admin",
    "expired token",
    "deactivated user",
];

#[test]
fn every_root_field_has_a_row() {
    let named: BTreeSet<_> = ROWS.iter().map(|(field, ..)| (*field).to_owned()).collect();
    let without: Vec<_> = root_fields().difference(&named).cloned().collect();
    assert!(without.is_empty(), "give these a row in ROWS: {without:?}");
    let gone: Vec<_> = named.difference(&root_fields()).cloned().collect();
    assert!(gone.is_empty(), "no field of the schema any more: {gone:?}");
}

#[tokio::test]
async fn each_kind_of_viewer_may_do_what_the_table_says() {
    let mut wrong = Vec::new();
    for (column, viewer) in VIEWERS.iter().enumerate() {
        let app = TestApp::new().await;
        app.import([post("hello").tag("Rust")]).await;
        let post = app.anonymous().query("{ posts { nodes { id } } }").await;
        let post = &post["posts"]["nodes"][0]["id"];
        let mut cast = enter(&app, viewer, post).await;
        for (field, document, outcomes) in ROWS {
            let (client, variables) = &cast;
            if field.starts_with("Subscription.") {
                let opens = opens(client, document, variables).await;
                if opens != (outcomes[column] == Done) {
                    wrong.push(format!("{viewer}, {field}: opens: {opens}"));
                }
                continue;
            }
            let answer = client.graphql(document, variables.clone()).await.json();
            let (outcome, expected) = (outcome(&answer), outcomes[column]);
            if outcome != expected {
                wrong.push(format!(
                    "{viewer}, {field}: {outcome:?}, not {expected:?}: {answer}"
                ));
            }
            // What was done may be done only once.
            if outcome == Done && field.starts_with("Mutation.") {
                cast = enter(&app, viewer, post).await;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a subscription begins.
async fn opens(client: &Client, document: &str, variables: &Value) -> bool {
    let body = json!({ "query": document, "variables": variables }).to_string();
    let request = Request::post("/graphql/stream")
        .header("content-type", "application/json")
        .header("accept", "text/event-stream")
        .body(Body::from(body));
    client.open(request.unwrap()).await.0 == StatusCode::OK
}

/// A client that is such a viewer, with what the rows' variables name.
async fn enter(app: &TestApp, viewer: &str, post: &Value) -> (Client, Value) {
    let number = app.next_number();
    let other = app.user(&format!("other{number}"), Role::Reader).await;
    let of_other = app.open_session(other.id).await;
    let role = match viewer {
        "author" => Role::Author,
        "editor" => Role::Editor,
        "admin" | "API key of an admin" => Role::Admin,
        _ => Role::Reader,
    };
    let user = app.user(&format!("own{number}"), role).await;
    let session = app.open_session(user.id).await;
    let own = app.bearer(session.access_token.expose_secret());
    let id_of = async |client: &Client| client.query("{ me { id } }").await["me"]["id"].take();
    let other_id = id_of(&app.bearer(of_other.access_token.expose_secret())).await;
    let own_id = id_of(&own).await;
    let make = "mutation { createApiKey(input: { name: \"own\", scopes: [CONTENT_READ] }) { apiKey { id } } }";
    let key = own.query(make).await;
    let client = match viewer {
        "anonymous" => app.anonymous(),
        "API key of an admin" => app.api_key(&own, &["CONTENT_READ", "CONTENT_WRITE"]).await,
        "expired token" => app.bearer(&app.expired_token(&session)),
        "deactivated user" => {
            app.deactivate(user.id).await;
            own
        }
        _ => own,
    };
    let mut variables = content(app, number).await;
    for (name, value) in [
        ("post", post.clone()),
        ("user", other_id),
        ("user_mail", json!(other.email)),
        ("own", own_id),
        ("key", key["createApiKey"]["apiKey"]["id"].clone()),
        ("token", json!(of_other.refresh_token.expose_secret())),
        ("mail", json!(format!("new{number}@example.org"))),
        ("password", json!(PASSWORD)),
    ] {
        variables[name] = value;
    }
    (client, variables)
}

/// What the mutations of content are tried on, new each time.
pub async fn content(app: &TestApp, number: u32) -> Value {
    let names = ["live", "hidden", "trashed"].map(|name| format!("{name}{number}"));
    let tags = [format!("Tag {number}"), format!("Other tag {number}")];
    let [live, hidden, trashed] = names.each_ref().map(|name| post(name));
    let live = live.tag(&tags[0]).tag(&tags[1]);
    app.import([live, hidden.draft(), trashed]).await;
    let maker = app.person(&format!("maker{number}"), Role::Editor).await;
    let ids = "query($live: String!, $hidden: String!, $trashed: String!) {
        live: post(by: { slug: $live }) { id author { id } tags { id } }
        hidden: post(by: { slug: $hidden }) { id } trashed: post(by: { slug: $trashed }) { id }
    }";
    let slugs = json!({ "live": names[0], "hidden": names[1], "trashed": names[2] });
    let found = maker.query_with(ids, slugs).await;
    let made = "mutation($live: ID!, $trashed: ID!) {
        updatePost(input: { id: $live, expectedVersion: 1, title: \"Draft\" }) { userErrors { message } }
        trashPost(input: { id: $trashed }) { userErrors { message } }
        createPreviewLink(input: { post: $live }) { token previewLink { id } userErrors { message } }
        createAuthor(input: { name: \"Lonely\" }) { author { id } userErrors { message } }
    }";
    let posts = json!({ "live": found["live"]["id"], "trashed": found["trashed"]["id"] });
    let made = maker.query_with(made, posts).await;
    json!({
        "live": found["live"]["id"],
        "hidden": found["hidden"]["id"],
        "trashed": found["trashed"]["id"],
        "author": found["live"]["author"]["id"],
        "lonely": made["createAuthor"]["author"]["id"],
        "tag": found["live"]["tags"][0]["id"],
        "other_tag": found["live"]["tags"][1]["id"],
        "link": made["createPreviewLink"]["previewLink"]["id"],
        "preview": made["createPreviewLink"]["token"],
    })
}

fn outcome(answer: &Value) -> Outcome {
    let code = answer["errors"][0]["extensions"]["code"].as_str();
    match code {
        Some("UNAUTHENTICATED") => return LogIn,
        Some("FORBIDDEN") => return Forbidden,
        Some(other) => panic!("{other}: {answer}"),
        None => {}
    }
    let field = answer["data"].as_object().unwrap().values().next().unwrap();
    let code = field["userErrors"][0]["code"].as_str();
    match code {
        Some("FORBIDDEN") => Forbidden,
        None if field.is_null() => Nothing,
        Some("INVALID_CREDENTIALS" | "INVALID_INPUT") => Refused,
        Some("NOT_FOUND") => Nothing,
        None => Done,
        Some(other) => panic!("{other}: {answer}"),
    }
}

/// `Query.posts` and the like, of the schema.
fn root_fields() -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for definition in parse_schema(imprenta::graphql::sdl()).unwrap().definitions {
        let TypeSystemDefinition::Type(definition) = definition else {
            continue;
        };
        let name = definition.node.name.node.to_string();
        if let TypeKind::Object(object) = definition.node.kind
            && ["Query", "Mutation", "Subscription"].contains(&name.as_str())
        {
            let names = object.fields.iter().map(|field| &field.node.name.node);
            fields.extend(names.map(|field| format!("{name}.{field}")));
        }
    }
    fields
}
