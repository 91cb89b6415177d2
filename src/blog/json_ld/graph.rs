//! The things that a page speaks of, and how they hang together.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use super::address::Addresses;
use super::{Described, Question, Site, Writer};

/// Everything that is said of a post.
pub(super) fn graph(site: &Site, post: &Described<'_>) -> Value {
    let addresses = Addresses::new(site, post);
    let mut things = vec![posting(site, post, &addresses)];
    if !post.faq.is_empty() {
        things.push(questions(post, &addresses));
    }
    things.push(breadcrumbs(site, post, &addresses));
    let people = post.authors.iter().enumerate();
    things.extend(people.map(|(index, writer)| person(index, writer, &addresses)));
    json!({ "@context": "https://schema.org", "@graph": things })
}

fn posting(site: &Site, post: &Described<'_>, addresses: &Addresses) -> Value {
    let authors = post.authors.iter().enumerate();
    let authors = authors.map(|(index, writer)| reference(&person_id(index, writer, addresses)));
    let faq = (!post.faq.is_empty()).then(|| reference(&addresses.of_part("faq")));
    thing(json!({
        "@type": "BlogPosting",
        "@id": addresses.of_part("post"),
        "url": addresses.page,
        "mainEntityOfPage": page(addresses),
        "headline": post.title,
        "description": post.description,
        "datePublished": post.published_at.map(date),
        "dateModified": date(post.updated_at),
        "author": authors.collect::<Vec<_>>(),
        "publisher": publisher(site, addresses),
        "keywords": post.tags,
        "wordCount": post.word_count,
        "inLanguage": post.locale,
        "hasPart": faq,
    }))
}

fn page(addresses: &Addresses) -> Value {
    json!({
        "@type": "WebPage",
        "@id": addresses.page,
        "breadcrumb": reference(&addresses.of_part("breadcrumbs")),
    })
}

fn publisher(site: &Site, addresses: &Addresses) -> Value {
    json!({
        "@type": "Organization",
        "@id": addresses.of_site("publisher"),
        "name": site.name,
        "url": addresses.home,
    })
}

fn questions(post: &Described<'_>, addresses: &Addresses) -> Value {
    let questions: Vec<_> = post.faq.iter().map(question).collect();
    thing(json!({
        "@type": "FAQPage",
        "@id": addresses.of_part("faq"),
        "inLanguage": post.locale,
        "isPartOf": reference(&addresses.of_part("post")),
        "mainEntity": questions,
    }))
}

fn question(question: &Question<'_>) -> Value {
    json!({
        "@type": "Question",
        "name": question.question,
        "acceptedAnswer": { "@type": "Answer", "text": question.answer },
    })
}

fn breadcrumbs(site: &Site, post: &Described<'_>, addresses: &Addresses) -> Value {
    let steps = [
        (&*site.name, &addresses.home),
        (post.title, &addresses.page),
    ];
    let steps = (1..).zip(steps).map(|(position, (name, address))| {
        json!({
            "@type": "ListItem",
            "position": position,
            "name": name,
            "item": { "@type": "WebPage", "@id": address },
        })
    });
    json!({
        "@type": "BreadcrumbList",
        "@id": addresses.of_part("breadcrumbs"),
        "itemListElement": steps.collect::<Vec<_>>(),
    })
}

fn person(index: usize, writer: &Writer<'_>, addresses: &Addresses) -> Value {
    let bio = Some(writer.bio).filter(|bio| !bio.is_empty());
    thing(json!({
        "@type": "Person",
        "@id": person_id(index, writer, addresses),
        "name": writer.name,
        "description": bio,
        "image": writer.avatar_url,
    }))
}

/// With a slug the same on every page of the site, or else of this page alone.
fn person_id(index: usize, writer: &Writer<'_>, addresses: &Addresses) -> String {
    match writer.slug {
        Some(slug) => addresses.of_site(&format!("author-{slug}")),
        None => addresses.of_part(&format!("author-{}", index + 1)),
    }
}

fn reference(id: &str) -> Value {
    json!({ "@id": id })
}

/// ISO 8601, to the second.
fn date(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Without the properties that have no value: schema.org knows no null and no empty list.
fn thing(value: Value) -> Value {
    let Value::Object(properties) = value else {
        return value;
    };
    let has_value = |value: &Value| match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        _ => true,
    };
    let properties = properties.into_iter();
    let properties: Map<_, _> = properties.filter(|(_, value)| has_value(value)).collect();
    Value::Object(properties)
}
