use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{BaseType, OperationDefinition, Type, VariableDefinition};
use async_graphql::{Name, Positioned, Value as ConstValue, Variables};

use super::super::limits::check_lists;
use super::super::{DocumentError, Value};
use super::fragments::reached;
use super::values::{Fitting, Place, coerced};
use super::walk::{VariableUse, Walked};
use super::{MAX_ERRORS, Problems};
use crate::config::GraphqlLimits;
use crate::graphql::ErrorCode;
use crate::graphql::types::SchemaTypes;

/// The values of an operation's variables, defaults among them. One that has none is not there.
pub type Bound = HashMap<Name, Value>;

/// Checks that each variable is defined and used, and where (section 5.8 "Variables").
pub(super) fn check(walked: &Walked<'_>, problems: &mut Problems) {
    for (operation, contents) in &walked.operations {
        let definitions = operation.node.variable_definitions.iter();
        let definitions: HashMap<&Name, &Positioned<VariableDefinition>> = definitions
            .map(|definition| (&definition.node.name.node, definition))
            .collect();
        let fragments = reached(contents, walked);
        let fragments = fragments.iter().filter_map(|it| walked.fragments.get(*it));
        let contents = std::iter::once(contents).chain(fragments);
        let mut used = HashSet::new();
        for variable in contents.flat_map(|it| &it.uses) {
            used.insert(variable.name);
            if let Some(definition) = definitions.get(variable.name) {
                check_use(variable, &definition.node, problems);
            } else {
                let message = format!("the variable ${} is not defined", variable.name);
                problems.add_at([variable.position, operation.pos], message);
            }
        }
        for definition in &operation.node.variable_definitions {
            let name = &definition.node.name.node;
            if !used.contains(name) {
                problems.add(definition.pos, format!("the variable ${name} is not used"));
            }
        }
    }
}

/// Section 5.8.5 "All Variable Usages Are Allowed".
fn check_use(variable: &VariableUse<'_>, definition: &VariableDefinition, problems: &mut Problems) {
    let Some(place) = variable.place else {
        return;
    };
    let ty = &definition.var_type.node;
    let default = definition.default_value.as_ref().map(|it| &it.node);
    let has_default = place.has_default || default.is_some_and(|it| *it != ConstValue::Null);
    let fits = if place.is_one_of {
        !ty.nullable && base_fits(ty, place.ty)
    } else {
        (place.ty.nullable || !ty.nullable || has_default) && base_fits(ty, place.ty)
    };
    if !fits {
        let (name, expected) = (variable.name, place.ty);
        let must = if place.is_one_of {
            ", and never null"
        } else {
            ""
        };
        let message = format!(
            "the variable ${name} of the type {ty} stands where {expected} is expected{must}"
        );
        problems.add_at([variable.position, definition.name.pos], message);
    }
}

/// Whether a variable's type fits a place, but for null.
fn base_fits(variable: &Type, place: &Type) -> bool {
    match (&variable.base, &place.base) {
        (BaseType::Named(variable), BaseType::Named(place)) => variable == place,
        (BaseType::List(variable), BaseType::List(place)) => {
            (place.nullable || !variable.nullable) && base_fits(variable, place)
        }
        _ => false,
    }
}

/// Binds an operation's variables to what came with the request (section 6.1.2 "Coercing Variable
/// Values"). Values for variables that the operation does not have are passed over.
pub(in crate::graphql::document) fn bind(
    types: &SchemaTypes,
    limits: &GraphqlLimits,
    operation: &OperationDefinition,
    mut given: Variables,
) -> Result<Bound, Vec<DocumentError>> {
    let mut bound = HashMap::new();
    let mut errors = Vec::new();
    for definition in &operation.variable_definitions {
        let (name, ty) = (&definition.node.name.node, &definition.node.var_type.node);
        let mut refuse = |message: String| {
            if errors.len() < MAX_ERRORS {
                let error = DocumentError::new(ErrorCode::BadUserInput, message);
                errors.push(error.at(definition.pos));
            }
        };
        match (given.remove(name), &definition.node.default_value) {
            (Some(value), _) => {
                let value = coerced(types, value, ty);
                check_lists(&value, limits).map_err(|error| error.at(definition.pos))?;
                let mut fitting = Fitting::new(types);
                fitting.check(&value, Place::within(ty));
                let misfits = std::mem::take(&mut fitting.misfits);
                for misfit in misfits {
                    refuse(misfit.of(&format!("${name}")));
                }
                bound.insert(name.clone(), value);
            }
            (None, Some(default)) => {
                bound.insert(name.clone(), default.node.clone().into_value());
            }
            (None, None) if ty.nullable => {}
            (None, None) => refuse(format!(
                "the variable ${name} of the type {ty} has no value"
            )),
        }
    }
    if errors.is_empty() {
        Ok(bound)
    } else {
        Err(errors)
    }
}
