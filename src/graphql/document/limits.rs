use std::collections::HashMap;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Pos, Positioned};

use super::{DocumentError, Value};
use crate::config::GraphqlLimits;
use crate::graphql::ErrorCode;

/// How often the lists that introspection has may lie within each other. Types have fields, which have
/// types, without end; no tool asks for more than the fields of all types.
const MAX_INTROSPECTION_LISTS: usize = 2;
/// The lists of introspection that lead to further types.
const INTROSPECTION_LISTS: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];

/// The size of what a selection set stands for, once its fragments are spread.
#[derive(Clone, Copy, Default)]
struct Size {
    /// Those of the set itself.
    roots: usize,
    /// With those that they select.
    fields: usize,
    depth: usize,
    /// Selection sets within each other, with those of fragments.
    nesting: usize,
    aliases: usize,
    directives: usize,
    /// Lists of introspection within each other.
    introspection: usize,
}

impl Size {
    fn and(self, other: Self) -> Self {
        Self {
            roots: self.roots.saturating_add(other.roots),
            fields: self.fields.saturating_add(other.fields),
            depth: self.depth.max(other.depth),
            nesting: self.nesting.max(other.nesting),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            introspection: self.introspection.max(other.introspection),
        }
    }
}

/// Refuses documents whose fragments spread without end, or to more than can be executed.
///
/// Looks at each fragment once, so it takes time in proportion to the document's length.
pub(super) fn check(
    document: &ExecutableDocument,
    limits: &GraphqlLimits,
) -> Result<(), DocumentError> {
    for (most, count, what) in [
        (
            limits.operations,
            document.operations.iter().len(),
            "operations",
        ),
        (limits.fragments, document.fragments.len(), "fragments"),
    ] {
        if count > most {
            return Err(too_complex(format!(
                "the document has more than {most} {what}"
            )));
        }
    }
    let mut measure = Measure {
        document,
        limits,
        fragments: HashMap::new(),
        level: 0,
    };
    for (_, operation) in document.operations.iter() {
        measure.operation(&operation.node).map_err(|error| {
            if error.positions.is_empty() {
                error.at(operation.pos)
            } else {
                error
            }
        })?;
    }
    // Those that nothing spreads, too: whoever checks that walks through them.
    for name in document.fragments.keys() {
        measure.fragment(name)?;
    }
    Ok(())
}

/// Refuses lists in a value that are too long.
pub(super) fn check_lists(value: &Value, limits: &GraphqlLimits) -> Result<(), DocumentError> {
    match value {
        Value::List(items) if items.len() > limits.list_items => {
            let most = limits.list_items;
            Err(too_complex(format!("a list has more than {most} items")))
        }
        Value::List(items) => items.iter().try_for_each(|it| check_lists(it, limits)),
        Value::Object(object) => object.values().try_for_each(|it| check_lists(it, limits)),
        _ => Ok(()),
    }
}

fn too_complex(message: String) -> DocumentError {
    DocumentError::new(ErrorCode::TooComplex, message)
}

struct Measure<'a> {
    document: &'a ExecutableDocument,
    limits: &'a GraphqlLimits,
    /// `None` while a fragment is being measured: whoever meets it then is inside of it.
    fragments: HashMap<&'a Name, Option<Size>>,
    /// How many selection sets are being measured, each within the one before.
    level: usize,
}

impl<'a> Measure<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<(), DocumentError> {
        let size = self.selection_set(&operation.selection_set.node)?;
        let own = self.directives(&operation.directives)?;
        let variables = &operation.variable_definitions;
        let of_variables = variables.iter().map(|it| it.node.directives.len());
        let directives =
            of_variables.fold(size.directives.saturating_add(own), usize::saturating_add);
        let limits = self.limits;
        for (most, count, what) in [
            (limits.root_fields, size.roots, "fields at its root"),
            (limits.fields, size.fields, "fields"),
            (limits.depth, size.depth, "levels of fields"),
            (limits.nesting, size.nesting, "levels of selections"),
            (limits.aliases, size.aliases, "aliases"),
            (limits.directives, directives, "directives"),
            (limits.variables, variables.len(), "variables"),
        ] {
            if count > most {
                return Err(too_complex(format!(
                    "the operation has more than {most} {what}"
                )));
            }
        }
        for default in variables
            .iter()
            .filter_map(|it| it.node.default_value.as_ref())
        {
            let value = default.node.clone().into_value();
            check_lists(&value, limits).map_err(|error| error.at(default.pos))?;
        }
        Ok(())
    }

    fn selection_set(&mut self, set: &'a SelectionSet) -> Result<Size, DocumentError> {
        // Fragments that are nested, and spread each other, are deeper than the text's brackets.
        if self.level >= self.limits.nesting {
            let most = self.limits.nesting;
            return Err(too_complex(format!(
                "more than {most} selections lie within each other"
            )));
        }
        self.level += 1;
        let size = self.items(set);
        self.level -= 1;
        size
    }

    fn items(&mut self, set: &'a SelectionSet) -> Result<Size, DocumentError> {
        let mut total = Size::default();
        for item in &set.items {
            let mut size = match &item.node {
                Selection::Field(field) => {
                    for (_, value) in &field.node.arguments {
                        check_lists(&value.node, self.limits).map_err(|it| it.at(value.pos))?;
                    }
                    let inner = self.selection_set(&field.node.selection_set.node)?;
                    let name = field.node.name.node.as_str();
                    measured(name, field.node.alias.is_some(), inner, field.pos)?
                }
                Selection::InlineFragment(fragment) => {
                    self.selection_set(&fragment.node.selection_set.node)?
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    self.fragment(name).map_err(|error| error.at(spread.pos))?
                }
            };
            let own = self.directives(item.node.directives())?;
            size.directives = size.directives.saturating_add(own);
            total = total.and(size);
        }
        total.nesting = total.nesting.saturating_add(1);
        Ok(total)
    }

    fn directives(&self, directives: &[Positioned<Directive>]) -> Result<usize, DocumentError> {
        let most = self.limits.directives_at_one_place;
        match directives.get(most) {
            Some(first) => {
                let message = format!("more than {most} directives are at one place");
                Err(too_complex(message).at(first.pos))
            }
            None => Ok(directives.len()),
        }
    }

    fn fragment(&mut self, name: &'a Name) -> Result<Size, DocumentError> {
        let invalid = |message| DocumentError::new(ErrorCode::GraphqlValidationFailed, message);
        match self.fragments.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => {
                return Err(invalid(format!("fragment \"{name}\" spreads itself")));
            }
            None => {}
        }
        let Some(fragment) = self.document.fragments.get(name) else {
            return Err(invalid(format!("no fragment is named \"{name}\"")));
        };
        self.fragments.insert(name, None);
        let size = self.selection_set(&fragment.node.selection_set.node)?;
        self.fragments.insert(name, Some(size));
        Ok(size)
    }
}

/// The size of a field, of what is selected of it.
fn measured(
    name: &str,
    has_alias: bool,
    inner: Size,
    position: Pos,
) -> Result<Size, DocumentError> {
    let lists = inner.introspection;
    if matches!(name, "__schema" | "__type") && lists > MAX_INTROSPECTION_LISTS {
        let message = "the schema is asked for fields of fields of fields".to_owned();
        return Err(too_complex(message).at(position));
    }
    Ok(Size {
        roots: 1,
        fields: inner.fields.saturating_add(1),
        depth: inner.depth.saturating_add(1),
        nesting: inner.nesting,
        aliases: inner.aliases.saturating_add(usize::from(has_alias)),
        directives: inner.directives,
        introspection: lists.saturating_add(usize::from(INTROSPECTION_LISTS.contains(&name))),
    })
}
