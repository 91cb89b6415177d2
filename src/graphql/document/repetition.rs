use async_graphql::Positioned;
use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationType, Selection, SelectionSet,
};

use super::DocumentError;
use crate::graphql::ErrorCode;

/// Refuses mutations that select one field of the root in several places. By the specification
/// (section 6.3.2 "Field Collection") they are one field and run once; the engine runs each, and
/// what one merges for nothing in a query would here be done twice.
///
/// Needs a document within the limits: few fields at the root, and no fragment in itself.
pub(super) fn check(document: &ExecutableDocument) -> Result<(), DocumentError> {
    let mutations = document.operations.iter().map(|(_, it)| &it.node);
    for operation in mutations.filter(|it| it.ty == OperationType::Mutation) {
        let mut fields = Vec::new();
        collect(document, &operation.selection_set.node, &mut fields);
        for (index, field) in fields.iter().enumerate() {
            let key = &field.node.response_key().node;
            let mut before = fields[..index].iter();
            if before.any(|other| other.node.response_key().node == *key) {
                let message = format!("\"{key}\" would run twice: select it once, or name it anew");
                let error = DocumentError::new(ErrorCode::GraphqlValidationFailed, message);
                return Err(error.at(field.pos));
            }
        }
    }
    Ok(())
}

/// The fields at the root that do something.
pub(super) fn collect<'a>(
    document: &'a ExecutableDocument,
    set: &'a SelectionSet,
    fields: &mut Vec<&'a Positioned<Field>>,
) {
    let mut all = Vec::new();
    collect_all(document, set, &mut all);
    fields.extend(
        all.into_iter()
            .filter(|field| field.node.name.node != "__typename"),
    );
}

/// The fields at the root.
pub(super) fn collect_all<'a>(
    document: &'a ExecutableDocument,
    set: &'a SelectionSet,
    fields: &mut Vec<&'a Positioned<Field>>,
) {
    for item in &set.items {
        match &item.node {
            Selection::Field(field) => fields.push(field),
            Selection::InlineFragment(fragment) => {
                collect_all(document, &fragment.node.selection_set.node, fields);
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    collect_all(document, &fragment.node.selection_set.node, fields);
                }
            }
        }
    }
}
