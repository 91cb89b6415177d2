//! A GraphQL document before it is executed: parsed once, checked, and handed to the engine as a
//! tree.
//!
//! The engine's own checks follow every fragment spread anew, so a few hundred bytes of nested
//! spreads keep it busy for ever; [`text`] and [`limits`] look at everything once and run first. Then
//! [`validation`] holds the document against the schema, in place of the engine, which lets too much
//! through; [`cost`] says what executing it may cost, and [`binding`] puts in the variables.
//!
//! Start at [`Documents::read`].

mod at_once;
mod binding;
mod caching;
mod cost;
mod error;
mod kept;
mod limits;
mod repetition;
mod snapshot;
mod subscription_root;
mod text;
mod validation;

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::parser;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, Selection,
};
use async_graphql::{Name, Positioned, Request, Response, Variables};
use async_graphql_value::Value;
use futures_util::stream::{self, BoxStream, StreamExt};

use super::ErrorCode;
use super::types::SchemaTypes;
use crate::config::{GraphqlConfig, GraphqlLimits};
use cost::Cost;
use kept::KeptDocuments;

pub use async_graphql::parser::types::OperationType;
pub use error::DocumentError;
pub(crate) use error::MAX_MESSAGE;
use error::syntax_error;
pub use validation::Bound;

/// The most errors of one answer.
pub(crate) const MAX_ERRORS: usize = 5;

/// Reads documents for one schema.
#[derive(Debug)]
pub struct Documents {
    schema: Arc<SchemaAndLimits>,
    kept: KeptDocuments,
}

#[derive(Debug)]
struct SchemaAndLimits {
    types: SchemaTypes,
    limits: GraphqlLimits,
}

/// A document that can be executed: within the limits, and valid against the schema.
#[derive(Debug)]
pub struct Document {
    tree: ExecutableDocument,
    schema: Arc<SchemaAndLimits>,
    /// How long the text was.
    tokens: usize,
    /// What the operations cost, as far as that does not depend on variables.
    costs: HashMap<Option<Name>, Cost>,
}

impl Documents {
    /// For the schema with this text, as far as the configuration shows it.
    #[must_use]
    pub fn new(sdl: &str, config: &GraphqlConfig) -> Self {
        Self {
            schema: Arc::new(SchemaAndLimits {
                types: SchemaTypes::of(sdl, config.introspection),
                limits: config.limits.clone(),
            }),
            kept: KeptDocuments::new(config.document_cache),
        }
    }

    /// The document with this text: parsed, and all checked that does not depend on variables. Or
    /// what is wrong with it: at most five things.
    pub fn read(&self, text: &str) -> Result<Arc<Document>, Vec<DocumentError>> {
        if let Some(document) = self.kept.find(text) {
            return Ok(document);
        }
        let document = Arc::new(self.parse(text)?);
        self.kept.keep(text, &document);
        Ok(document)
    }

    fn parse(&self, text: &str) -> Result<Document, Vec<DocumentError>> {
        let SchemaAndLimits { types, limits } = &*self.schema;
        let tokens = text::check(text, limits)?;
        let tree = parser::parse_query(text).map_err(|error| syntax_error(&error))?;
        limits::check(&tree, limits)?;
        validation::check(types, &tree)?;
        repetition::check(&tree)?;
        at_once::check(&tree)?;
        let mut document = Document {
            tree,
            schema: Arc::clone(&self.schema),
            tokens,
            costs: HashMap::new(),
        };
        document.costs = document.fixed_costs();
        Ok(document)
    }
}

impl Document {
    /// What the operation to execute does: the one of that name, or the only one.
    pub fn operation_type(&self, name: Option<&str>) -> Result<OperationType, DocumentError> {
        let unresolved =
            |message: String| DocumentError::new(ErrorCode::OperationResolutionFailure, message);
        match (self.operation(name), name) {
            (Some(operation), _) => Ok(operation.node.ty),
            (None, Some(name)) => Err(unresolved(format!("no operation is named \"{name}\""))),
            (None, None) => Err(unresolved(
                "the document has several operations; name one as operationName".to_owned(),
            )),
        }
    }

    fn operation(&self, name: Option<&str>) -> Option<&Positioned<OperationDefinition>> {
        match (&self.tree.operations, name) {
            (DocumentOperations::Single(operation), None) => Some(operation),
            (DocumentOperations::Single(_), Some(_)) => None,
            (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
            (DocumentOperations::Multiple(operations), None) => {
                let mut operations = operations.values();
                operations.next().filter(|_| operations.next().is_none())
            }
        }
    }

    /// The values of an operation's variables (GraphQL specification, section 6.1.2 "Coercing
    /// Variable Values").
    pub fn bind(
        &self,
        operation_name: Option<&str>,
        variables: Variables,
    ) -> Result<Bound, Vec<DocumentError>> {
        match self.operation(operation_name) {
            Some(operation) => {
                let SchemaAndLimits { types, limits } = &*self.schema;
                validation::bind(types, limits, &operation.node, variables)
            }
            None => Ok(Bound::default()),
        }
    }

    /// What an operation costs with these values of its variables, or that it is too much.
    pub(super) fn price(
        &self,
        operation_name: Option<&str>,
        bound: &Bound,
    ) -> Result<usize, DocumentError> {
        let Some(operation) = self.operation(operation_name) else {
            return Ok(0);
        };
        let fixed = self.costs.get(&operation_name.map(Name::new));
        let cost = match fixed {
            Some(cost) if cost.is_fixed => *cost,
            _ => self.cost(&operation.node, bound),
        };
        let (fields, most) = (cost.fields, self.schema.limits.cost);
        if fields > most {
            let message = format!(
                "the operation costs {fields}, and may cost {most}: ask for smaller pages or fewer fields"
            );
            let error = DocumentError::new(ErrorCode::TooComplex, message);
            return Err(error.at(operation.pos));
        }
        Ok(fields)
    }

    fn cost(&self, operation: &OperationDefinition, bound: &Bound) -> Cost {
        let types = &self.schema.types;
        let Some(root) = types.root(operation.ty) else {
            return Cost {
                fields: 0,
                is_fixed: true,
            };
        };
        let selected = (&operation.selection_set.node, root);
        cost::cost(types, &self.tree, selected, bound)
    }

    fn fixed_costs(&self) -> HashMap<Option<Name>, Cost> {
        let operations = self.tree.operations.iter();
        let costs = operations.map(|(name, operation)| {
            let cost = self.cost(&operation.node, &Bound::default());
            (name.cloned(), cost)
        });
        costs.collect()
    }

    /// Whether the engine may put the root's fields into another order than that of the selection.
    /// It runs those of a mutation one after the other (GraphQL specification, section 6.2.2).
    #[must_use]
    pub fn needs_order(&self, operation_name: Option<&str>) -> bool {
        self.operation(operation_name).is_some_and(|operation| {
            let items = &operation.node.selection_set.node.items;
            let is_field = |item: &Selection| matches!(item, Selection::Field(_));
            let several = items.len() != 1 || !items.iter().all(|item| is_field(&item.node));
            several && operation.node.ty == OperationType::Query
        })
    }

    /// Gives the answer to this document the shape that the specification asks for.
    pub fn complete(&self, operation_name: Option<&str>, response: &mut Response) {
        if let Some(operation) = self.operation(operation_name) {
            self.schema
                .types
                .complete(&self.tree, &operation.node, response);
        }
    }

    /// Has an operation executed: `execute` gets the request for the engine, parsed and with its
    /// variables bound, and gives the answer.
    pub async fn execute<F: Future<Output = Response>>(
        &self,
        operation_name: Option<&str>,
        bound: &Bound,
        execute: impl FnOnce(Request) -> F,
    ) -> Response {
        let Some((request, has_placeholders)) = self.request(operation_name, bound) else {
            return Response::default();
        };
        let mut response = execute(request).await;
        if has_placeholders {
            binding::take_placeholders(&mut response.data);
        }
        response
    }

    /// Has a subscription executed: the same, with as many answers as come.
    pub fn subscribe(
        &self,
        operation_name: Option<&str>,
        bound: &Bound,
        subscribe: impl FnOnce(Request) -> BoxStream<'static, Response>,
    ) -> BoxStream<'static, Response> {
        let request = self.request(operation_name, bound);
        let has_placeholders = request.as_ref().is_some_and(|(_, it)| *it);
        let answers = request.map(|(request, _)| subscribe(request));
        let answers = stream::iter(answers).flatten().map(move |mut answer| {
            if has_placeholders {
                binding::take_placeholders(&mut answer.data);
            }
            answer
        });
        answers.boxed()
    }

    /// The request for the engine, and whether its answers have placeholders in them.
    fn request(&self, operation_name: Option<&str>, bound: &Bound) -> Option<(Request, bool)> {
        let operation = self.operation(operation_name)?;
        let types = &self.schema.types;
        let (mut tree, has_placeholders) =
            binding::bound_document(types, &self.tree, operation, bound);
        subscription_root::spread(&mut tree);
        let mut request = Request::new("");
        request.set_parsed_query(tree);
        Some((request, has_placeholders))
    }
}
