//! The examples in the schema's descriptions are true: values are of their types, operations can be
//! executed, and what is sent as they say is accepted.

use async_graphql::parser::types::{FieldDefinition, InputValueDefinition, Type, TypeKind};
use imprenta::accounts::NewUser;
use imprenta::accounts::model::Role;
use imprenta::config::{Config, Environment};
use imprenta::graphql::Documents;
use imprenta::ids::UserId;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::literals;
use super::operations::selected_types;
use super::places::{Place, Sort, example, places, types};
use crate::support::{Client, TestApp, post};

/// Where there are objects whose fields take arguments, besides the root.
const WAYS: [(&str, &str); 5] = [
    ("Query", "{ … }"),
    ("Post", "{ posts { nodes { … } } }"),
    ("Author", "{ authors { nodes { … } } }"),
    ("Tag", "{ tags { nodes { … } } }"),
    (
        "PostRevision",
        "{ posts { nodes { revisions { nodes { … } } } } }",
    ),
];

/// Mutations that are not taken back with others of their request.
const AT_ONCE: [&str; 7] = [
    "logIn",
    "refreshSession",
    "logOut",
    "logOutEverywhere",
    "changePassword",
    "requestPasswordReset",
    "resetPassword",
];

/// A mutation that fails, so that those before it are taken back.
const FAILURE: &str =
    "last: deleteTag(input: { id: \"VAGdQwOPQHw-kdmotAJvHYU\" }) { userErrors { code } }";

/// A post with an author and a tag, and an admin who writes.
struct Stage {
    app: TestApp,
    admin: UserId,
}

impl Stage {
    async fn new() -> Self {
        let app = TestApp::new().await;
        app.import([post("one").tag("Cities")]).await;
        let admin = NewUser {
            email: "admin@example.org".to_owned(),
            name: "Admin".to_owned(),
            role: Role::Admin,
            password: None,
            author: Some(app.author_id("ana").await),
        };
        let admin = app.add_user(admin).await.id;
        Self { app, admin }
    }

    /// The admin, in a session that nothing else ends.
    async fn enter(&self) -> Client {
        let session = self.app.open_session(self.admin).await;
        self.app.bearer(session.access_token.expose_secret())
    }
}

/// The fields of an object, with what they take.
fn fields_of(object: &str) -> Vec<FieldDefinition> {
    let mut types = types().into_iter();
    let found = types.find(|it| it.name.node == object).unwrap();
    let TypeKind::Object(object) = found.kind else {
        panic!("no object");
    };
    object.fields.into_iter().map(|it| it.node).collect()
}

/// An argument as its example has it.
fn given(argument: &InputValueDefinition) -> String {
    let description = &argument.description.as_ref().unwrap().node;
    format!("{}: {}", argument.name.node, example(description).unwrap())
}

#[test]
fn values_are_of_their_types() {
    let types = types();
    for place in places() {
        let (Sort::Given(ty), Some(example)) = (&place.sort, place.example()) else {
            continue;
        };
        let value = literals::read(&example).unwrap_or_else(|| panic!("{}: {example}", place.name));
        let checked = literals::check(&types, ty, &value);
        checked.unwrap_or_else(|why| panic!("{}: {why}", place.name));
    }
}

#[test]
fn operations_can_be_executed_and_are_answered_with_what_they_show() {
    let config = Config::from_environment(&Environment::default()).unwrap();
    let documents = Documents::new(&imprenta::graphql::sdl(), &config.graphql);
    let types = types();
    for place in places() {
        let (Sort::Answered(name), Some(example)) = (&place.sort, place.example()) else {
            continue;
        };
        let read = documents.read(&example);
        read.unwrap_or_else(|why| panic!("{}: {why:#?}", place.name));
        assert!(selected_types(&types, &example).contains(name), "{example}");
    }
}

#[tokio::test]
async fn queries_are_answered() {
    let stage = Stage::new().await;
    let admin = stage.enter().await;
    for place in places() {
        let example = place.example().unwrap_or_default();
        if matches!(place.sort, Sort::Answered(_)) && example.starts_with('{') {
            admin.query(&example).await;
        }
    }
}

#[tokio::test]
async fn arguments_are_accepted() {
    let stage = Stage::new().await;
    let admin = stage.enter().await;
    for (object, way) in WAYS {
        for field in fields_of(object) {
            for argument in &field.arguments {
                let required = field
                    .arguments
                    .iter()
                    .filter(|it| !it.node.ty.node.nullable);
                let mut arguments: Vec<_> = required.map(|it| given(&it.node)).collect();
                arguments.push(given(&argument.node));
                arguments.dedup();
                let (name, arguments) = (&field.name.node, arguments.join(", "));
                let query = way.replace('…', &format!("{name}({arguments}) {{ __typename }}"));
                admin.query(&query).await;
            }
        }
    }
}

#[tokio::test]
async fn mutations_accept_their_input() {
    let stage = Stage::new().await;
    let types = places();
    for field in fields_of("Mutation") {
        let input = &field.arguments[0].node;
        let ty = input.ty.node.to_string();
        let of_type = types.iter().find(|it| it.name == ty.trim_end_matches('!'));
        let of_type = of_type.and_then(Place::example).unwrap();
        for argument in [given(input), format!("input: {of_type}")] {
            let name = &field.name.node;
            let last = if AT_ONCE.contains(&name.as_str()) {
                ""
            } else {
                FAILURE
            };
            let result = "userErrors { code message path }";
            let mutation = format!("mutation {{ it: {name}({argument}) {{ {result} }} {last} }}");
            let data = stage.enter().await.query(&mutation).await;
            let errors = data["it"]["userErrors"].as_array().unwrap().iter();
            // What they name is not there, and their password is not the admin's.
            let is_of_this_stage = |error: &Value| {
                let message = error["message"].as_str().unwrap();
                message.starts_with("there is no such") || message == "not your present password"
            };
            let refused: Vec<_> = errors
                .filter(|it| it["code"] == "INVALID_INPUT" && !is_of_this_stage(it))
                .collect();
            assert!(refused.is_empty(), "{mutation}\n{refused:#?}");
        }
    }
}

#[tokio::test]
async fn ids_are_ids() {
    let stage = Stage::new().await;
    let admin = stage.enter().await;
    let is_id = |ty: &Type| ty.to_string().trim_matches(['[', ']', '!']) == "ID";
    let places = places().into_iter();
    let of_ids = places.filter(|it| matches!(&it.sort, Sort::Given(ty) if is_id(ty)));
    for place in of_ids {
        let example = place.example().unwrap();
        let ids = literals::read(&example).unwrap().into_json().unwrap();
        let ids = if ids.is_array() { ids } else { json!([ids]) };
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        let found = admin.query_with(query, json!({ "ids": ids })).await;
        let nothing = found["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .all(Value::is_null);
        assert!(nothing, "{}", place.name);
    }
}
