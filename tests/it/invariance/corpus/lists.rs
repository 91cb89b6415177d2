//! Lists of posts: of all, of an author and of a tag, in every order and through every filter.

use super::{Facts, PAGE, POST, SEARCHES, aliased};

/// Where lists of posts are, as what stands before and behind them.
const PLACES: [(&str, &str, &str); 3] = [
    ("all", "{", "}"),
    ("an author", "{ author(by: { slug: \"ben\" }) {", "} }"),
    ("a tag", "{ tag(by: { slug: \"all\" }) {", "} }"),
];

pub fn operations(facts: &Facts) -> Vec<(String, String)> {
    let mut operations = Vec::new();
    for (place, before, behind) in PLACES {
        for order in facts.orders("posts") {
            let mut pages = facts.pages("posts", &order, "draft-ben", "live-ben");
            if place != "all" {
                // From the end, and around what is hidden.
                pages = pages.drain(1..4).collect();
            }
            let lists = aliased(pages.iter().map(|page| format!("posts({page}) {PAGE}")));
            operations.push((
                format!("posts of {place} by {order}"),
                format!("{before} {lists} {behind}"),
            ));
        }
        for (index, filters) in filters(facts).chunks(16).enumerate() {
            let lists = filters.iter().map(|filter| {
                format!("posts(filter: {{ {filter} }}) {{ totalCount nodes {{ slug }} }}")
            });
            operations.push((
                format!("posts of {place} through filters, part {index}"),
                format!("{before} {} {behind}", aliased(lists)),
            ));
        }
    }
    for search in SEARCHES {
        let pages = facts.pages("posts", search, "draft-ben", "live-ben");
        let pages = pages.iter().map(|page| format!("posts({page}) {PAGE}"));
        let totals = facts.schema.values_of("PostStatus").into_iter().map(|status| {
            format!("posts({search}, filter: {{ status: [{status}] }}) {{ totalCount nodes {{ slug }} }}")
        });
        operations.push((
            format!("posts by {search}"),
            format!("{{ {} }}", aliased(pages.chain(totals))),
        ));
    }
    operations.push((
        "posts by a search, with what was found".to_owned(),
        r#"{ posts(search: "text -absent", first: 30) { totalCount edges { cursor searchHighlight node { slug title } } } }"#.to_owned(),
    ));
    let owners = "authors { posts { totalCount nodes { slug } } } tags { posts { totalCount nodes { slug } } }";
    operations.push((
        "posts in full".to_owned(),
        format!("{{ posts {{ totalCount nodes {{ {POST} {owners} }} }} }}"),
    ));
    operations
}

/// Filters, each with what is hidden and with what is not.
fn filters(facts: &Facts) -> Vec<String> {
    let statuses = facts.schema.values_of("PostStatus");
    let mut filters: Vec<_> = statuses
        .iter()
        .map(|status| format!("status: [{status}]"))
        .collect();
    filters.push(format!("status: [{}]", statuses.join(", ")));
    filters.push("status: [DRAFT, PUBLISHED], author: { slug: \"ben\" }".to_owned());
    filters.push("status: []".to_owned());
    for hidden in ["draft-ben", "expired-ben"] {
        filters.push(format!("author: {{ slug: \"with-{hidden}\" }}"));
        filters.push(format!("tag: {{ slug: \"on-{hidden}\" }}"));
    }
    for author in ["ben", "cy"] {
        filters.push(format!("author: {{ slug: \"{author}\" }}"));
        filters.push(format!(
            "author: {{ slug: \"{author}\" }}, tag: {{ slug: \"all\" }}"
        ));
    }
    for time in TIMES {
        filters.push(format!("publishedFrom: \"{time}\""));
        filters.push(format!(
            "publishedUntil: \"{time}\", tag: {{ slug: \"all\" }}"
        ));
    }
    filters.push(format!(
        "publishedFrom: \"{}\", publishedUntil: \"{}\"",
        TIMES[1], TIMES[2]
    ));
    filters
}

/// Before, between and after the times of the posts, and that of those to come.
const TIMES: [&str; 4] = [
    "2025-01-01T00:00:00Z",
    "2026-04-01T00:00:00Z",
    "2026-05-02T00:00:00Z",
    "2026-06-01T12:00:00Z",
];
