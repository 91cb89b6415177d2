//! What these tests share: a blog with an editor and an author, and short words for what they do.

use std::collections::BTreeMap;
use std::time::Duration;

use imprenta::accounts::NewUser;
use imprenta::accounts::model::Role;
use imprenta::ids::UserId;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::support::{Client, Database, TestApp};

/// What mutations of posts give back.
const POST: &str = "{ id slug path title content status version publishedAt unpublishAt
    draft { number title content } }";
/// What can go wrong.
const ERRORS: &str = "userErrors { __typename code message path
    ... on Conflict { base current yours currentVersion } }";

/// An application with an editor, and the author Ana, under whose name everything is written.
pub struct Desk {
    pub app: TestApp,
    pub editor: Client,
    editor_id: UserId,
    pub ana: Client,
    pub ana_id: String,
}

impl Desk {
    pub async fn new() -> Self {
        Self::at(TestApp::new().await).await
    }

    /// The same at this application.
    pub async fn at(app: TestApp) -> Self {
        let editor_id = app.user("editor", Role::Editor).await.id;
        let editor = session(&app, editor_id).await;
        let (ana, ana_id) = author(&app, &editor, "Ana").await;
        Self {
            app,
            editor,
            editor_id,
            ana,
            ana_id,
        }
    }

    /// The same with an editor who has just logged in: sessions end as time passes.
    pub async fn later(self) -> Self {
        let editor = session(&self.app, self.editor_id).await;
        Self { editor, ..self }
    }

    /// Makes a post by Ana: these fields, over a title and a text.
    pub async fn create(&self, fields: Value) -> Value {
        done(&self.editor, "createPost", self.draft(fields)).await
    }

    /// The input that makes a post by Ana.
    pub fn draft(&self, fields: Value) -> Value {
        let title = format!("Post {}", self.app.next_number());
        let input = json!({ "title": title, "content": "Text.", "authors": [self.ana_id] });
        with(input, fields)
    }

    /// A post by Ana with this title.
    pub async fn post(&self, title: &str) -> Value {
        self.create(json!({ "title": title })).await
    }

    /// A public post by Ana with this title.
    pub async fn published(&self, title: &str) -> Value {
        self.create(json!({ "title": title, "publish": true }))
            .await
    }

    /// Changes a post as its editor, who has read its newest version.
    pub async fn update(&self, post: &Value, fields: Value) -> Value {
        let newest = self.read(post).await;
        let input = json!({ "id": post["id"], "expectedVersion": head(&newest) });
        done(&self.editor, "updatePost", with(input, fields)).await
    }

    /// Does something with a post as a whole, as an editor.
    pub async fn transition(&self, mutation: &str, post: &Value) -> Value {
        done(&self.editor, mutation, json!({ "id": post["id"] })).await
    }

    /// A post as editors see it.
    pub async fn read(&self, post: &Value) -> Value {
        seen_by(&self.editor, post).await
    }
}

/// An author with a profile of that name: a client that is logged in as them, and the profile's id.
pub async fn author(app: &TestApp, editor: &Client, name: &str) -> (Client, String) {
    let profile = done(editor, "createAuthor", json!({ "name": name })).await;
    let slug = name.to_lowercase();
    let new = NewUser {
        email: format!("{slug}@example.org"),
        name: slug.clone(),
        role: Role::Author,
        password: None,
        author: Some(app.author_id(&slug).await),
    };
    let user = app.add_user(new).await;
    (session(app, user.id).await, text(&profile["id"]))
}

/// A client that has just logged in.
async fn session(app: &TestApp, user: UserId) -> Client {
    let session = app.open_session(user).await;
    app.bearer(session.access_token.expose_secret())
}

/// A post as somebody sees it; null if they do not.
pub async fn seen_by(client: &Client, post: &Value) -> Value {
    let query = format!("query($id: ID!) {{ post(by: {{ id: $id }}) {POST} }}");
    let mut data = client.query_with(&query, json!({ "id": post["id"] })).await;
    data["post"].take()
}

/// What a mutation is sent as.
pub fn operation(mutation: &str) -> String {
    let (name, fields) = match mutation {
        "purgePost" => ("purgedId", ""),
        "purgePosts" => ("purgedIds", ""),
        "deleteAuthor" | "deleteTag" => ("deletedId", ""),
        "createAuthor" | "updateAuthor" => ("author", "{ id slug name bio avatarUrl version }"),
        "createTag" | "renameTag" | "mergeTags" => ("tag", "{ id slug name version }"),
        "createPreviewLink" => ("previewLink", "{ id expiresAt revokedAt } token"),
        "revokePreviewLink" => ("previewLink", "{ id expiresAt revokedAt }"),
        // Many of them may be asked for, and all that they say has its price.
        bulk if bulk.ends_with("Posts") => ("posts", "{ id status }"),
        _ => ("post", POST),
    };
    let input = format!("{}Input", capitalised(mutation));
    format!(
        "mutation($input: {input}!) {{ it: {mutation}(input: $input) {{
            value: {name} {fields} {ERRORS}
        }} }}"
    )
}

fn capitalised(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    first.to_uppercase() + rest
}

/// The payload of a mutation; what it gives is its `value`.
pub async fn payload(client: &Client, mutation: &str, input: Value) -> Value {
    let variables = json!({ "input": input });
    let mut data = client.query_with(&operation(mutation), variables).await;
    data["it"].take()
}

/// What a mutation gives that is done.
pub async fn done(client: &Client, mutation: &str, input: Value) -> Value {
    let mut payload = payload(client, mutation, input).await;
    assert_eq!(payload["userErrors"], json!([]), "{mutation}");
    payload["value"].take()
}

/// Why a mutation is not done: codes with paths, in the order of those.
pub async fn refused(client: &Client, mutation: &str, input: Value) -> Vec<String> {
    let payload = payload(client, mutation, input).await;
    assert_eq!(payload["value"], Value::Null, "{mutation}");
    let errors = payload["userErrors"].as_array().unwrap();
    let mut errors: Vec<_> = errors.iter().map(code_and_path).collect();
    errors.sort_unstable();
    assert!(!errors.is_empty(), "{mutation}: {payload}");
    errors
}

fn code_and_path(error: &Value) -> String {
    let path = error["path"].as_array();
    let names = path.into_iter().flatten().map(text);
    let path = names.collect::<Vec<_>>().join(".");
    format!("{} {path}", text(&error["code"])).trim().to_owned()
}

/// The version that an editor has to expect.
pub fn head(post: &Value) -> i64 {
    let draft = post["draft"]["number"].as_i64();
    draft.or(post["version"].as_i64()).unwrap()
}

/// An object with the fields of another one put over its own.
pub fn with(mut base: Value, fields: Value) -> Value {
    let Value::Object(fields) = fields else {
        panic!("not an object: {fields}")
    };
    base.as_object_mut().unwrap().extend(fields);
    base
}

/// A JSON text's text.
pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value}"))
        .to_owned()
}

/// The rows of a statement, each as PostgreSQL writes it.
pub async fn rows(database: &Database, sql: &str) -> Vec<String> {
    let sql = format!("SELECT row_text::text FROM ({sql}) AS row_text");
    let rows = database.connect().await.query(&sql, &[]).await.unwrap();
    rows.into_iter().map(|row| row.get(0)).collect()
}

/// The number that a statement gives.
pub async fn number(database: &Database, sql: &str) -> i64 {
    let row = database.connect().await.query_one(sql, &[]).await;
    row.unwrap().get(0)
}

/// Runs statements; fails if somebody holds for long what they touch.
pub async fn run(database: &Database, sql: &str) {
    let connection = database.connect().await;
    let limit = "SET lock_timeout = '10s'";
    connection.batch_execute(limit).await.unwrap();
    connection.batch_execute(sql).await.unwrap();
}

/// How many rows each table has.
pub async fn row_counts(database: &Database) -> BTreeMap<String, i64> {
    let connection = database.connect().await;
    let names = "SELECT table_name::text FROM information_schema.tables
        WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";
    let mut counts = BTreeMap::new();
    for row in connection.query(names, &[]).await.unwrap() {
        let name: String = row.get(0);
        let count = format!("SELECT count(*) FROM {name}");
        let count = connection.query_one(&count, &[]).await.unwrap();
        counts.insert(name, count.get(0));
    }
    counts
}

/// Waits until so many connections of a database wait for a lock.
pub async fn until_waiting(database: &Database, wanted: i64) {
    let sql = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    until(database, sql, wanted).await;
}

/// Waits until a statement gives this number.
pub async fn until(database: &Database, sql: &str, wanted: i64) {
    until_within(database, sql, wanted, Duration::from_mins(1)).await;
}

/// Waits until a statement gives this number, so long at most.
pub async fn until_within(database: &Database, sql: &str, wanted: i64, patience: Duration) {
    let connection = database.connect().await;
    let found = async {
        while connection
            .query_one(sql, &[])
            .await
            .unwrap()
            .get::<_, i64>(0)
            != wanted
        {
            tokio::task::yield_now().await;
        }
    };
    let found = tokio::time::timeout(patience, found).await;
    assert!(found.is_ok(), "it never gives {wanted}: {sql}");
}
