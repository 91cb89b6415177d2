use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{
    Directive, DirectiveLocation, ExecutableDocument, Field, FragmentDefinition,
    OperationDefinition, OperationType, Selection, SelectionSet, TypeCondition,
};
use async_graphql::{Name, Pos, Positioned};

use super::super::Value;
use super::Problems;
use super::suggestions::suggestion;
use super::values::{Fitting, Place};
use crate::graphql::types::{InputInfo, SchemaTypes, TypeInfo, named};

/// What an operation or a fragment holds by itself, without what it spreads.
#[derive(Default)]
pub(super) struct Contents<'a> {
    /// Variables in values.
    pub(super) uses: Vec<VariableUse<'a>>,
    /// The fragments that it spreads.
    pub(super) spreads: HashSet<&'a Name>,
}

/// A variable in a value.
pub(super) struct VariableUse<'a> {
    pub(super) name: &'a Name,
    pub(super) position: Pos,
    /// `None` where anything may stand.
    pub(super) place: Option<Place<'a>>,
}

/// What was found on the way.
pub(super) struct Walked<'a> {
    pub(super) operations: Vec<(&'a Positioned<OperationDefinition>, Contents<'a>)>,
    pub(super) fragments: HashMap<&'a Name, Contents<'a>>,
}

/// Walks through a document, one definition after the other.
pub(super) struct Walk<'a, 'p> {
    types: &'a SchemaTypes,
    document: &'a ExecutableDocument,
    problems: &'p mut Problems,
    contents: Contents<'a>,
}

type Arguments<'a> = &'a [(Positioned<Name>, Positioned<Value>)];

impl<'a, 'p> Walk<'a, 'p> {
    /// Checks every part of a document against the schema, each by itself.
    pub(super) fn document(
        types: &'a SchemaTypes,
        document: &'a ExecutableDocument,
        problems: &'p mut Problems,
    ) -> Walked<'a> {
        let mut walk = Self {
            types,
            document,
            problems,
            contents: Contents::default(),
        };
        let mut walked = Walked {
            operations: Vec::new(),
            fragments: HashMap::new(),
        };
        for (_, operation) in document.operations.iter() {
            walk.operation(operation);
            let contents = std::mem::take(&mut walk.contents);
            walked.operations.push((operation, contents));
        }
        let mut fragments: Vec<_> = document.fragments.iter().collect();
        fragments.sort_by_key(|(_, fragment)| (fragment.pos.line, fragment.pos.column));
        for (name, fragment) in fragments {
            walk.fragment(name, &fragment.node);
            let contents = std::mem::take(&mut walk.contents);
            walked.fragments.insert(name, contents);
        }
        walked
    }

    fn operation(&mut self, operation: &'a Positioned<OperationDefinition>) {
        let location = match operation.node.ty {
            OperationType::Query => DirectiveLocation::Query,
            OperationType::Mutation => DirectiveLocation::Mutation,
            OperationType::Subscription => DirectiveLocation::Subscription,
        };
        self.directives(&operation.node.directives, location);
        self.variable_definitions(&operation.node);
        if let Some(root) = self.types.root(operation.node.ty) {
            self.selection_set(&operation.node.selection_set.node, root);
        } else {
            let message = format!("the schema has no {}s", operation.node.ty);
            self.problems.add(operation.pos, message);
        }
    }

    fn variable_definitions(&mut self, operation: &'a OperationDefinition) {
        let mut names = HashSet::new();
        for definition in &operation.variable_definitions {
            let (variable, position) = (&definition.node, definition.pos);
            let name = &variable.name.node;
            if !names.insert(name) {
                let message = format!("the variable ${name} is defined twice");
                self.problems.add(position, message);
            }
            self.directives(&variable.directives, DirectiveLocation::VariableDefinition);
            let ty = &variable.var_type.node;
            match self.types.get(named(ty)) {
                Some(info) if info.is_input() => {
                    if let Some(default) = &variable.default_value {
                        let value = default.node.clone().into_value();
                        let mut fitting = Fitting::new(self.types);
                        fitting.check(&value, Place::within(ty));
                        for misfit in fitting.misfits {
                            let place = misfit.of(&format!("${name}"));
                            self.problems.add(default.pos, place);
                        }
                    }
                }
                Some(_) => {
                    let message = format!("the variable ${name} cannot be of the type {ty}");
                    self.problems.add(variable.var_type.pos, message);
                }
                None => self.unknown_type(named(ty), variable.var_type.pos),
            }
        }
    }

    fn fragment(&mut self, name: &'a Name, fragment: &'a FragmentDefinition) {
        self.directives(&fragment.directives, DirectiveLocation::FragmentDefinition);
        if let Some(on) = self.condition(&fragment.type_condition, &format!("\"{name}\"")) {
            self.selection_set(&fragment.selection_set.node, on);
        }
    }

    /// The type that a fragment is on, if fields can be selected from it.
    fn condition(
        &mut self,
        condition: &'a Positioned<TypeCondition>,
        fragment: &str,
    ) -> Option<&'a TypeInfo> {
        let name = &condition.node.on.node;
        let Some(info) = self.types.get(name) else {
            self.unknown_type(name, condition.pos);
            return None;
        };
        if !info.is_composite() {
            let message =
                format!("the fragment {fragment} cannot be on {name}, which has no fields");
            self.problems.add(condition.pos, message);
            return None;
        }
        Some(info)
    }

    fn unknown_type(&mut self, name: &Name, position: Pos) {
        let nearest = suggestion(self.types, name, self.types.names());
        let message = format!("there is no type \"{name}\"{nearest}");
        self.problems.add(position, message);
    }

    fn selection_set(&mut self, set: &'a SelectionSet, parent: &'a TypeInfo) {
        for item in &set.items {
            if self.problems.is_full() {
                return;
            }
            match &item.node {
                Selection::Field(field) => self.field(field, parent),
                Selection::InlineFragment(fragment) => {
                    let directives = &fragment.node.directives;
                    self.directives(directives, DirectiveLocation::InlineFragment);
                    let on = match &fragment.node.type_condition {
                        None => Some(parent),
                        Some(condition) => self.condition(condition, "without a name"),
                    };
                    if let Some(on) = on {
                        self.possible(on, parent, fragment.pos);
                        self.selection_set(&fragment.node.selection_set.node, on);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let directives = &spread.node.directives;
                    self.directives(directives, DirectiveLocation::FragmentSpread);
                    let name = &spread.node.fragment_name.node;
                    self.contents.spreads.insert(name);
                    // A type that there is not is told of where the fragment is defined.
                    let fragment = self.document.fragments.get(name);
                    let on = fragment.map(|it| &it.node.type_condition.node.on.node);
                    if let Some(on) = on.and_then(|on| self.types.get(on)) {
                        self.possible(on, parent, spread.pos);
                    }
                }
            }
        }
    }

    /// A fragment can only be where there may be objects of its type.
    fn possible(&mut self, on: &TypeInfo, parent: &TypeInfo, position: Pos) {
        if on.is_composite() && on.possible.is_disjoint(&parent.possible) {
            let (on, parent) = (&on.name, &parent.name);
            let message = format!("a fragment on {on} can never apply to {parent}");
            self.problems.add(position, message);
        }
    }

    fn field(&mut self, positioned: &'a Positioned<Field>, parent: &'a TypeInfo) {
        let (field, position) = (&positioned.node, positioned.pos);
        self.directives(&field.directives, DirectiveLocation::Field);
        let name = &field.name.node;
        let Some(info) = parent.fields.get(name) else {
            let nearest = suggestion(self.types, name, parent.fields.keys());
            let message = format!("the type {} has no field \"{name}\"{nearest}", parent.name);
            self.problems.add(position, message);
            return;
        };
        let of = || format!("the field \"{name}\" of {}", parent.name);
        self.arguments(&field.arguments, &info.arguments, position, &of);
        let has_selection = !field.selection_set.node.items.is_empty();
        match self.types.get(named(&info.ty)) {
            Some(inner) if inner.is_composite() && has_selection => {
                self.selection_set(&field.selection_set.node, inner);
            }
            Some(inner) if inner.is_composite() => {
                let message = format!("{} is a {}: select fields of it", of(), inner.name);
                self.problems.add(position, message);
            }
            _ if has_selection => {
                let message = format!("{} has no fields to select", of());
                self.problems.add(position, message);
            }
            _ => {}
        }
    }

    fn arguments(
        &mut self,
        given: Arguments<'a>,
        known: &'a HashMap<Name, InputInfo>,
        position: Pos,
        of: &dyn Fn() -> String,
    ) {
        let mut names = HashSet::new();
        for (name, value) in given {
            let Some(info) = known.get(&name.node) else {
                let nearest = suggestion(self.types, &name.node, known.keys());
                let message = format!("{} has no argument \"{}\"{nearest}", of(), name.node);
                self.problems.add(name.pos, message);
                continue;
            };
            if !names.insert(&name.node) {
                let message = format!("{} has the argument \"{}\" twice", of(), name.node);
                self.problems.add(name.pos, message);
                continue;
            }
            self.value(&name.node, value, Place::of(info), of);
        }
        let mut missing: Vec<&Name> = known
            .iter()
            .filter(|(name, info)| info.is_required() && !names.contains(name))
            .map(|(name, _)| name)
            .collect();
        missing.sort();
        for name in missing {
            let message = format!("{} needs the argument \"{name}\"", of());
            self.problems.add(position, message);
        }
    }

    fn value(
        &mut self,
        argument: &Name,
        value: &'a Positioned<Value>,
        place: Place<'a>,
        of: &dyn Fn() -> String,
    ) {
        let mut fitting = Fitting::new(self.types);
        fitting.check(&value.node, place);
        for misfit in fitting.misfits {
            let message = format!("{}: {}", of(), misfit.of(argument));
            self.problems.add(value.pos, message);
        }
        let uses = fitting.uses.into_iter().map(|(name, place)| VariableUse {
            name,
            position: value.pos,
            place,
        });
        self.contents.uses.extend(uses);
    }

    fn directives(&mut self, directives: &'a [Positioned<Directive>], location: DirectiveLocation) {
        let mut names = HashSet::new();
        for directive in directives {
            let (name, position) = (&directive.node.name.node, directive.pos);
            let Some(info) = self.types.directive(name) else {
                let message = format!("there is no directive @{name}");
                self.problems.add(position, message);
                continue;
            };
            if !info.locations.contains(&location) {
                let message = format!("the directive @{name} cannot be here");
                self.problems.add(position, message);
                continue;
            }
            // None may be repeated; the parser calls all of them repeatable.
            if !names.insert(name) {
                let message = format!("the directive @{name} is here twice");
                self.problems.add(position, message);
            }
            let of = || format!("the directive @{name}");
            self.arguments(&directive.node.arguments, &info.arguments, position, &of);
        }
    }
}
