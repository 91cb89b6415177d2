//! Whether a document fits the schema (GraphQL specification, section 5 "Validation"): all of it, in
//! place of the engine's own rules. Those leave `__typename`, defaults and some places of variables
//! out, and take strings for values of enums.
//!
//! Each definition is walked once, whatever spreads it; `overlap` compares fields in groups. So the
//! time is about in proportion to the document, within the limits that were checked before.

mod fragments;
mod overlap;
mod suggestions;
mod values;
mod variables;
mod walk;

use async_graphql::Pos;
use async_graphql::parser::types::{ExecutableDocument, OperationType};

use super::{DocumentError, MAX_ERRORS};
use crate::graphql::ErrorCode;
use crate::graphql::types::SchemaTypes;

pub use variables::Bound;
pub(super) use variables::bind;
use walk::Walk;

/// Every problem that was found, up to the most that are told.
#[derive(Default)]
struct Problems(Vec<DocumentError>);

impl Problems {
    fn add(&mut self, position: Pos, message: impl Into<String>) {
        self.add_at([position], message);
    }

    fn add_at(&mut self, positions: impl IntoIterator<Item = Pos>, message: impl Into<String>) {
        if !self.is_full() {
            let mut error = DocumentError::new(ErrorCode::GraphqlValidationFailed, message);
            error.positions.extend(positions);
            self.0.push(error);
        }
    }

    fn is_full(&self) -> bool {
        self.0.len() >= MAX_ERRORS
    }

    /// Those so far, in the order of the text; nothing if there are none.
    fn end(&mut self) -> Result<(), Vec<DocumentError>> {
        if self.0.is_empty() {
            return Ok(());
        }
        self.0
            .sort_by_key(|error| error.positions.first().map(|it| (it.line, it.column)));
        Err(std::mem::take(&mut self.0))
    }
}

/// Checks a document within the limits.
pub(super) fn check(
    types: &SchemaTypes,
    document: &ExecutableDocument,
) -> Result<(), Vec<DocumentError>> {
    let mut problems = Problems::default();
    let walked = Walk::document(types, document, &mut problems);
    // What follows would repeat these problems in other words.
    problems.end()?;
    fragments::check(document, &walked, &mut problems);
    variables::check(&walked, &mut problems);
    check_subscriptions(document, &mut problems);
    problems.end()?;
    overlap::check(types, document, &mut problems);
    problems.end()
}

/// A subscription has one field at its root (section 5.2.4.1 "Single Root Field").
fn check_subscriptions(document: &ExecutableDocument, problems: &mut Problems) {
    let operations = document.operations.iter().map(|(_, it)| it);
    for operation in operations.filter(|it| it.node.ty == OperationType::Subscription) {
        let mut fields = Vec::new();
        super::repetition::collect_all(document, &operation.node.selection_set.node, &mut fields);
        let mut keys = fields.iter().map(|it| &it.node.response_key().node);
        let first = keys.next();
        let is_of_schema = fields.iter().all(|it| it.node.name.node.starts_with("__"));
        if is_of_schema || keys.any(|key| Some(key) != first) {
            problems.add(
                operation.pos,
                "a subscription selects one field at its root",
            );
        }
    }
}
