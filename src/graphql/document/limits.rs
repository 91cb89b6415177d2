use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

use super::DocumentError;
use crate::graphql::ErrorCode;

/// Fields of an operation, each counted as often as fragments spread it.
const MAX_FIELDS: u32 = 2000;
/// Fields at the root. Those of a query run at the same time: so many connections one request may
/// hold. Those of a mutation run one after the other: so many passwords one request may try.
const MAX_ROOT_FIELDS: u32 = 20;
/// Levels of fields in fields. The explorer's introspection query has 15.
const MAX_DEPTH: u32 = 20;

/// The size of what a selection set stands for, once its fragments are spread.
#[derive(Clone, Copy, Default)]
struct Size {
    /// Those of the set itself.
    roots: u32,
    /// With those that they select.
    fields: u32,
    depth: u32,
}

/// Refuses documents whose fragments spread without end, or to more than can be executed.
///
/// Looks at each fragment once, so it takes time in proportion to the document's length.
pub(super) fn check(document: &ExecutableDocument) -> Result<(), DocumentError> {
    let mut measure = Measure {
        document,
        fragments: HashMap::new(),
    };
    for (_, operation) in document.operations.iter() {
        let size = measure.selection_set(&operation.node.selection_set.node)?;
        let fault = if size.roots > MAX_ROOT_FIELDS {
            format!("the operation has more than {MAX_ROOT_FIELDS} fields at its root")
        } else if size.fields > MAX_FIELDS {
            format!("the operation selects more than {MAX_FIELDS} fields")
        } else if size.depth > MAX_DEPTH {
            format!("the operation is more than {MAX_DEPTH} fields deep")
        } else {
            continue;
        };
        return Err(DocumentError::new(ErrorCode::TooComplex, fault).at(operation.pos));
    }
    Ok(())
}

struct Measure<'a> {
    document: &'a ExecutableDocument,
    /// `None` while a fragment is being measured: whoever meets it then is inside of it.
    fragments: HashMap<&'a Name, Option<Size>>,
}

impl<'a> Measure<'a> {
    fn selection_set(&mut self, set: &'a SelectionSet) -> Result<Size, DocumentError> {
        let mut total = Size::default();
        for item in &set.items {
            let size = match &item.node {
                Selection::Field(field) => {
                    let inner = self.selection_set(&field.node.selection_set.node)?;
                    Size {
                        roots: 1,
                        fields: inner.fields.saturating_add(1),
                        depth: inner.depth.saturating_add(1),
                    }
                }
                Selection::InlineFragment(fragment) => {
                    self.selection_set(&fragment.node.selection_set.node)?
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    self.fragment(name).map_err(|error| error.at(spread.pos))?
                }
            };
            total.roots = total.roots.saturating_add(size.roots);
            total.fields = total.fields.saturating_add(size.fields);
            total.depth = total.depth.max(size.depth);
        }
        Ok(total)
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
