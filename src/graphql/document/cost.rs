//! What an operation costs, told before it runs: in fields of its answer, as far as the sizes of pages
//! and lists tell, where those that take more work count more.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::parser::types::{ExecutableDocument, Field, Selection, SelectionSet};

use super::Value;
use super::validation::Bound;
use crate::blog::change_log;
use crate::graphql::connection::page_size;
use crate::graphql::types::{FieldInfo, SchemaTypes, TypeInfo, named};

/// Fields that cost more than one of a row: large columns, and texts that are made anew each time.
const PRICES: [(&str, &str, usize); 11] = [
    ("Post", "content", 5),
    ("Post", "contentHtml", 20),
    ("Post", "jsonLd", 20),
    ("Post", "previewLinks", 5),
    ("Post", "tableOfContents", 20),
    ("PostEdge", "searchHighlight", 20),
    ("PostRevision", "content", 5),
    ("PostRevision", "contentHtml", 20),
    ("PostRevision", "diff", 20),
    ("PostRevision", "excerpt", 5),
    ("PostRevision", "intact", 20),
];

/// Lists that are handed out in parts of a size of their own.
const LISTS: [(&str, &str); 1] = [("ContentChanges", "changes")];

/// A cost, and whether it is the same whatever the variables are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    pub(super) fields: usize,
    pub(super) is_fixed: bool,
}

/// The cost of what `set` selects from `root`. Without an end, as of a page whose size is not known to
/// be less, the largest counts.
pub(super) fn cost(
    types: &SchemaTypes,
    document: &ExecutableDocument,
    (set, root): (&SelectionSet, &TypeInfo),
    bound: &Bound,
) -> Cost {
    let mut pricing = Pricing {
        types,
        document,
        bound,
        fragments: HashMap::new(),
        is_fixed: true,
    };
    Cost {
        fields: pricing.selection_set(set, root),
        is_fixed: pricing.is_fixed,
    }
}

struct Pricing<'a> {
    types: &'a SchemaTypes,
    document: &'a ExecutableDocument,
    bound: &'a Bound,
    /// Each is priced once, however often it is spread.
    fragments: HashMap<&'a Name, usize>,
    is_fixed: bool,
}

impl<'a> Pricing<'a> {
    fn selection_set(&mut self, set: &'a SelectionSet, parent: &'a TypeInfo) -> usize {
        let mut total = 0_usize;
        for item in &set.items {
            let cost = match &item.node {
                Selection::Field(field) => self.field(&field.node, parent),
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let on = condition.and_then(|it| self.types.get(&it.node.on.node));
                    self.selection_set(&fragment.node.selection_set.node, on.unwrap_or(parent))
                }
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node),
            };
            total = total.saturating_add(cost);
        }
        total
    }

    fn fragment(&mut self, name: &'a Name) -> usize {
        if let Some(cost) = self.fragments.get(name) {
            return *cost;
        }
        let Some(fragment) = self.document.fragments.get(name) else {
            return 0;
        };
        let on = &fragment.node.type_condition.node.on.node;
        let cost = match self.types.get(on) {
            Some(on) => self.selection_set(&fragment.node.selection_set.node, on),
            None => 0,
        };
        self.fragments.insert(name, cost);
        cost
    }

    fn field(&mut self, field: &'a Field, parent: &'a TypeInfo) -> usize {
        let name = &field.name.node;
        let Some(info) = parent.fields.get(name) else {
            return 1;
        };
        let inner = match self.types.get(named(&info.ty)) {
            Some(ty) => self.selection_set(&field.selection_set.node, ty),
            None => 0,
        };
        let mut prices = PRICES.iter();
        let own = prices.find(|it| it.0 == parent.name && it.1 == *name);
        let own = own.map_or(1, |it| it.2);
        match self.count(field, info) {
            Count::One if LISTS.contains(&(&parent.name, name)) => {
                inner.saturating_mul(change_log::PART).saturating_add(own)
            }
            Count::One => inner.saturating_add(own),
            Count::Page(size) => inner.saturating_mul(size).saturating_add(own),
            Count::Each(length) => inner.saturating_add(own).saturating_mul(length),
        }
    }

    /// How many objects a field gives at most.
    fn count(&mut self, field: &'a Field, info: &FieldInfo) -> Count {
        if info.arguments.contains_key("first") && named(&info.ty).ends_with("Connection") {
            let number = |value: Option<&Value>| match value {
                Some(Value::Number(number)) => number.as_i64(),
                _ => None,
            };
            let first = number(self.argument(field, "first"));
            let last = number(self.argument(field, "last"));
            return Count::Page(page_size(first, last));
        }
        let ids = match self.argument(field, "ids") {
            Some(ids) => Some(ids),
            None => match self.argument(field, "input") {
                Some(Value::Object(input)) => {
                    let ids = input.get("ids");
                    ids.and_then(|ids| self.resolved(ids))
                }
                _ => None,
            },
        };
        match ids {
            Some(Value::List(ids)) => Count::Each(ids.len().max(1)),
            _ => Count::One,
        }
    }

    fn argument(&mut self, field: &'a Field, name: &str) -> Option<&'a Value> {
        let argument = field.get_argument(name)?;
        self.resolved(&argument.node)
    }

    fn resolved(&mut self, value: &'a Value) -> Option<&'a Value> {
        match value {
            Value::Variable(name) => {
                self.is_fixed = false;
                self.bound.get(name)
            }
            value => Some(value),
        }
    }
}

enum Count {
    One,
    /// What is selected, so many times.
    Page(usize),
    /// The field itself, so many times.
    Each(usize),
}
