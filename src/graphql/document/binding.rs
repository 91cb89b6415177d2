//! An operation as the engine gets it: with the values of its variables in their places, without the
//! selections that `@skip` and `@include` leave out, and without the document's other operations.
//!
//! The engine would put null where a variable has no value, in fields of inputs too, and does not ask
//! the defaults of variables in `@skip`. Making its own copy of the tree with all that done costs no
//! more than copying it, which it needs anyway: it takes its document apart.
//!
//! Of an object from which nothing is selected, as by a fragment on another type, the engine makes null
//! where it should be empty. So where that may be, [`PLACEHOLDER`] is selected, and taken out of the
//! answer.

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition, InlineFragment,
    OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Pos, Positioned, Value as ConstValue};

use super::Value;
use super::validation::Bound;
use crate::graphql::types::{SchemaTypes, TypeInfo, named};

/// A name that no document can give, nor any object have that comes from the database.
const PLACEHOLDER: &str = "\0";

/// The document with this operation alone, its variables replaced; and whether placeholders are in it.
pub(super) fn bound_document(
    types: &SchemaTypes,
    document: &ExecutableDocument,
    operation: &Positioned<OperationDefinition>,
    bound: &Bound,
) -> (ExecutableDocument, bool) {
    let mut binding = Binding {
        types,
        document,
        bound,
        has_placeholders: false,
    };
    let (ty, set) = (operation.node.ty, &operation.node.selection_set);
    let copied = OperationDefinition {
        ty,
        variable_definitions: Vec::new(),
        directives: Vec::new(),
        selection_set: binding.of_object(set, types.root(ty)),
    };
    let fragments = document.fragments.iter().map(|(name, fragment)| {
        let on = types.get(&fragment.node.type_condition.node.on.node);
        let copied = FragmentDefinition {
            type_condition: fragment.node.type_condition.clone(),
            directives: Vec::new(),
            selection_set: binding.selection_set(&fragment.node.selection_set, on),
        };
        (name.clone(), Positioned::new(copied, fragment.pos))
    });
    let fragments = fragments.collect();
    let document = ExecutableDocument {
        operations: DocumentOperations::Single(Positioned::new(copied, operation.pos)),
        fragments,
    };
    (document, binding.has_placeholders)
}

/// Takes the placeholders out of an answer.
pub(super) fn take_placeholders(value: &mut ConstValue) {
    match value {
        ConstValue::Object(object) => {
            object.shift_remove(PLACEHOLDER);
            object.values_mut().for_each(take_placeholders);
        }
        ConstValue::List(items) => items.iter_mut().for_each(take_placeholders),
        _ => {}
    }
}

struct Binding<'a> {
    types: &'a SchemaTypes,
    document: &'a ExecutableDocument,
    bound: &'a Bound,
    has_placeholders: bool,
}

impl<'a> Binding<'a> {
    /// What is selected of objects.
    fn of_object(
        &mut self,
        set: &Positioned<SelectionSet>,
        parent: Option<&'a TypeInfo>,
    ) -> Positioned<SelectionSet> {
        let mut copied = self.selection_set(set, parent);
        if let Some(parent) = parent
            && !self.selects_always(&set.node, parent)
        {
            copied.node.items.push(placeholder(set.pos));
            self.has_placeholders = true;
        }
        copied
    }

    /// Whether something is selected whichever of its possible types an object has.
    fn selects_always(&self, set: &SelectionSet, parent: &TypeInfo) -> bool {
        let items = set.items.iter().map(|item| &item.node);
        let mut items = items.filter(|item| self.is_selected(item.directives()));
        items.any(|item| {
            let (on, set) = match item {
                Selection::Field(_) => return true,
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref();
                    (on.map(|it| &it.node.on.node), &fragment.node.selection_set)
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let Some(fragment) = self.document.fragments.get(name) else {
                        return false;
                    };
                    let on = &fragment.node.type_condition.node.on.node;
                    (Some(on), &fragment.node.selection_set)
                }
            };
            let on = on.map_or(Some(parent), |on| self.types.get(on));
            on.is_some_and(|on| {
                parent.possible.is_subset(&on.possible) && self.selects_always(&set.node, on)
            })
        })
    }

    fn selection_set(
        &mut self,
        set: &Positioned<SelectionSet>,
        parent: Option<&'a TypeInfo>,
    ) -> Positioned<SelectionSet> {
        let mut items = Vec::with_capacity(set.node.items.len());
        for item in &set.node.items {
            if self.is_selected(item.node.directives()) {
                let copied = self.selection(&item.node, parent);
                items.push(Positioned::new(copied, item.pos));
            }
        }
        Positioned::new(SelectionSet { items }, set.pos)
    }

    fn selection(&mut self, selection: &Selection, parent: Option<&'a TypeInfo>) -> Selection {
        match selection {
            Selection::Field(field) => {
                let copied = self.field(&field.node, parent);
                Selection::Field(Positioned::new(copied, field.pos))
            }
            Selection::FragmentSpread(spread) => {
                let mut copied = spread.clone();
                copied.node.directives.clear();
                Selection::FragmentSpread(copied)
            }
            Selection::InlineFragment(fragment) => {
                let condition = &fragment.node.type_condition;
                let on = condition
                    .as_ref()
                    .map(|it| self.types.get(&it.node.on.node));
                let copied = InlineFragment {
                    type_condition: condition.clone(),
                    directives: Vec::new(),
                    selection_set: self
                        .selection_set(&fragment.node.selection_set, on.unwrap_or(parent)),
                };
                Selection::InlineFragment(Positioned::new(copied, fragment.pos))
            }
        }
    }

    fn field(&mut self, field: &Field, parent: Option<&'a TypeInfo>) -> Field {
        let set = &field.selection_set;
        let selection_set = if set.node.items.is_empty() {
            set.clone()
        } else {
            let info = parent.and_then(|parent| parent.fields.get(&field.name.node));
            let inner = info.and_then(|info| self.types.get(named(&info.ty)));
            self.of_object(set, inner)
        };
        let arguments = field.arguments.iter().filter_map(|(name, argument)| {
            let value = value(&argument.node, self.bound)?;
            Some((name.clone(), Positioned::new(value, argument.pos)))
        });
        Field {
            alias: field.alias.clone(),
            name: field.name.clone(),
            arguments: arguments.collect(),
            directives: Vec::new(),
            selection_set,
        }
    }

    /// Sections 3.13.1 "@skip" and 3.13.2 "@include".
    fn is_selected(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().all(|directive| {
            let condition = directive.node.get_argument("if");
            let condition = condition.and_then(|it| value(&it.node, self.bound));
            match (directive.node.name.node.as_str(), condition) {
                ("skip", Some(Value::Boolean(condition))) => !condition,
                ("include", Some(Value::Boolean(condition))) => condition,
                _ => true,
            }
        })
    }
}

fn placeholder(position: Pos) -> Positioned<Selection> {
    let field = Field {
        alias: Some(Positioned::new(Name::new(PLACEHOLDER), position)),
        name: Positioned::new(Name::new("__typename"), position),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::default(),
    };
    let field = Selection::Field(Positioned::new(field, position));
    Positioned::new(field, position)
}

/// The value, or `None` for a variable that has none (section 6.4.1 "Coercing Field Arguments").
fn value(given: &Value, bound: &Bound) -> Option<Value> {
    Some(match given {
        Value::Variable(name) => return bound.get(name).cloned(),
        Value::List(items) => {
            // A list keeps its length.
            let items = items
                .iter()
                .map(|it| value(it, bound).unwrap_or(Value::Null));
            Value::List(items.collect())
        }
        Value::Object(object) => {
            let fields = object.iter();
            let fields = fields.filter_map(|(name, it)| Some((name.clone(), value(it, bound)?)));
            Value::Object(fields.collect::<IndexMap<_, _>>())
        }
        given => given.clone(),
    })
}
