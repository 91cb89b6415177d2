//! Which answers may be kept by caches between this server and its clients.
//!
//! Hints stand here and not at the types: there are few, and one look tells what is public.

use async_graphql::parser::types::{OperationType, Selection, SelectionSet};

use super::Document;
use crate::graphql::types::{TypeInfo, named};

/// Fields at the root whose answer to a visitor is everyone's, and for how many seconds. All others are
/// for who asks alone. Posts are published when their time comes, so none is kept for long.
const PUBLIC: [(&str, u32); 12] = [
    ("__schema", 300),
    ("__type", 300),
    ("__typename", 300),
    ("author", 30),
    ("authors", 30),
    ("node", 30),
    ("nodes", 30),
    ("post", 30),
    ("posts", 30),
    ("route", 30),
    ("tag", 30),
    ("tags", 30),
];

/// Fields below the root that are for who asks alone.
const PRIVATE: [(&str, &str); 4] = [
    ("Post", "draft"),
    ("Post", "previewLinks"),
    ("Post", "revision"),
    ("Post", "revisions"),
];

impl Document {
    /// For how many seconds the answer to a visitor may be kept by anyone: as long as all its parts
    /// may. `None` if some part may not.
    #[must_use]
    pub fn public_seconds(&self, operation_name: Option<&str>) -> Option<u32> {
        let operation = self.operation(operation_name)?;
        let root = self.schema.types.root(operation.node.ty)?;
        if operation.node.ty != OperationType::Query {
            return None;
        }
        self.public_seconds_of(&operation.node.selection_set.node, root, true)
    }

    fn public_seconds_of(
        &self,
        set: &SelectionSet,
        parent: &TypeInfo,
        is_root: bool,
    ) -> Option<u32> {
        let mut least = u32::MAX;
        for item in &set.items {
            let seconds = match &item.node {
                Selection::Field(field) => {
                    let (name, set) = (&field.node.name.node, &field.node.selection_set.node);
                    if PRIVATE.contains(&(parent.name.as_str(), name.as_str())) {
                        return None;
                    }
                    let own = if is_root {
                        PUBLIC.iter().find(|it| it.0 == name).map(|it| it.1)?
                    } else {
                        u32::MAX
                    };
                    let info = parent.fields.get(name)?;
                    let inner = self.schema.types.get(named(&info.ty))?;
                    own.min(self.public_seconds_of(set, inner, false)?)
                }
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref();
                    let on = on.map_or(Some(parent), |on| self.schema.types.get(&on.node.on.node));
                    let set = &fragment.node.selection_set.node;
                    self.public_seconds_of(set, on?, is_root)?
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let fragment = &self.tree.fragments.get(name)?.node;
                    let on = self
                        .schema
                        .types
                        .get(&fragment.type_condition.node.on.node)?;
                    self.public_seconds_of(&fragment.selection_set.node, on, is_root)?
                }
            };
            least = least.min(seconds);
        }
        Some(least)
    }
}
