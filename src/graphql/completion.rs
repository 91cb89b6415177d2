//! Gives an answer the shape that the specification asks for and the engine does not.
//!
//! The engine leaves a failed field out of its object, where it should be null or take its parent
//! with it (GraphQL specification, section 6.4.4 "Handling Execution Errors"), and puts the root's
//! fields in the order in which they were ready (section 7.2.2 "Serialized Map Ordering").

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    BaseType, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet, Type,
};
use async_graphql::{Name, PathSegment, Response, Value};

use super::types::{SchemaTypes, named};

impl SchemaTypes {
    /// Completes the answer to `operation` of `document`.
    pub(super) fn complete(
        &self,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        response: &mut Response,
    ) {
        let Some(root) = self.root(operation.ty) else {
            return;
        };
        let walk = Walk {
            types: self,
            document,
            root: (&operation.selection_set.node, &root.name),
        };
        let failed = response.errors.iter().map(|error| error.path.as_slice());
        let failed = failed.filter(|path| !path.is_empty());
        let mut nulls: Vec<&[PathSegment]> = Vec::new();
        for path in failed {
            let Some(length) = walk.deepest_nullable(path) else {
                response.data = Value::Null;
                return;
            };
            nulls.push(&path[..length]);
        }
        // What is above goes first; what is then below a null has no place any more.
        nulls.sort_by_key(|path| path.len());
        let mut done: Vec<&[PathSegment]> = Vec::new();
        for path in nulls {
            if !done.iter().any(|above| path.starts_with(above)) {
                walk.put_null(&mut response.data, path);
                done.push(path);
            }
        }
        if let Value::Object(object) = &mut response.data {
            let order = walk.keys(&[walk.root]);
            sort(object, &order);
        }
    }
}

/// Some selection sets with the names of the types that they select from.
type Selections<'a> = Vec<(&'a SelectionSet, &'a Name)>;

struct Walk<'a> {
    types: &'a SchemaTypes,
    document: &'a ExecutableDocument,
    /// What the operation selects, and from which type.
    root: (&'a SelectionSet, &'a Name),
}

impl<'a> Walk<'a> {
    /// How much of a path, at most, leads to a place that may be null; `None` if no place may.
    fn deepest_nullable(&self, path: &[PathSegment]) -> Option<usize> {
        let mut selections: Selections<'_> = vec![self.root];
        let mut ty: Option<&Type> = None;
        let mut deepest = None;
        for (depth, segment) in (1..).zip(path) {
            let next = match segment {
                PathSegment::Field(key) => {
                    let fields = self.fields(&selections, key);
                    let next = fields.iter().find_map(|(field, parent)| {
                        let info = self.types.field(parent, &field.name.node)?;
                        Some(&info.ty)
                    })?;
                    let inner = fields
                        .into_iter()
                        .map(|(field, _)| &field.selection_set.node);
                    selections = inner.map(|set| (set, named(next))).collect();
                    next
                }
                PathSegment::Index(_) => match &ty?.base {
                    BaseType::List(item) => item,
                    BaseType::Named(_) => return deepest,
                },
            };
            if next.nullable {
                deepest = Some(depth);
            }
            ty = Some(next);
        }
        deepest
    }

    /// The fields with this response key.
    fn fields<'b>(
        &self,
        selections: &[(&'b SelectionSet, &'b Name)],
        key: &str,
    ) -> Vec<(&'b Field, &'b Name)>
    where
        'a: 'b,
    {
        let mut fields = self.flattened(selections);
        fields.retain(|(field, _)| field.response_key().node == key);
        fields
    }

    /// All fields, with those of fragments in the places where they are spread.
    fn flattened<'b>(
        &self,
        selections: &[(&'b SelectionSet, &'b Name)],
    ) -> Vec<(&'b Field, &'b Name)>
    where
        'a: 'b,
    {
        let mut fields = Vec::new();
        for (set, parent) in selections {
            for item in &set.items {
                match &item.node {
                    Selection::Field(field) => fields.push((&field.node, *parent)),
                    Selection::InlineFragment(fragment) => {
                        let condition = fragment.node.type_condition.as_ref();
                        let parent = condition.map_or(*parent, |it| &it.node.on.node);
                        let set = &fragment.node.selection_set.node;
                        fields.extend(self.flattened(&[(set, parent)]));
                    }
                    Selection::FragmentSpread(spread) => {
                        let name = &spread.node.fragment_name.node;
                        if let Some(fragment) = self.document.fragments.get(name) {
                            let parent = &fragment.node.type_condition.node.on.node;
                            let set = &fragment.node.selection_set.node;
                            fields.extend(self.flattened(&[(set, parent)]));
                        }
                    }
                }
            }
        }
        fields
    }

    fn keys(&self, selections: &[(&SelectionSet, &Name)]) -> Vec<Name> {
        let fields = self.flattened(selections);
        fields
            .iter()
            .map(|(field, _)| field.response_key().node.clone())
            .collect()
    }

    /// Makes null what is at `path`, and adds what is missing on the way.
    fn put_null(&self, data: &mut Value, path: &[PathSegment]) {
        let mut selections: Selections<'_> = vec![self.root];
        let mut place = data;
        for segment in path {
            place = match segment {
                PathSegment::Field(key) => {
                    // An object none of whose fields came out is null to the engine.
                    if *place == Value::Null {
                        *place = Value::Object(IndexMap::new());
                    }
                    let Value::Object(object) = place else { return };
                    let key = Name::new(key);
                    if !object.contains_key(&key) {
                        object.insert(key.clone(), Value::Null);
                        sort(object, &self.keys(&selections));
                    }
                    let fields = self.fields(&selections, &key);
                    let sets = fields.into_iter().map(|(field, parent)| {
                        let info = self.types.field(parent, &field.name.node);
                        let inner = info.map_or(parent, |info| named(&info.ty));
                        (&field.selection_set.node, inner)
                    });
                    selections = sets.collect();
                    let Some(place) = object.get_mut(&key) else {
                        return;
                    };
                    place
                }
                PathSegment::Index(index) => {
                    let Value::List(items) = place else { return };
                    let Some(item) = items.get_mut(*index) else {
                        return;
                    };
                    item
                }
            };
        }
        *place = Value::Null;
    }
}

/// Puts an object's fields into the order of the first occurrences of their keys.
fn sort(object: &mut IndexMap<Name, Value>, order: &[Name]) {
    object.sort_by_cached_key(|key, _| order.iter().position(|it| it == key));
}
