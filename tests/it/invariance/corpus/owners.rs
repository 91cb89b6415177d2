//! Lists of authors and of tags.

use super::{Facts, PAGE, aliased};

pub fn operations(facts: &Facts) -> Vec<(String, String)> {
    let mut operations = Vec::new();
    for list in ["authors", "tags"] {
        let (hidden, shown) = match list {
            "authors" => ("with-draft-ben", "ben"),
            _ => ("on-draft-ben", "all"),
        };
        for order in facts.orders(list) {
            let pages = facts.pages(list, &order, hidden, shown);
            let lists = aliased(pages.iter().map(|page| format!("{list}({page}) {PAGE}")));
            operations.push((format!("{list} by {order}"), format!("{{ {lists} }}")));
        }
    }
    let prefixed = ["w", "with", "With draft", "with draft-ben", "zz", ""].map(|prefix| {
        let filter = format!("filter: {{ nameStartsWith: \"{prefix}\" }}");
        format!("authors({filter}) {{ totalCount nodes {{ slug }} }}")
    });
    operations.push((
        "authors by their names' beginnings".to_owned(),
        format!("{{ {} }}", aliased(prefixed)),
    ));
    operations.push((
        "authors and tags in full".to_owned(),
        "{
            authors { nodes { id slug name bio avatarUrl postCount posts { totalCount nodes { slug } } } }
            tags { totalCount nodes { id slug name postCount posts { totalCount nodes { slug tags { slug } } } } }
        }"
        .to_owned(),
    ));
    operations
}
