//! Whether a value that stands in a document is one of a type (GraphQL specification, section 3.10
//! "Input Objects" and those of the other types that take values).

use async_graphql::Name;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{
    BaseType, DocumentOperations, InputObjectType, Type, TypeDefinition, TypeKind,
};
use async_graphql_value::ConstValue;
use async_graphql_value::indexmap::IndexMap;
use chrono::DateTime;

/// Reads a value as a document has it.
pub fn read(literal: &str) -> Option<ConstValue> {
    let document = parse_query(format!("query($it: JSON = {literal}) {{ a }}")).ok()?;
    let DocumentOperations::Single(operation) = document.operations else {
        return None;
    };
    let variables = operation.node.variable_definitions.into_iter();
    let mut defaults = variables.filter_map(|it| it.node.default_value);
    defaults.next().map(|it| it.node)
}

/// Says why a value is none of that type.
pub fn check(types: &[TypeDefinition], ty: &Type, value: &ConstValue) -> Result<(), String> {
    match (&ty.base, value) {
        (_, ConstValue::Null) if ty.nullable => Ok(()),
        (BaseType::List(item), ConstValue::List(values)) => {
            values.iter().try_for_each(|it| check(types, item, it))
        }
        (BaseType::Named(name), value) if is_of(types, name, value)? => Ok(()),
        _ => Err(format!("{value} is no {ty}")),
    }
}

fn is_of(types: &[TypeDefinition], name: &Name, value: &ConstValue) -> Result<bool, String> {
    let found = types.iter().find(|it| it.name.node == *name);
    Ok(match (found.map(|it| &it.kind), value) {
        (Some(TypeKind::Enum(values)), ConstValue::Enum(value)) => {
            values.values.iter().any(|it| it.node.value.node == *value)
        }
        (Some(TypeKind::InputObject(input)), ConstValue::Object(values)) => {
            let is_one_of = found.is_some_and(|it| {
                let mut directives = it.directives.iter();
                directives.any(|it| it.node.name.node == "oneOf")
            });
            check_fields(types, input, values)?;
            !is_one_of || values.len() == 1
        }
        (_, value) => is_scalar(name, value),
    })
}

fn is_scalar(name: &str, value: &ConstValue) -> bool {
    match (name, value) {
        ("String" | "ID", ConstValue::String(_))
        | ("Boolean", ConstValue::Boolean(_))
        | ("JSON", _) => true,
        ("Int", ConstValue::Number(number)) => number
            .as_i64()
            .is_some_and(|number| i32::try_from(number).is_ok()),
        ("DateTime", ConstValue::String(text)) => DateTime::parse_from_rfc3339(text).is_ok(),
        _ => false,
    }
}

fn check_fields(
    types: &[TypeDefinition],
    input: &InputObjectType,
    values: &IndexMap<Name, ConstValue>,
) -> Result<(), String> {
    let fields = || input.fields.iter().map(|it| &it.node);
    for (name, value) in values {
        let field = fields().find(|it| it.name.node == *name);
        let field = field.ok_or_else(|| format!("there is no {name}"))?;
        check(types, &field.ty.node, value)?;
    }
    let required = fields().filter(|it| !it.ty.node.nullable && it.default_value.is_none());
    match required
        .map(|it| &it.name.node)
        .find(|it| !values.contains_key(*it))
    {
        Some(name) => Err(format!("{name} is missing")),
        None => Ok(()),
    }
}
