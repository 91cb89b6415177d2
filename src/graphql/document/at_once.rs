use async_graphql::Positioned;
use async_graphql::parser::types::{ExecutableDocument, Field, OperationType};

use super::{DocumentError, repetition};
use crate::graphql::ErrorCode;
use crate::graphql::accounts::AT_ONCE;

/// Refuses mutations of which some could not be taken back if others failed: whoever has logged out
/// stays so, and a counted attempt counts. Each kind is sent in a request of its own.
pub(super) fn check(document: &ExecutableDocument) -> Result<(), DocumentError> {
    let mutations = document.operations.iter().map(|(_, it)| &it.node);
    for operation in mutations.filter(|it| it.ty == OperationType::Mutation) {
        let mut fields = Vec::new();
        repetition::collect(document, &operation.selection_set.node, &mut fields);
        let is_at_once =
            |field: &&Positioned<Field>| AT_ONCE.contains(&field.node.name.node.as_str());
        let (at_once, others): (Vec<_>, Vec<_>) = fields.into_iter().partition(is_at_once);
        if let (Some(at_once), Some(_)) = (at_once.first(), others.first()) {
            let message = format!(
                "\"{}\" takes effect at once and is not taken back with others: send it in a request of its own",
                at_once.node.name.node
            );
            let error = DocumentError::new(ErrorCode::GraphqlValidationFailed, message);
            return Err(error.at(at_once.pos));
        }
    }
    Ok(())
}
