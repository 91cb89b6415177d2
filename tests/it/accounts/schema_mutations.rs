//! The mutations of the schema, and how to send any of them.

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, Type, TypeKind, TypeSystemDefinition};
use serde_json::{Value, json};

use crate::support::Client;

/// A mutation, and the fields of its input with their types.
pub struct Mutation {
    pub name: String,
    pub fields: Vec<(String, Type)>,
}

/// All that the schema has.
pub fn mutations() -> Vec<Mutation> {
    let definitions = parse_schema(imprenta::graphql::sdl()).unwrap().definitions;
    let types: Vec<_> = definitions
        .into_iter()
        .filter_map(|it| match it {
            TypeSystemDefinition::Type(it) => Some(it.node),
            _ => None,
        })
        .collect();
    let kind = |name: &str| {
        let found = types.iter().find(|it| it.name.node == name);
        found.map(|it| &it.kind).unwrap()
    };
    let TypeKind::Object(root) = kind("Mutation") else {
        panic!("no mutations")
    };
    let input = |ty: &Type| match &ty.base {
        BaseType::Named(name) => match kind(name) {
            TypeKind::InputObject(input) => input.fields.clone(),
            _ => panic!("{name} is no input"),
        },
        BaseType::List(_) => panic!("{ty} is no input"),
    };
    let fields = root.fields.iter().map(|it| &it.node);
    fields
        .map(|field| Mutation {
            name: field.name.node.to_string(),
            fields: input(&field.arguments[0].node.ty.node)
                .iter()
                .map(|it| (it.node.name.node.to_string(), it.node.ty.node.clone()))
                .collect(),
        })
        .collect()
}

impl Mutation {
    /// Sends it, with its input as a variable.
    pub async fn send(&self, client: &Client, input: &Value) -> Value {
        let mut ty = self.name.clone();
        ty[..1].make_ascii_uppercase();
        let document = format!(
            "mutation($input: {ty}Input!) {{ it: {}(input: $input) {{ userErrors {{ code message path }} }} }}",
            self.name
        );
        let answer = client.graphql(&document, json!({ "input": input })).await;
        assert!(!answer.status.is_server_error(), "{}", answer.text());
        answer.json()
    }

    /// The same with the values in the document.
    pub async fn send_inline(&self, client: &Client, input: &Value) -> Value {
        let (name, input) = (&self.name, literal(input));
        let document = format!("mutation {{ {name}(input: {input}) {{ userErrors {{ code }} }} }}");
        client.graphql(&document, Value::Null).await.json()
    }
}

/// A value as GraphQL writes it. Enumerations are taken for strings, which is wrong on purpose.
fn literal(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, it)| format!("{name}: {}", literal(it)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(" "))
        }
        Value::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(literal).collect::<Vec<_>>().join(" ")
            )
        }
        other => other.to_string(),
    }
}
