//! The GraphQL schema as a contract.

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};

#[test]
fn schema_graphql_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(
        committed == imprenta::graphql::sdl(),
        "schema.graphql is not what the program serves: run `make schema` and look at the difference",
    );
}

#[test]
fn everything_has_a_description() {
    let document = parse_schema(imprenta::graphql::sdl()).unwrap();
    let mut missing = Vec::new();
    let mut note = |described: bool, name: String| {
        if !described {
            missing.push(name);
        }
    };
    for definition in document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else {
            continue;
        };
        let definition = definition.node;
        let name = definition.name.node.to_string();
        note(definition.description.is_some(), name.clone());
        let fields = match definition.kind {
            TypeKind::Object(object) => object.fields,
            TypeKind::Interface(interface) => interface.fields,
            TypeKind::InputObject(input) => {
                for field in input.fields {
                    note(
                        field.node.description.is_some(),
                        format!("{name}.{}", field.node.name),
                    );
                }
                continue;
            }
            TypeKind::Enum(values) => {
                for value in values.values {
                    note(
                        value.node.description.is_some(),
                        format!("{name}.{}", value.node.value),
                    );
                }
                continue;
            }
            TypeKind::Scalar | TypeKind::Union(_) => continue,
        };
        for field in fields {
            let field = field.node;
            note(
                field.description.is_some(),
                format!("{name}.{}", field.name),
            );
            for argument in field.arguments {
                let place = format!("{name}.{}({})", field.name, argument.node.name);
                note(argument.node.description.is_some(), place);
            }
        }
    }
    assert!(
        missing.is_empty(),
        "without a description: {}",
        missing.join(", ")
    );
}
