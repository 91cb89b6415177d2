//! The shape that all mutations have (DESIGN.md: one `input`, one payload, typed `userErrors`).

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{ObjectType, TypeKind, TypeSystemDefinition};

fn objects() -> Vec<(String, ObjectType, bool)> {
    let definitions = parse_schema(imprenta::graphql::sdl()).unwrap().definitions;
    let objects = definitions.into_iter().filter_map(|definition| {
        let TypeSystemDefinition::Type(definition) = definition else {
            return None;
        };
        let TypeKind::Object(object) = definition.node.kind else {
            return None;
        };
        let is_error = object.implements.iter().any(|it| it.node == "UserError");
        Some((definition.node.name.node.to_string(), object, is_error))
    });
    objects.collect()
}

#[test]
fn each_takes_one_input_and_gives_its_own_payload() {
    let objects = objects();
    let (_, mutation, _) = objects
        .iter()
        .find(|(name, ..)| name == "Mutation")
        .unwrap();
    let mut wrong = Vec::new();
    for field in &mutation.fields {
        let name = field.node.name.node.to_string();
        let mut capital = name.clone();
        capital[..1].make_ascii_uppercase();
        let arguments: Vec<_> = field
            .node
            .arguments
            .iter()
            .map(|it| (it.node.name.node.to_string(), it.node.ty.node.to_string()))
            .collect();
        if arguments != [("input".to_owned(), format!("{capital}Input!"))] {
            wrong.push(format!("{name} takes {arguments:?}"));
        }
        let payload = field.node.ty.node.to_string();
        if payload != format!("{capital}Payload!") {
            wrong.push(format!("{name} gives {payload}"));
            continue;
        }
        let (_, payload, _) = objects
            .iter()
            .find(|(it, ..)| *it == format!("{capital}Payload"))
            .unwrap();
        for field in &payload.fields {
            let (field, ty) = (&field.node.name.node, &field.node.ty.node);
            let fits = match field.as_str() {
                "userErrors" => ty.to_string() == "[UserError!]!",
                _ => ty.nullable,
            };
            if !fits {
                wrong.push(format!("{name}'s payload has {field}: {ty}"));
            }
        }
        if !payload
            .fields
            .iter()
            .any(|it| it.node.name.node == "userErrors")
        {
            wrong.push(format!("{name}'s payload has no userErrors"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn errors_have_a_code_a_message_and_a_path() {
    let errors: Vec<_> = objects().into_iter().filter(|(.., error)| *error).collect();
    assert!(errors.len() >= 5, "{errors:?}");
    for (name, object, _) in errors {
        let ty = |field: &str| {
            let field = object.fields.iter().find(|it| it.node.name.node == field);
            field.map(|it| it.node.ty.node.to_string())
        };
        let types = [ty("code"), ty("message"), ty("path")].map(Option::unwrap_or_default);
        assert_eq!(types, ["UserErrorCode!", "String!", "[String!]"], "{name}");
    }
}
