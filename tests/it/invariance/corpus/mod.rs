//! Everything that can be asked, in every way that a hidden thing might be noticed by.

mod accounts;
mod lists;
mod owners;
mod refused;
mod single;

use std::collections::HashMap;
use std::fmt;

use imprenta::accounts::{Role, Viewer};
use serde_json::Value;

use super::coverage::Schema;
use super::world::World;
use crate::support::logged_in;

/// A request that any viewer may send.
pub struct Operation {
    /// Unique in the corpus.
    pub name: String,
    pub request: Request,
    /// Answered with an error, whoever asks.
    pub is_refused: bool,
}

pub enum Request {
    /// A document, which is sent as up-to-date clients do.
    Graphql(String),
    /// A path.
    Get(String),
}

impl fmt::Display for Request {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Graphql(text) | Self::Get(text) => out.write_str(text),
        }
    }
}

/// Operations with what the world has to be asked about written into them.
pub struct Corpus {
    pub operations: Vec<Operation>,
}

impl Corpus {
    pub async fn new(world: &World) -> Self {
        let facts = Facts::new(world).await;
        let mut operations = Vec::new();
        let mut add = |is_refused: bool, asked: Vec<(String, String)>| {
            operations.extend(asked.into_iter().map(|(name, document)| Operation {
                name,
                request: Request::Graphql(document),
                is_refused,
            }));
        };
        add(false, lists::operations(&facts));
        add(false, owners::operations(&facts));
        add(false, single::operations(world));
        add(false, accounts::operations(world, &facts).await);
        add(true, refused::operations(world, &facts));
        operations.extend(paths(world).into_iter().map(|path| Operation {
            name: format!("GET {path}"),
            request: Request::Get(path),
            is_refused: false,
        }));
        Self { operations }
    }

    /// The operation of this name.
    pub fn named(&self, name: &str) -> &Operation {
        let found = self.operations.iter().find(|it| it.name == name);
        found.unwrap_or_else(|| panic!("no operation is named {name}"))
    }
}

/// What is not GraphQL, or not sent as such.
fn paths(world: &World) -> Vec<String> {
    let mut paths = [
        "/",
        "/health",
        "/health/live",
        "/health/ready",
        "/graphiql",
        "/.well-known/jwks.json",
        "/graphql?query={posts{totalCount}authors{totalCount}tags{totalCount}}",
    ]
    .map(str::to_owned)
    .to_vec();
    // Pages are the frontend's: here is nothing, whatever lives there.
    paths.extend(world.posts.iter().map(|post| format!("/{}", post.slug)));
    paths
}

/// What operations are made of.
pub struct Facts {
    pub schema: Schema,
    /// Cursors by the list, its order and the slug of the item.
    cursors: HashMap<(String, String), String>,
}

/// The lists that a cursor may be of, each with the field that names an item.
const LISTS: [(&str, &str); 4] = [
    ("posts", "slug"),
    ("authors", "slug"),
    ("tags", "slug"),
    ("users", "name"),
];

/// Searches that find every post but the common one: all with one rank, and with several.
pub const SEARCHES: [&str; 2] = [r#"search: "text""#, r#"search: "text ben or text ana*""#];

impl Facts {
    async fn new(world: &World) -> Self {
        let mut facts = Self {
            schema: Schema::read(),
            cursors: HashMap::new(),
        };
        for (list, name) in LISTS {
            for order in facts.orders(list) {
                facts.note_cursors(world, list, name, &order).await;
            }
        }
        for search in SEARCHES {
            facts.note_cursors(world, "posts", "slug", search).await;
        }
        facts
    }

    /// Each order of a list as an argument, in both directions.
    pub fn orders(&self, list: &str) -> Vec<String> {
        let field = match list {
            "posts" => "PostOrderField",
            "authors" => "AuthorOrderField",
            _ => return vec![String::new()],
        };
        let mut orders = Vec::new();
        for field in self.schema.values_of(field) {
            for direction in self.schema.values_of("OrderDirection") {
                orders.push(format!(
                    "orderBy: {{ field: {field}, direction: {direction} }}"
                ));
            }
        }
        orders
    }

    async fn note_cursors(&mut self, world: &World, list: &str, name: &str, order: &str) {
        let arguments = format!("first: 50, {order}");
        let query = format!("{{ {list}({arguments}) {{ edges {{ cursor node {{ {name} }} }} }} }}");
        let admin = logged_in(Role::Admin, None);
        let viewer = if list == "users" {
            admin
        } else {
            Viewer::system()
        };
        let data = world.app.query_as(&viewer, &query, Value::Null).await;
        for edge in data[list]["edges"].as_array().unwrap() {
            let key = format!("{list} {order}");
            let item = edge["node"][name].as_str().unwrap().to_owned();
            let cursor = edge["cursor"].as_str().unwrap().to_owned();
            self.cursors.insert((key, item), cursor);
        }
    }

    /// The cursor of an item of a list in some order.
    pub fn cursor(&self, list: &str, order: &str, item: &str) -> &str {
        &self.cursors[&(format!("{list} {order}"), item.to_owned())]
    }

    /// The pages of a list, from both ends and around what is hidden and what is not.
    pub fn pages(&self, list: &str, order: &str, hidden: &str, shown: &str) -> Vec<String> {
        let hidden = self.cursor(list, order, hidden);
        let shown = self.cursor(list, order, shown);
        vec![
            format!("first: 3, {order}"),
            format!("last: 3, {order}"),
            format!("first: 2, after: \"{hidden}\", {order}"),
            format!("last: 2, before: \"{hidden}\", {order}"),
            format!("after: \"{hidden}\", before: \"{shown}\", {order}"),
        ]
    }
}

/// Selections under names of their own: `a0: …`, `a1: …`.
pub fn aliased(selections: impl IntoIterator<Item = String>) -> String {
    let numbered = selections.into_iter().enumerate();
    let named = numbered.map(|(index, selection)| format!("a{index}: {selection}"));
    named.collect::<Vec<_>>().join("\n")
}

/// All that a page of posts shows of the list.
pub const PAGE: &str = "{ nodes { slug } edges { cursor node { slug } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }";

/// All that there is about a post.
pub const POST: &str =
    "__typename id slug path title content contentHtml excerpt status publishedAt
    unpublishAt createdAt updatedAt version readingMinutes wordCount locale frontMatter
    metaTitle metaDescription canonicalUrl faq { question answer } jsonLd 
    tableOfContents { level text anchor } author { id slug postCount }
    authors { id slug name bio avatarUrl version postCount } tags { id slug name version postCount }";
