//! A GraphQL document before it is executed: parsed once, checked, and handed to the engine as a
//! tree.
//!
//! The engine's own checks follow every fragment spread anew, so a few hundred bytes of nested
//! spreads keep it busy for ever; [`limits`] looks at each fragment once and runs first.

mod at_once;
mod limits;
mod repetition;
mod snapshot;
mod subscription_root;

use async_graphql::parser;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, Selection,
};
use async_graphql::{Pos, Request, Response, Value, Variables};

use super::{ErrorCode, FieldTypes};

pub use async_graphql::parser::types::OperationType;

/// A parsed document within the limits.
#[derive(Debug)]
pub struct Document {
    tree: ExecutableDocument,
}

/// Why a document is not executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentError {
    /// Which kind of fault.
    pub code: ErrorCode,
    /// What is wrong, for the person who wrote the document.
    pub message: String,
    /// Where, counted from 1.
    pub position: Option<Pos>,
}

impl DocumentError {
    fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            position: None,
        }
    }

    fn at(mut self, position: Pos) -> Self {
        self.position = Some(position);
        self
    }
}

impl Document {
    /// Parses a document and checks that executing it stays within the limits.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        let tree = parser::parse_query(text).map_err(|error| syntax_error(&error))?;
        limits::check(&tree)?;
        repetition::check(&tree)?;
        at_once::check(&tree)?;
        subscription_root::check(&tree)?;
        Ok(Self { tree })
    }

    /// What the operation to execute does: the one of that name, or the only one.
    pub fn operation_type(&self, name: Option<&str>) -> Result<OperationType, DocumentError> {
        let unresolved =
            |message: String| DocumentError::new(ErrorCode::OperationResolutionFailure, message);
        match (&self.tree.operations, name) {
            (DocumentOperations::Single(operation), None) => Ok(operation.node.ty),
            (DocumentOperations::Multiple(operations), Some(name)) => operations
                .get(name)
                .map(|operation| operation.node.ty)
                .ok_or_else(|| unresolved(format!("no operation is named \"{name}\""))),
            (DocumentOperations::Multiple(operations), None) => {
                let mut operations = operations.values();
                match (operations.next(), operations.next()) {
                    (Some(only), None) => Ok(only.node.ty),
                    _ => Err(unresolved(
                        "the document has several operations; name one as operationName".to_owned(),
                    )),
                }
            }
            (DocumentOperations::Single(_), Some(name)) => {
                Err(unresolved(format!("no operation is named \"{name}\"")))
            }
        }
    }

    fn operation(&self, name: Option<&str>) -> Option<&OperationDefinition> {
        let operation = match (&self.tree.operations, name) {
            (DocumentOperations::Single(operation), _) => Some(operation),
            (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
            (DocumentOperations::Multiple(operations), None) => operations.values().next(),
        };
        operation.map(|operation| &operation.node)
    }

    /// Checks that each variable that must have a value has one (GraphQL specification, section
    /// 6.1.2 "Coercing Variable Values"), which the engine does only where it is used.
    pub fn check_variables(
        &self,
        operation_name: Option<&str>,
        variables: &Variables,
    ) -> Result<(), DocumentError> {
        let definitions = self
            .operation(operation_name)
            .map_or(&[][..], |operation| &operation.variable_definitions);
        for definition in definitions {
            let (name, ty) = (&definition.node.name.node, &definition.node.var_type.node);
            let given = variables.get(name);
            let is_missing = given.is_none() && definition.node.default_value.is_none();
            if !ty.nullable && (is_missing || given == Some(&Value::Null)) {
                let message = format!("the variable ${name} of type {ty} has no value");
                let error = DocumentError::new(ErrorCode::BadUserInput, message);
                return Err(error.at(definition.pos));
            }
        }
        Ok(())
    }

    /// Whether the engine may put the root's fields into another order than that of the selection.
    /// It runs those of a mutation one after the other (GraphQL specification, section 6.2.2).
    #[must_use]
    pub fn needs_order(&self, operation_name: Option<&str>) -> bool {
        self.operation(operation_name).is_some_and(|operation| {
            let items = &operation.selection_set.node.items;
            let is_field = |item: &Selection| matches!(item, Selection::Field(_));
            let several = items.len() != 1 || !items.iter().all(|item| is_field(&item.node));
            several && operation.ty == OperationType::Query
        })
    }

    /// Gives the answer to this document the shape that the specification asks for.
    pub fn complete(
        &self,
        operation_name: Option<&str>,
        types: &FieldTypes,
        response: &mut Response,
    ) {
        if let Some(operation) = self.operation(operation_name) {
            types.complete(&self.tree, operation, response);
        }
    }

    /// The request that the engine executes, without parsing anew.
    #[must_use]
    pub fn into_request(mut self, operation_name: Option<String>, variables: Variables) -> Request {
        subscription_root::spread(&mut self.tree);
        let mut request = Request::new("").variables(variables);
        request.operation_name = operation_name;
        request.set_parsed_query(self.tree);
        request
    }
}

/// The parser's message repeats the whole line, however long; only the place is of use.
fn syntax_error(error: &parser::Error) -> DocumentError {
    let message = match error {
        parser::Error::Syntax { .. } => "syntax error",
        parser::Error::MultipleOperations { .. } => {
            "an operation without a name must be the only one of its document"
        }
        parser::Error::OperationDuplicated { .. } => "two operations have the same name",
        parser::Error::FragmentDuplicated { .. } => "two fragments have the same name",
        parser::Error::MissingOperation => "the document has no operation",
        parser::Error::RecursionLimitExceeded => "the document is nested too deeply",
        _ => "the document is not GraphQL",
    };
    let mut fault = DocumentError::new(ErrorCode::GraphqlParseFailed, message);
    fault.position = error.positions().next();
    fault
}
