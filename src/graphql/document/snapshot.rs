use async_graphql::parser::types::{Field, Selection, SelectionSet};

use super::Document;

/// Fields below the root that read the database when they are selected.
const READING: [&str; 16] = [
    "apiKeys",
    "author",
    "authors",
    "diff",
    "draft",
    "editor",
    "jsonLd",
    "postCount",
    "posts",
    "previewLinks",
    "revision",
    "revisions",
    "subject",
    "tags",
    "totalCount",
    "user",
];

/// Fields at the root that never ask the database twice, or not at all.
const WITHOUT_DATABASE: [&str; 4] = ["__typename", "__schema", "__type", "csrfToken"];

impl Document {
    /// Whether executing a query may take more than one statement, which then have to see one state
    /// of the database. Told by names alone: a statement that is not needed costs less than two that
    /// disagree.
    #[must_use]
    pub fn needs_snapshot(&self, operation_name: Option<&str>) -> bool {
        let Some(operation) = self.operation(operation_name) else {
            return false;
        };
        let mut reads = 0;
        self.count_roots(&operation.node.selection_set.node, &mut reads);
        reads > 1
    }

    fn count_roots(&self, set: &SelectionSet, reads: &mut u32) {
        self.each_field(set, &mut |field| {
            let name = field.name.node.as_str();
            if WITHOUT_DATABASE.contains(&name) {
                return;
            }
            // A filter may name what has to be looked up first, `nodes` takes ids of several types.
            let several =
                name == "nodes" || field.arguments.iter().any(|(it, _)| it.node == "filter");
            let set = &field.selection_set.node;
            *reads += if several { 2 } else { self.count_of_root(set) };
            self.each_field(set, &mut |field| {
                if field.name.node != "totalCount" {
                    self.count_field(field, reads);
                }
            });
        });
    }

    /// What a field at the root reads by itself: of a list, the page and the count as they are
    /// selected.
    fn count_of_root(&self, set: &SelectionSet) -> u32 {
        let (mut page, mut total) = (false, false);
        self.each_field(set, &mut |field| match field.name.node.as_str() {
            "totalCount" => total = true,
            "__typename" => {}
            _ => page = true,
        });
        u32::from(page || !total) + u32::from(total)
    }

    fn count_field(&self, field: &Field, reads: &mut u32) {
        if READING.contains(&field.name.node.as_str()) {
            *reads += 1;
        }
        // Two are enough to know.
        if *reads < 2 {
            self.each_field(&field.selection_set.node, &mut |field| {
                self.count_field(field, reads);
            });
        }
    }

    /// Every field of a set, with those of fragments.
    fn each_field(&self, set: &SelectionSet, visit: &mut dyn FnMut(&Field)) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => visit(&field.node),
                Selection::InlineFragment(fragment) => {
                    self.each_field(&fragment.node.selection_set.node, visit);
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = self.tree.fragments.get(name) {
                        self.each_field(&fragment.node.selection_set.node, visit);
                    }
                }
            }
        }
    }
}
