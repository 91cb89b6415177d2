//! Whether fields that share a response name can be one field in the answer (section 5.3.2 "Field
//! Selection Merging").
//!
//! The specification's text compares every two fields, and again for each fragment that has them. Here
//! fields of one name are a group, and each is compared with the first: all are alike if each is like
//! the first. So the time is in proportion to the fields after spreading, of which there is a limit.

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    BaseType, ExecutableDocument, Field, Selection, SelectionSet, Type,
};
use async_graphql::{Name, Positioned};

use super::Problems;
use crate::graphql::types::{Kind, SchemaTypes, TypeInfo, named};

/// How many fields may be looked at, in all comparisons together. Selections of objects within
/// selections of interfaces are looked at once for each object.
const MAX_WORK: usize = 200_000;

#[derive(Clone, Copy)]
struct Selected<'a> {
    field: &'a Positioned<Field>,
    parent: &'a TypeInfo,
    ty: Option<&'a Type>,
}

struct Overlap<'a, 'p> {
    types: &'a SchemaTypes,
    document: &'a ExecutableDocument,
    problems: &'p mut Problems,
    work: usize,
}

pub(super) fn check(types: &SchemaTypes, document: &ExecutableDocument, problems: &mut Problems) {
    for (_, operation) in document.operations.iter() {
        let Some(root) = types.root(operation.node.ty) else {
            continue;
        };
        let mut overlap = Overlap {
            types,
            document,
            problems,
            work: 0,
        };
        let mut fields = Vec::new();
        overlap.collect(&operation.node.selection_set.node, root, &mut fields);
        overlap.check_shapes(&fields);
        // Two fields of different types have been told of; their arguments are of no interest then.
        if overlap.problems.0.is_empty() {
            overlap.check_same(&fields);
        }
        if overlap.work > MAX_WORK {
            let message = "the fields of the operation overlap in too many ways";
            overlap.problems.add(operation.pos, message);
        }
    }
}

impl<'a> Overlap<'a, '_> {
    fn collect(&self, set: &'a SelectionSet, parent: &'a TypeInfo, fields: &mut Vec<Selected<'a>>) {
        for item in &set.items {
            let (set, on) = match &item.node {
                Selection::Field(field) => {
                    let info = parent.fields.get(&field.node.name.node);
                    fields.push(Selected {
                        field,
                        parent,
                        ty: info.map(|info| &info.ty),
                    });
                    continue;
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    (&fragment.node.selection_set, condition)
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let Some(fragment) = self.document.fragments.get(name) else {
                        continue;
                    };
                    let condition = Some(&fragment.node.type_condition);
                    (&fragment.node.selection_set, condition)
                }
            };
            let on = on.and_then(|it| self.types.get(&it.node.on.node));
            self.collect(&set.node, on.unwrap_or(parent), fields);
        }
    }

    /// What the fields of a group select.
    fn inner(&self, group: &[Selected<'a>]) -> Vec<Selected<'a>> {
        let mut fields = Vec::new();
        for selected in group {
            let parent = selected.ty.and_then(|ty| self.types.get(named(ty)));
            if let Some(parent) = parent {
                let set = &selected.field.node.selection_set.node;
                self.collect(set, parent, &mut fields);
            }
        }
        fields
    }

    fn is_done(&mut self, fields: usize) -> bool {
        self.work = self.work.saturating_add(fields);
        self.problems.is_full() || self.work > MAX_WORK
    }

    /// Fields of one name have values of one shape, whatever the objects are.
    fn check_shapes(&mut self, fields: &[Selected<'a>]) {
        if self.is_done(fields.len()) {
            return;
        }
        for (key, group) in by_key(fields) {
            let first = group[0];
            let other = group.iter().find(|it| !self.have_one_shape(first, **it));
            if let Some(other) = other {
                let (a, b) = (shape(first), shape(*other));
                let message = format!("\"{key}\" would be {a} and {b}: name one of them anew");
                self.problems
                    .add_at([first.field.pos, other.field.pos], message);
                continue;
            }
            let inner = self.inner(&group);
            if !inner.is_empty() {
                self.check_shapes(&inner);
            }
        }
    }

    fn have_one_shape(&self, one: Selected<'_>, other: Selected<'_>) -> bool {
        let (Some(mut one), Some(mut other)) = (one.ty, other.ty) else {
            return true;
        };
        loop {
            if one.nullable != other.nullable {
                return false;
            }
            match (&one.base, &other.base) {
                (BaseType::List(a), BaseType::List(b)) => (one, other) = (a, b),
                (BaseType::Named(a), BaseType::Named(b)) => {
                    let is_composite = |it| self.types.get(it).is_some_and(TypeInfo::is_composite);
                    return a == b || (is_composite(a) && is_composite(b));
                }
                _ => return false,
            }
        }
    }

    /// Fields of one name are the same field, with the same arguments, where one object may have both.
    fn check_same(&mut self, fields: &[Selected<'a>]) {
        if self.is_done(fields.len()) {
            return;
        }
        for (key, group) in by_key(fields) {
            for group in by_object(group) {
                let first = group[0];
                let other = group.iter().find(|it| !is_same(first, **it));
                if let Some(other) = other {
                    let (a, b) = (&first.field.node.name.node, &other.field.node.name.node);
                    let message = if a == b {
                        format!("\"{key}\" has different arguments: name one of them anew")
                    } else {
                        format!("\"{key}\" would be \"{a}\" and \"{b}\": name one of them anew")
                    };
                    self.problems
                        .add_at([first.field.pos, other.field.pos], message);
                    continue;
                }
                let inner = self.inner(&group);
                if !inner.is_empty() {
                    self.check_same(&inner);
                }
            }
        }
    }
}

fn by_key<'a>(fields: &[Selected<'a>]) -> IndexMap<&'a Name, Vec<Selected<'a>>> {
    let mut groups: IndexMap<&Name, Vec<Selected<'_>>> = IndexMap::new();
    for selected in fields {
        let key = &selected.field.node.response_key().node;
        groups.entry(key).or_default().push(*selected);
    }
    groups
}

/// The fields that one object may have: those of each object type, with those of all interfaces.
fn by_object(group: Vec<Selected<'_>>) -> Vec<Vec<Selected<'_>>> {
    let is_object = |it: &Selected<'_>| matches!(it.parent.kind, Kind::Object);
    if group
        .iter()
        .all(|it| it.parent.name == group[0].parent.name)
        || !group.iter().any(is_object)
    {
        return vec![group];
    }
    let (objects, others): (Vec<_>, Vec<_>) = group.into_iter().partition(is_object);
    let mut groups: IndexMap<&Name, Vec<Selected<'_>>> = IndexMap::new();
    for selected in objects {
        let of_object = groups.entry(&selected.parent.name);
        of_object.or_default().push(selected);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    for group in &mut groups {
        group.extend(&others);
    }
    groups
}

fn is_same(one: Selected<'_>, other: Selected<'_>) -> bool {
    let (one, other) = (&one.field.node, &other.field.node);
    one.name.node == other.name.node
        && one.arguments.len() == other.arguments.len()
        && one.arguments.iter().all(|(name, value)| {
            let other = other.get_argument(&name.node);
            other.is_some_and(|other| other.node == value.node)
        })
}

fn shape(selected: Selected<'_>) -> String {
    selected.ty.map_or(String::new(), ToString::to_string)
}
