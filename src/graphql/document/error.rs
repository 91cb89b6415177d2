use async_graphql::{Pos, parser};

use crate::graphql::ErrorCode;

/// The longest message, in characters.
pub(crate) const MAX_MESSAGE: usize = 300;

/// Why a document is not executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentError {
    /// Which kind of fault.
    pub code: ErrorCode,
    /// What is wrong, for the person who wrote the document: at most 300 characters.
    pub message: String,
    /// Where, each line and column counted from 1.
    pub positions: Vec<Pos>,
}

impl DocumentError {
    /// A fault, as yet without a place. What is too long of the message is cut off.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        // It may name what the document does, however long that is.
        let mut message = message.into();
        if let Some((end, _)) = message.char_indices().nth(MAX_MESSAGE) {
            message.truncate(end);
        }
        Self {
            code,
            message,
            positions: Vec::new(),
        }
    }

    pub(super) fn at(mut self, position: Pos) -> Self {
        self.positions.push(position);
        self
    }
}

impl From<DocumentError> for Vec<DocumentError> {
    fn from(error: DocumentError) -> Self {
        vec![error]
    }
}

/// The parser's message repeats the whole line, however long; only the place is of use.
pub(super) fn syntax_error(error: &parser::Error) -> DocumentError {
    let invalid = ErrorCode::GraphqlValidationFailed;
    let (code, message) = match error {
        parser::Error::Syntax { .. } => (ErrorCode::GraphqlParseFailed, "syntax error"),
        parser::Error::MultipleOperations { .. } => (
            invalid,
            "an operation without a name must be the only one of its document",
        ),
        parser::Error::OperationDuplicated { .. } => (invalid, "two operations have the same name"),
        parser::Error::FragmentDuplicated { .. } => (invalid, "two fragments have the same name"),
        parser::Error::MissingOperation => (
            ErrorCode::GraphqlParseFailed,
            "the document has no operation",
        ),
        parser::Error::RecursionLimitExceeded => (
            ErrorCode::GraphqlParseFailed,
            "the document is nested too deeply",
        ),
        _ => (ErrorCode::GraphqlParseFailed, "the document is not GraphQL"),
    };
    let mut fault = DocumentError::new(code, message);
    fault.positions.extend(error.positions());
    fault
}
