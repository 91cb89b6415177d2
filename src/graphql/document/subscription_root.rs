//! The root of a subscription: one field (GraphQL specification, section 5.2.4.1 "Single Root
//! Field"), which the engine only finds where it stands outside of fragments.

use async_graphql::Positioned;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, OperationType, Selection,
};

use super::{DocumentError, repetition};
use crate::graphql::ErrorCode;

/// Refuses subscriptions with another number of fields.
pub(super) fn check(document: &ExecutableDocument) -> Result<(), DocumentError> {
    let operations = document.operations.iter().map(|(_, operation)| operation);
    for operation in operations.filter(|it| it.node.ty == OperationType::Subscription) {
        let mut fields = Vec::new();
        repetition::collect(document, &operation.node.selection_set.node, &mut fields);
        if fields.len() != 1 {
            let message = "a subscription selects one field at its root";
            return Err(invalid(message).at(operation.pos));
        }
    }
    Ok(())
}

fn invalid(message: &str) -> DocumentError {
    DocumentError::new(ErrorCode::GraphqlValidationFailed, message)
}

/// Puts the field of a subscription where the engine finds it.
pub(super) fn spread(document: &mut ExecutableDocument) {
    let field = |operation: &_| root_field(document, operation);
    let fields: Vec<_> = document
        .operations
        .iter()
        .map(|(_, it)| field(it))
        .collect();
    let operations = match &mut document.operations {
        DocumentOperations::Single(operation) => vec![operation],
        DocumentOperations::Multiple(operations) => operations.values_mut().collect(),
    };
    for (operation, field) in operations.into_iter().zip(fields) {
        if let Some(field) = field {
            let position = field.pos;
            let field = Positioned::new(Selection::Field(field), position);
            let items = &mut operation.node.selection_set.node.items;
            // The engine passes over fragments, and wants to see each used.
            items.retain(|item| !matches!(item.node, Selection::Field(_)));
            items.push(field);
        }
    }
}

fn root_field(
    document: &ExecutableDocument,
    operation: &Positioned<async_graphql::parser::types::OperationDefinition>,
) -> Option<Positioned<Field>> {
    if operation.node.ty != OperationType::Subscription {
        return None;
    }
    let mut fields = Vec::new();
    repetition::collect(document, &operation.node.selection_set.node, &mut fields);
    fields.first().map(|field| (*field).clone())
}
