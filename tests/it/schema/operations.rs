//! What an operation is answered with.

use std::collections::BTreeSet;

use async_graphql::Name;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{
    BaseType, DocumentOperations, Selection, SelectionSet, Type, TypeDefinition, TypeKind,
};

/// The names of the types of objects that an operation names or selects from. It has no fragments of
/// its own.
pub fn selected_types(types: &[TypeDefinition], operation: &str) -> BTreeSet<Name> {
    let document = parse_query(operation).unwrap();
    let DocumentOperations::Single(operation) = document.operations else {
        panic!("several operations");
    };
    let mut root = operation.node.ty.to_string();
    root[..1].make_ascii_uppercase();
    let mut selected = BTreeSet::new();
    select(
        types,
        &Name::new(root),
        &operation.node.selection_set.node,
        &mut selected,
    );
    selected
}

fn select(types: &[TypeDefinition], on: &Name, set: &SelectionSet, selected: &mut BTreeSet<Name>) {
    selected.insert(on.clone());
    for item in set.items.iter().map(|it| &it.node) {
        match item {
            Selection::Field(field) => {
                if let Some(ty) = field_type(types, on, &field.node.name.node) {
                    select(types, &ty, &field.node.selection_set.node, selected);
                }
            }
            Selection::InlineFragment(fragment) => {
                let condition = fragment.node.type_condition.as_ref();
                let on = condition.map_or(on, |it| &it.node.on.node);
                select(types, on, &fragment.node.selection_set.node, selected);
            }
            Selection::FragmentSpread(_) => panic!("a fragment that is not there"),
        }
    }
}

fn field_type(types: &[TypeDefinition], on: &Name, field: &Name) -> Option<Name> {
    let fields = match &types.iter().find(|it| it.name.node == *on)?.kind {
        TypeKind::Object(object) => &object.fields,
        TypeKind::Interface(interface) => &interface.fields,
        _ => return None,
    };
    let found = fields.iter().find(|it| it.node.name.node == *field)?;
    Some(named(&found.node.ty.node))
}

fn named(ty: &Type) -> Name {
    match &ty.base {
        BaseType::Named(name) => name.clone(),
        BaseType::List(item) => named(item),
    }
}
