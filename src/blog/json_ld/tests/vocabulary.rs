//! The part of schema.org that posts use: which type has which properties, and of what kind.

use serde_json::{Value, json};

use super::{bare, full, parsed, site};

/// What a property's value may be.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Text,
    /// Absolute, or relative to the page.
    Url,
    /// ISO 8601.
    DateTime,
    Integer,
    /// An object of one of these types, or a reference to one in the same graph.
    Thing(&'static [&'static str]),
}

use Kind::{DateTime, Integer, Text, Thing, Url};

/// A type, its properties and which of them Google cannot do without.
struct Type {
    name: &'static str,
    properties: &'static [(&'static str, Kind)],
    required: &'static [&'static str],
}

const TYPES: &[Type] = &[
    // https://schema.org/BlogPosting; Google's page "Article" requires nothing.
    Type {
        name: "BlogPosting",
        properties: &[
            ("url", Url),                                               // https://schema.org/url
            ("mainEntityOfPage", Thing(&["WebPage"])), // https://schema.org/mainEntityOfPage
            ("headline", Text),                        // https://schema.org/headline
            ("description", Text),                     // https://schema.org/description
            ("datePublished", DateTime),               // https://schema.org/datePublished
            ("dateModified", DateTime),                // https://schema.org/dateModified
            ("author", Thing(&["Organization", "Person"])), // https://schema.org/author
            ("publisher", Thing(&["Organization", "Person"])), // https://schema.org/publisher
            ("keywords", Text),                        // https://schema.org/keywords
            ("wordCount", Integer),                    // https://schema.org/wordCount
            ("inLanguage", Text),                      // https://schema.org/inLanguage
            ("hasPart", Thing(&["BlogPosting", "FAQPage", "WebPage"])), // https://schema.org/hasPart
        ],
        required: &["headline", "mainEntityOfPage", "publisher", "dateModified"],
    },
    // https://schema.org/FAQPage; Google's page "FAQ" requires mainEntity.
    Type {
        name: "FAQPage",
        properties: &[
            ("mainEntity", Thing(&["Question"])), // https://schema.org/mainEntity
            ("inLanguage", Text),                 // https://schema.org/inLanguage
            ("isPartOf", Thing(&["BlogPosting", "WebPage"])), // https://schema.org/isPartOf
        ],
        required: &["mainEntity"],
    },
    // https://schema.org/Question; Google's page "FAQ" requires both.
    Type {
        name: "Question",
        properties: &[
            ("name", Text),                         // https://schema.org/name
            ("acceptedAnswer", Thing(&["Answer"])), // https://schema.org/acceptedAnswer
        ],
        required: &["name", "acceptedAnswer"],
    },
    // https://schema.org/Answer; Google's page "FAQ" requires text.
    Type {
        name: "Answer",
        properties: &[("text", Text)], // https://schema.org/text
        required: &["text"],
    },
    // https://schema.org/BreadcrumbList; Google's page "Breadcrumb" requires itemListElement.
    Type {
        name: "BreadcrumbList",
        properties: &[("itemListElement", Thing(&["ListItem"]))], // https://schema.org/itemListElement
        required: &["itemListElement"],
    },
    // https://schema.org/ListItem; Google's page "Breadcrumb" requires all, item but for the last.
    Type {
        name: "ListItem",
        properties: &[
            ("position", Integer),         // https://schema.org/position
            ("name", Text),                // https://schema.org/name
            ("item", Thing(&["WebPage"])), // https://schema.org/item
        ],
        required: &["position", "name", "item"],
    },
    // https://schema.org/WebPage
    Type {
        name: "WebPage",
        properties: &[("breadcrumb", Thing(&["BreadcrumbList"]))], // https://schema.org/breadcrumb
        required: &["@id"],
    },
    // https://schema.org/Organization
    Type {
        name: "Organization",
        properties: &[
            ("name", Text), // https://schema.org/name
            ("url", Url),   // https://schema.org/url
        ],
        required: &["name"],
    },
    // https://schema.org/Person; Google's page "Article" asks for a name.
    Type {
        name: "Person",
        properties: &[
            ("name", Text),        // https://schema.org/name
            ("description", Text), // https://schema.org/description
            ("image", Url),        // https://schema.org/image
        ],
        required: &["name"],
    },
];

/// Everything in a graph that the vocabulary does not know or that is missing.
pub(super) fn problems(graph: &Value) -> Vec<String> {
    let things = graph["@graph"].as_array().cloned().unwrap_or_default();
    let mut problems = Vec::new();
    for thing in &things {
        check(thing, &things, &mut problems);
    }
    problems
}

fn check(thing: &Value, graph: &[Value], problems: &mut Vec<String>) {
    let Some(known) = TYPES.iter().find(|known| thing["@type"] == known.name) else {
        problems.push(format!("a type of its own: {thing}"));
        return;
    };
    for name in known.required {
        if thing.get(name).is_none() {
            problems.push(format!("{} without {name}", known.name));
        }
    }
    for (name, value) in thing.as_object().into_iter().flatten() {
        let kind = known
            .properties
            .iter()
            .find(|(property, _)| property == name);
        match (&**name, kind) {
            ("@type", _) => {}
            ("@id", _) => check_value(value, Url, graph, problems),
            (_, Some((_, kind))) => {
                let values = value
                    .as_array()
                    .map_or(std::slice::from_ref(value), Vec::as_slice);
                for value in values {
                    check_value(value, *kind, graph, problems);
                }
            }
            _ => problems.push(format!("{} has no {name}", known.name)),
        }
    }
}

fn check_value(value: &Value, kind: Kind, graph: &[Value], problems: &mut Vec<String>) {
    let right = match kind {
        Text => value.is_string(),
        Url => value.as_str().is_some_and(is_url),
        DateTime => value
            .as_str()
            .is_some_and(|text| chrono::DateTime::parse_from_rfc3339(text).is_ok()),
        Integer => value.is_u64(),
        Thing(types) => {
            let reference = value.as_object().is_some_and(|it| it.len() == 1);
            let target = graph
                .iter()
                .find(|thing| reference && thing["@id"] == value["@id"]);
            if target.is_none() {
                check(value, graph, problems);
            }
            let target = target.unwrap_or(value);
            types.iter().any(|name| target["@type"] == *name)
        }
    };
    if !right {
        problems.push(format!("{value} is not {kind:?}"));
    }
}

fn is_url(text: &str) -> bool {
    let page = url::Url::parse("https://www.example.org/a/b");
    page.is_ok_and(|page| page.join(text).is_ok())
}

#[test]
fn every_property_is_one_that_its_type_has() {
    for post in [full(), bare()] {
        assert_eq!(problems(&parsed(&site(), &post)), Vec::<String>::new());
    }
}

#[test]
fn what_is_wrong_is_found() {
    let wrong = |thing: Value| problems(&json!({ "@graph": [thing] }));
    let no_text = json!({ "@type": "Answer" });
    assert_eq!(wrong(no_text), ["Answer without text"]);
    let unknown = json!({ "@type": "Answer", "text": "a", "nmae": "b" });
    assert_eq!(wrong(unknown), ["Answer has no nmae"]);
    let number = json!({ "@type": "Answer", "text": 1 });
    assert_eq!(wrong(number), ["1 is not Text"]);
    let nowhere = json!({ "@type": "FAQPage", "mainEntity": [{ "@id": "#a" }] });
    assert_eq!(wrong(nowhere).len(), 2);
}
