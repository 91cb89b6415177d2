//! What nobody is answered: the texts of the errors must not tell either.

use super::Facts;
use crate::invariance::world::{World, global_id};

pub fn operations(world: &World, facts: &Facts) -> Vec<(String, String)> {
    let mut documents = DOCUMENTS.map(str::to_owned).to_vec();
    let hidden = world.post("draft-ben");
    let id = global_id(b'P', hidden.id);
    let author = global_id(b'A', hidden.author_id);
    let cursor = facts.cursor("posts", &facts.orders("posts")[0], "draft-ben");
    let of_authors = facts.cursor("authors", &facts.orders("authors")[0], "with-draft-ben");
    documents.extend([
        // Of another kind, order or list, with something hidden in it.
        format!("{{ author(by: {{ id: \"{id}\" }}) {{ name }} }}"),
        format!("{{ tag(by: {{ id: \"{author}\" }}) {{ name }} }}"),
        format!("{{ posts(filter: {{ author: {{ id: \"{id}\" }} }}) {{ totalCount }} }}"),
        format!("{{ apiKeys(user: \"{id}\") {{ totalCount }} }}"),
        format!("{{ posts(after: \"{cursor}\") {{ totalCount }} }}"),
        format!("{{ posts(before: \"{of_authors}\", orderBy: {{ field: TITLE }}) {{ totalCount }} }}"),
        format!("{{ authors(after: \"{cursor}\") {{ totalCount }} }}"),
        format!("{{ tags(after: \"{of_authors}x\") {{ totalCount }} }}"),
        format!("{{ author(by: {{ slug: \"ben\" }}) {{ posts(after: \"{of_authors}\") {{ totalCount }} }} }}"),
        format!("{{ node(id: \"{id}x\") {{ id }} nodes(ids: [\"{id}\", \"{author}\"]) {{ id }} }}"),
        format!("{{ nodes(ids: [{}]) {{ id }} }}", format!("\"{id}\" ").repeat(101)),
        format!("{{ post(by: {{ id: \"{id}\", slug: \"draft-ben\" }}) {{ id }} }}"),
        format!("{{ post(by: {{ id: \"{id}\" }}) {{ id titel }} }}"),
    ]);
    documents
        .into_iter()
        .enumerate()
        .map(|(index, document)| (format!("refused, number {index}"), document))
        .collect()
}

const DOCUMENTS: [&str; 26] = [
    "{",
    "{ posts }",
    "{ post { id } }",
    "{ post(by: {}) { id } }",
    "{ post(by: { slug: draft }) { id } }",
    "{ post(by: { slug: \"draft-ben\", slug: 1 }) { id } }",
    "{ postss { totalCount } }",
    "{ posts(frist: 1) { totalCount } }",
    "{ posts(first: \"1\") { totalCount } }",
    "{ posts(first: 1, last: 1) { totalCount } }",
    "{ posts(first: -1) { nodes { id } } }",
    "{ posts(last: 101) { totalCount } }",
    "{ posts(after: \"hidden\") { totalCount } }",
    "{ posts(filter: { status: [HIDDEN] }) { totalCount } }",
    "{ posts(filter: { publishedFrom: \"yesterday\" }) { totalCount } }",
    "{ posts(filter: { author: { slug: \"with-draft-ben\", id: \"x\" } }) { totalCount } }",
    "{ posts(orderBy: { field: WORDS }) { totalCount } }",
    "{ author(by: { slug: \"ben\" }) { posts(first: 101) { totalCount } } }",
    "{ tag(by: { slug: \"all\" }) { posts(first: 1, last: 1) { totalCount } } }",
    "{ authors(filter: { nameStartsWith: 1 }) { totalCount } }",
    "{ node(id: \"\") { id } }",
    "{ node(id: \"draft-ben\") { id } }",
    "{ route { __typename } }",
    "{ users(filter: { role: ROOT }) { totalCount } }",
    "{ auditLog(filter: { subject: \"draft-ben\" }) { totalCount } }",
    "query($id: ID!) { node(id: $id) { id } }",
];
