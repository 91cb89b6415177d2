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

/// Fields of a post that are read in the statement that reads the post.
const WITH_POST: [&str; 4] = ["author", "authors", "jsonLd", "tags"];

/// Fields at the root that are, or may be, a post.
const POSTS: [&str; 3] = ["node", "post", "route"];

/// Arguments for which several statements may be needed: a filter may name what has to be looked up first,
/// and a search goes on in the next tier where one ends.
const MANY: [&str; 2] = ["filter", "search"];

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
            // `nodes` takes ids of several types; a preview is found by its link.
            let several = ["nodes", "preview"].contains(&name)
                || field
                    .arguments
                    .iter()
                    .any(|(it, _)| MANY.contains(&it.node.as_str()));
            let set = &field.selection_set.node;
            *reads += if several { 2 } else { self.count_of_root(set) };
            if POSTS.contains(&name) {
                self.count_post(set, reads);
            } else {
                self.count_list(name, set, reads);
            }
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

    /// What is read of the items of a list, or of an object, but for its count.
    fn count_list(&self, name: &str, set: &SelectionSet, reads: &mut u32) {
        self.each_field(set, &mut |field| match field.name.node.as_str() {
            "totalCount" => {}
            "nodes" if name == "posts" => self.count_post(&field.selection_set.node, reads),
            "edges" if name == "posts" => {
                self.each_field(&field.selection_set.node, &mut |field| {
                    self.count_post(&field.selection_set.node, reads);
                });
            }
            _ => self.count_field(field, reads),
        });
    }

    /// What is read of a post besides itself.
    fn count_post(&self, set: &SelectionSet, reads: &mut u32) {
        self.each_field(set, &mut |field| {
            if WITH_POST.contains(&field.name.node.as_str()) {
                self.count_fields(&field.selection_set.node, reads);
            } else {
                self.count_field(field, reads);
            }
        });
    }

    fn count_field(&self, field: &Field, reads: &mut u32) {
        let name = field.name.node.as_str();
        if READING.contains(&name) {
            *reads += 1;
        }
        // Two are enough to know.
        if *reads < 2 {
            self.count_fields(&field.selection_set.node, reads);
        }
    }

    fn count_fields(&self, set: &SelectionSet, reads: &mut u32) {
        self.each_field(set, &mut |field| self.count_field(field, reads));
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
