//! Who may call what: a row for each root field and each mutation, a column for each kind of
//! viewer. A field without a row fails the test by name.

use std::collections::BTreeSet;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use imprenta::accounts::model::Role;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::support::{Client, PASSWORD, TestApp, post};

/// What a viewer is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// The field does its work.
    Done,
    /// Null: there is nothing that this viewer may see.
    Nothing,
    /// The request is not authenticated, or not as a person.
    LogIn,
    /// The viewer is known, and may not.
    Forbidden,
    /// Anyone may ask, and what they show is looked at.
    Refused,
}

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

type Row = (&'static str, &'static str, [Outcome; 8]);

const EVERYONE: [Outcome; 8] = [Done, Done, Done, Done, Done, Done, LogIn, LogIn];
const PEOPLE: [Outcome; 8] = [LogIn, Done, Done, Done, Done, Forbidden, LogIn, LogIn];
const ADMINS: [Outcome; 8] = [
    LogIn, Forbidden, Forbidden, Forbidden, Done, Forbidden, LogIn, LogIn,
];

/// `$post`, `$user` (someone else), `$own` (the viewer), `$key` (the viewer's), `$token` (a refresh
/// token of someone else) and `$mail` (a new address) are there to be used.
const ROWS: &[Row] = &[
    ("Query.health", "{ health { status } }", EVERYONE),
    ("Query.node", "query($post: ID!) { node(id: $post) { id } }", EVERYONE),
    ("Query.nodes", "query($post: ID!) { nodes(ids: [$post]) { id } }", EVERYONE),
    ("Query.post", "{ post(by: { slug: \"hello\" }) { id } }", EVERYONE),
    ("Query.posts", "{ posts { totalCount nodes { id } } }", EVERYONE),
    ("Query.author", "{ author(by: { slug: \"ana\" }) { id } }", EVERYONE),
    ("Query.authors", "{ authors { totalCount nodes { id } } }", EVERYONE),
    ("Query.tag", "{ tag(by: { slug: \"rust\" }) { id } }", EVERYONE),
    ("Query.tags", "{ tags { totalCount nodes { id } } }", EVERYONE),
    ("Query.route", "{ route(path: \"/hello\") { __typename } }", EVERYONE),
    (
        "Query.me",
        "{ me { id email } }",
        [Nothing, Done, Done, Done, Done, Nothing, LogIn, LogIn],
    ),
    (
        "Query.csrfToken",
        "{ csrfToken }",
        [Nothing, Done, Done, Done, Done, Nothing, LogIn, LogIn],
    ),
    ("Query.users", "{ users { __typename } }", ADMINS),
    ("Query.apiKeys", "{ apiKeys { __typename } }", PEOPLE),
    ("Query.auditLog", "{ auditLog { __typename } }", ADMINS),
    ("Query.users", "{ users { totalCount nodes { id email } } }", ADMINS),
    ("Query.apiKeys", "{ apiKeys { totalCount nodes { id } } }", PEOPLE),
    ("Query.auditLog", "{ auditLog { totalCount nodes { action } } }", ADMINS),
    (
        "Query.node",
        "query($user: ID!) { node(id: $user) { id } }",
        [Nothing, Nothing, Nothing, Nothing, Done, Nothing, LogIn, LogIn],
    ),
    (
        "Query.apiKeys",
        "query($user: ID!) { apiKeys(user: $user) { totalCount } }",
        ADMINS,
    ),
    (
        "Mutation.logIn",
        "mutation($user_mail: String!, $password: String!) {
            logIn(input: { email: $user_mail, password: $password }) {
                session { expiresIn } userErrors { code }
            }
        }",
        EVERYONE,
    ),
    (
        "Mutation.refreshSession",
        "mutation($token: String!) {
            refreshSession(input: { refreshToken: $token }) {
                session { expiresIn } userErrors { code }
            }
        }",
        EVERYONE,
    ),
    (
        "Mutation.logOut",
        "mutation { logOut { loggedOut userErrors { code } } }",
        PEOPLE,
    ),
    (
        "Mutation.logOutEverywhere",
        "mutation { logOutEverywhere { endedSessions userErrors { code } } }",
        PEOPLE,
    ),
    (
        "Mutation.logOutEverywhere",
        "mutation($user: ID!) {
            logOutEverywhere(input: { user: $user }) { endedSessions userErrors { code } }
        }",
        ADMINS,
    ),
    (
        "Mutation.changePassword",
        "mutation($password: String!) {
            changePassword(input: { currentPassword: $password, newPassword: \"canary, another one\" }) {
                user { id } userErrors { code }
            }
        }",
        PEOPLE,
    ),
    (
        "Mutation.requestPasswordReset",
        "mutation($mail: String!) {
            requestPasswordReset(input: { email: $mail }) { requested userErrors { code } }
        }",
        EVERYONE,
    ),
    (
        // The token alone gives the right; there is none here that would.
        "Mutation.resetPassword",
        "mutation {
            resetPassword(input: { token: \"none\", newPassword: \"canary, another one\" }) {
                userErrors { code }
            }
        }",
        [Refused, Refused, Refused, Refused, Refused, Refused, LogIn, LogIn],
    ),
    (
        "Mutation.createUser",
        "mutation($mail: String!) {
            createUser(input: { email: $mail, name: \"New\", role: READER }) {
                user { id } userErrors { code }
            }
        }",
        ADMINS,
    ),
    (
        "Mutation.updateUser",
        "mutation($user: ID!) {
            updateUser(input: { id: $user, name: \"Renamed\" }) { user { id } userErrors { code } }
        }",
        ADMINS,
    ),
    (
        // Nobody raises themselves.
        "Mutation.updateUser",
        "mutation($own: ID!) {
            updateUser(input: { id: $own, role: ADMIN }) { user { id } userErrors { code } }
        }",
        ADMINS,
    ),
    (
        "Mutation.deactivateUser",
        "mutation($user: ID!) {
            deactivateUser(input: { id: $user }) { user { id } userErrors { code } }
        }",
        ADMINS,
    ),
    (
        "Mutation.createApiKey",
        "mutation {
            createApiKey(input: { name: \"build\", scopes: [CONTENT_READ] }) {
                apiKey { id } userErrors { code }
            }
        }",
        PEOPLE,
    ),
    (
        "Mutation.revokeApiKey",
        "mutation($key: ID!) {
            revokeApiKey(input: { id: $key }) { apiKey { id } userErrors { code } }
        }",
        PEOPLE,
    ),
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
    let variables = json!({
        "post": post,
        "user": other_id,
        "user_mail": other.email,
        "own": own_id,
        "key": key["createApiKey"]["apiKey"]["id"],
        "token": of_other.refresh_token.expose_secret(),
        "mail": format!("new{number}@example.org"),
        "password": PASSWORD,
    });
    (client, variables)
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
        Some("INVALID_CREDENTIALS") => Refused,
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
