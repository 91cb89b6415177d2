//! The root of a subscription: one field, which the engine only finds where it stands outside of
//! fragments. That there is no other is for `validation`.

use async_graphql::Positioned;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, OperationType, Selection,
};

use super::repetition;

/// Puts the field of a subscription where the engine finds it, with all that is selected of it.
pub(super) fn spread(document: &mut ExecutableDocument) {
    let Some(field) = root_field(document) else {
        return;
    };
    if let DocumentOperations::Single(operation) = &mut document.operations {
        let position = field.pos;
        let field = Positioned::new(Selection::Field(field), position);
        operation.node.selection_set.node.items = vec![field];
    }
}

/// The only field; selected in several places, it is one with the selections of all (section 6.3.2
/// "Field Collection").
fn root_field(document: &ExecutableDocument) -> Option<Positioned<Field>> {
    let DocumentOperations::Single(operation) = &document.operations else {
        return None;
    };
    if operation.node.ty != OperationType::Subscription {
        return None;
    }
    let mut fields = Vec::new();
    repetition::collect(document, &operation.node.selection_set.node, &mut fields);
    let (first, others) = fields.split_first()?;
    let mut field = (*first).clone();
    for other in others {
        let items = &other.node.selection_set.node.items;
        field.node.selection_set.node.items.extend_from_slice(items);
    }
    Some(field)
}
