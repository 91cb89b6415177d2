//! Every mutation, with input that is good, that is wrong and that is not for it. Nothing secret
//! comes out of that: the kit looks at the log and at errors (`support::canary`), and here at the
//! database. A mutation without good input in [`good_input`] fails by name.

use async_graphql::parser::types::Type;
use axum::body::Body;
use axum::http::Request;
use imprenta::accounts::OpenedSession;
use imprenta::accounts::model::Role;
use imprenta::config::Environment;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::authorization::content;
use super::schema_mutations::{Mutation, mutations};
use crate::support::{Client, PASSWORD, SmtpServer, TestApp, canary};

/// An application that sends mail, and an admin on it.
struct Stage {
    app: TestApp,
    smtp: SmtpServer,
}

/// Someone new for each mutation, so that none is in another's way.
struct Cast {
    number: u32,
    client: Client,
    session: OpenedSession,
    id: Value,
    email: String,
    /// An API key of theirs.
    key: Value,
    /// A token of a password reset of theirs.
    mailed: String,
    /// What they may write about.
    content: Value,
}

impl Stage {
    async fn new() -> Self {
        let smtp = SmtpServer::start().await;
        let settings = [("SMTP_URL", smtp.url()), ("MAIL_FROM", "site@example.org")];
        let app = TestApp::with_settings(Environment::from(settings)).await;
        // Whoever is deactivated is not the last one.
        app.user("root", Role::Admin).await;
        Self { app, smtp }
    }

    async fn enter(&self) -> Cast {
        let number = self.app.next_number();
        let user = self.app.user(&format!("admin{number}"), Role::Admin).await;
        let session = self.app.open_session(user.id).await;
        let client = self.app.bearer(session.access_token.expose_secret());
        let make = "mutation { createApiKey(input: { name: \"a\", scopes: [CONTENT_READ] }) {
            apiKey { id }
        } }";
        let key = client.query(make).await["createApiKey"]["apiKey"]["id"].take();
        let passwords = &self.app.app.accounts.passwords;
        let visitor = imprenta::accounts::Viewer::anonymous();
        passwords
            .request_reset(&visitor, &user.email)
            .await
            .unwrap();
        let mail = self.smtp.next_mail().await.text();
        let mailed = mail.split_whitespace().find(|it| it.starts_with("imt_"));
        Cast {
            number,
            id: client.query("{ me { id } }").await["me"]["id"].take(),
            client,
            session,
            email: user.email,
            key,
            mailed: mailed.expect("a token").to_owned(),
            content: content(&self.app, number).await,
        }
    }
}

const NEW: &str = "canary, a new one of theirs";

/// What a mutation takes from someone who may do it.
fn good_input(mutation: &str, cast: &Cast) -> Option<Value> {
    let refresh_token = cast.session.refresh_token.expose_secret();
    Some(match mutation {
        "logIn" => json!({ "email": cast.email, "password": PASSWORD, "cookies": true }),
        "refreshSession" | "logOut" => json!({ "refreshToken": refresh_token }),
        "deactivateUser" => json!({ "id": cast.id }),
        "logOutEverywhere" => json!({ "user": cast.id }),
        "changePassword" => json!({ "currentPassword": PASSWORD, "newPassword": NEW }),
        "requestPasswordReset" => json!({ "email": cast.email }),
        "resetPassword" => json!({ "token": cast.mailed, "newPassword": NEW }),
        "createUser" => json!({
            "email": format!("new{}@example.org", cast.number), "name": "New", "role": "READER",
            "password": NEW, "author": null
        }),
        "updateUser" => json!({
            "id": cast.id, "email": format!("next{}@example.org", cast.number), "name": "Next",
            "role": "ADMIN", "active": true, "author": null
        }),
        "createApiKey" => json!({
            "name": "build", "scopes": ["CONTENT_READ"], "expiresAt": "2027-01-01T00:00:00Z"
        }),
        "revokeApiKey" => json!({ "id": cast.key }),
        mutation => return good_input_of_content(mutation, &cast.content),
    })
}

/// The same for content.
fn good_input_of_content(mutation: &str, content: &Value) -> Option<Value> {
    let at = "2027-01-01T00:00:00Z";
    Some(match mutation {
        "createPost" => json!({
            "title": "New", "content": "Text.", "slug": null, "path": null, "excerpt": "Short.",
            "authors": [content["author"]], "tags": [{ "id": content["tag"] }, { "name": "New tag" }],
            "metaTitle": "New", "metaDescription": "New.", "canonicalUrl": "https://example.org/new",
            "faq": [{ "question": "Why?", "answer": "So." }], "locale": "en", "note": "first",
            "publish": true, "publishedAt": "2026-01-01T00:00:00Z", "unpublishAt": at
        }),
        "updatePost" => json!({
            "id": content["live"], "expectedVersion": 2, "title": "Changed", "content": "Text.",
            "slug": null, "path": null, "excerpt": null, "authors": [content["author"]], "tags": [],
            "metaTitle": null, "metaDescription": null, "canonicalUrl": null, "faq": [],
            "locale": null, "note": "second"
        }),
        "publishPost" => json!({
            "id": content["live"], "expectedVersion": 2, "publishedAt": "2026-01-01T00:00:00Z",
            "unpublishAt": at
        }),
        "schedulePost" => json!({
            "id": content["hidden"], "at": at, "expectedVersion": 1, "unpublishAt": null
        }),
        "unpublishPost" | "archivePost" | "trashPost" | "discardDraft" => {
            json!({ "id": content["live"], "expectedVersion": 2 })
        }
        "restorePost" | "purgePost" => json!({ "id": content["trashed"], "expectedVersion": 1 }),
        "publishPosts" | "unpublishPosts" | "archivePosts" | "trashPosts" => {
            json!({ "ids": [content["live"]] })
        }
        "restorePosts" | "purgePosts" => json!({ "ids": [content["trashed"]] }),
        "schedulePosts" => json!({ "ids": [content["hidden"]], "at": at }),
        "restoreRevision" => json!({
            "id": content["live"], "number": 1, "expectedVersion": 2, "note": "back"
        }),
        "createPreviewLink" => json!({ "post": content["live"], "expiresIn": 3600 }),
        "revokePreviewLink" => json!({ "id": content["link"] }),
        "createAuthor" => json!({
            "name": "New", "slug": null, "bio": "Writes.", "avatarUrl": "https://example.org/a.png"
        }),
        "updateAuthor" => json!({
            "id": content["author"], "expectedVersion": 1, "name": "Changed", "slug": null,
            "bio": null, "avatarUrl": null
        }),
        "deleteAuthor" => json!({ "id": content["lonely"] }),
        "createTag" => json!({ "name": "Quite new", "slug": null }),
        "renameTag" => json!({
            "id": content["tag"], "expectedVersion": 1, "name": "Renamed", "slug": "renamed"
        }),
        "mergeTags" => json!({ "from": [content["tag"]], "into": content["other_tag"] }),
        "deleteTag" => json!({ "id": content["tag"] }),
        _ => return None,
    })
}

/// Good input of every mutation of the schema.
fn good_inputs(mutations: &[Mutation], cast: &Cast) -> Vec<Value> {
    let without: Vec<_> = mutations
        .iter()
        .filter(|it| good_input(&it.name, cast).is_none())
        .map(|it| &it.name)
        .collect();
    assert!(without.is_empty(), "give these good input: {without:?}");
    let inputs = mutations.iter().filter_map(|it| good_input(&it.name, cast));
    inputs.collect()
}

/// Secrets where others are expected, and as they are pasted by mistake.
fn misplaced_secrets(cast: &Cast) -> Vec<String> {
    vec![
        "canary: of no one".to_owned(),
        PASSWORD.to_owned(),
        cast.session.access_token.expose_secret().to_owned(),
        cast.session.refresh_token.expose_secret().to_owned(),
        format!("imt_{}", "A".repeat(43)),
        format!("imp_{}", "A".repeat(43)),
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA".to_owned(),
    ]
}

/// Fields that hold what somebody writes for others.
const PROSE: [&str; 8] = [
    "name",
    "title",
    "content",
    "excerpt",
    "metaTitle",
    "metaDescription",
    "note",
    "bio",
];

/// The good input with one field changed, in every way that may go wrong.
fn bad_inputs(mutation: &Mutation, good: &Value, cast: &Cast) -> Vec<Value> {
    let mut inputs = Vec::new();
    let mut add = |field: &str, value: Value| {
        let mut input = good.clone();
        input[field] = value;
        inputs.push(input);
    };
    for (field, ty) in &mutation.fields {
        // What is no such word or time is told to whoever gave it, for no secret has its place there.
        let is_word = ["Role", "ApiKeyScope", "DateTime"]
            .iter()
            .any(|it| ty.to_string().contains(it));
        for secret in misplaced_secrets(cast).into_iter().filter(|_| !is_word) {
            add(field, json!(format!("{secret}\0")));
            // What is for people to read is stored as it is written.
            if !PROSE.contains(&field.as_str()) {
                add(field, json!(secret));
            }
        }
        for value in wrong_types() {
            if !(is_word && value.to_string().contains(PASSWORD)) {
                add(field, value);
            }
        }
    }
    add("more", json!(PASSWORD));
    inputs
}

fn wrong_types() -> [Value; 6] {
    [
        json!({}),
        json!({ "more": PASSWORD }),
        json!([PASSWORD, PASSWORD]),
        json!([[[]]]),
        json!(42.5),
        json!(u64::MAX),
    ]
}

#[tokio::test]
async fn no_mutation_stores_says_or_logs_a_secret() {
    let stage = Stage::new().await;
    let mutations = mutations();
    good_inputs(&mutations, &stage.enter().await);
    for mutation in &mutations {
        let cast = stage.enter().await;
        let good = good_input(&mutation.name, &cast).unwrap();
        for input in bad_inputs(mutation, &good, &cast) {
            mutation.send(&cast.client, &input).await;
            let visitor = stage.app.anonymous();
            mutation.send_inline(&visitor, &input).await;
        }
        let cast = stage.enter().await;
        let good = good_input(&mutation.name, &cast).unwrap();
        let answer = mutation.send(&cast.client, &good).await;
        let expected = json!({ "data": { "it": { "userErrors": [] } } });
        assert_eq!(answer, expected, "{}", mutation.name);
    }
    for password in [PASSWORD, "canary: of no one"] {
        let form = [("grant_type", "password"), ("username", "root@example.org")];
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form).append_pair("password", password);
        let request = Request::post("/auth/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body.finish()));
        let _ = stage.app.anonymous().send(request.unwrap()).await;
    }
    look_at_database(&stage.app).await;
}

/// Looks at every value of every table, but the hashes of passwords.
async fn look_at_database(app: &TestApp) {
    let database = app.database.connect().await;
    let columns = "SELECT table_name::text, column_name::text, data_type::text
        FROM information_schema.columns
        JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";
    let mut events = 0;
    for row in database.query(columns, &[]).await.unwrap() {
        let [table, column, ty] = [0, 1, 2].map(|at| row.get::<_, String>(at));
        if (table.as_str(), column.as_str()) == ("users", "password_hash") {
            continue;
        }
        let text = match ty.as_str() {
            "bytea" => format!("encode({column}, 'escape')"),
            _ => format!("{column}::text"),
        };
        let values = format!("SELECT {text} FROM {table} WHERE {column} IS NOT NULL");
        for value in database.query(&values, &[]).await.unwrap() {
            canary::look_at(&format!("{table}.{column}"), value.get(0));
            events += usize::from(table == "audit_events" && column == "details");
        }
    }
    canary::check();
    assert!(events > 20, "the walk has done only {events} things");
}

#[tokio::test]
async fn no_mutation_takes_a_role_that_it_does_not_ask_for() {
    let stage = Stage::new().await;
    let cast = stage.enter().await;
    let mutations = mutations();
    let inputs = good_inputs(&mutations, &cast);
    for (mutation, mut input) in mutations.iter().zip(inputs) {
        if mutation.fields.iter().any(|(field, _)| field == "role") {
            continue;
        }
        input["role"] = json!("ADMIN");
        for client in [&stage.app.anonymous(), &cast.client] {
            is_refused_unread(&mutation.send(client, &input).await);
            is_refused_unread(&mutation.send_inline(client, &input).await);
        }
    }
}

/// Fails unless the document or its variables were not even run.
fn is_refused_unread(answer: &Value) {
    let code = answer["errors"][0]["extensions"]["code"].as_str();
    let codes = ["BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"];
    assert!(code.is_some_and(|it| codes.contains(&it)), "{answer}");
    assert_eq!(answer.get("data"), None, "{answer}");
}

#[tokio::test]
async fn credentials_of_another_type_are_refused_before_anything_runs() {
    let stage = Stage::new().await;
    let cast = stage.enter().await;
    let mutations = mutations();
    let inputs = good_inputs(&mutations, &cast);
    for (mutation, good) in mutations.iter().zip(inputs) {
        let is_text = |ty: &Type| ["String", "String!"].contains(&ty.to_string().as_str());
        for (field, _) in mutation.fields.iter().filter(|(_, ty)| is_text(ty)) {
            for value in wrong_types().into_iter().chain([json!(true), json!(0)]) {
                let mut input = good.clone();
                input[field] = value;
                is_refused_unread(&mutation.send(&cast.client, &input).await);
            }
        }
    }
    // They would have ended it.
    cast.client.query("{ me { id } }").await;
}

#[tokio::test]
async fn credentials_of_ten_megabytes_are_refused_unread() {
    let app = TestApp::new().await;
    let long = "canary ".repeat(10 * 1024 * 1024 / 7);
    let document = "mutation($input: LogInInput!) { logIn(input: $input) { userErrors { code } } }";
    for (email, password) in [
        ("ana@example.org", long.as_str()),
        (long.as_str(), PASSWORD),
    ] {
        let variables = json!({ "input": { "email": email, "password": password } });
        let (statements, answer) = app
            .statements_of(app.anonymous().graphql(document, variables))
            .await;
        assert_eq!((answer.status.as_u16(), statements), (413, 0));
        assert_eq!(
            answer.json()["errors"][0]["extensions"]["code"],
            "BAD_REQUEST"
        );
    }
}
