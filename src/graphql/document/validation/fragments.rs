use std::collections::HashSet;

use async_graphql::Name;
use async_graphql::parser::types::ExecutableDocument;

use super::Problems;
use super::walk::{Contents, Walked};

/// Every fragment has to be used (section 5.5.1.4 "Fragments Must Be Used"). That each spread has its
/// fragment and none is in itself was seen when the document was measured.
pub(super) fn check(document: &ExecutableDocument, walked: &Walked<'_>, problems: &mut Problems) {
    let mut used = HashSet::new();
    for (_, contents) in &walked.operations {
        used.extend(reached(contents, walked));
    }
    let fragments = document.fragments.iter();
    let mut unused: Vec<_> = fragments.filter(|(name, _)| !used.contains(name)).collect();
    unused.sort_by_key(|(_, fragment)| (fragment.pos.line, fragment.pos.column));
    for (name, fragment) in unused {
        problems.add(fragment.pos, format!("the fragment \"{name}\" is not used"));
    }
}

/// The fragments that an operation spreads, also by others.
pub(super) fn reached<'a>(contents: &Contents<'a>, walked: &Walked<'a>) -> HashSet<&'a Name> {
    let mut reached = HashSet::new();
    let mut next: Vec<&Name> = contents.spreads.iter().copied().collect();
    while let Some(name) = next.pop() {
        if reached.insert(name)
            && let Some(contents) = walked.fragments.get(name)
        {
            next.extend(&contents.spreads);
        }
    }
    reached
}
