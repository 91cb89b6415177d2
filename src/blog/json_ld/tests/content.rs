use serde_json::json;

use super::super::Site;
use super::{bare, full, of_type, parsed, site};

const PAGE: &str = "https://www.example.org/blog/%C3%BCber%20uns";

#[test]
fn a_post_is_described_whole() {
    let graph = parsed(&site(), &full());
    assert_eq!(graph["@context"], "https://schema.org");
    let expected = json!({
        "@type": "BlogPosting",
        "@id": format!("{PAGE}#post"),
        "url": PAGE,
        "mainEntityOfPage": {
            "@type": "WebPage",
            "@id": PAGE,
            "breadcrumb": { "@id": format!("{PAGE}#breadcrumbs") },
        },
        "headline": "About <us>",
        "description": "Who we are",
        "datePublished": "2026-05-01T08:00:00Z",
        "dateModified": "2026-06-01T12:00:00Z",
        "author": [
            { "@id": "https://www.example.org/#author-ana" },
            { "@id": format!("{PAGE}#author-2") },
        ],
        "publisher": {
            "@type": "Organization",
            "@id": "https://www.example.org/#publisher",
            "name": "Ana & Co.",
            "url": "https://www.example.org/",
        },
        "keywords": ["Rust", "Teams"],
        "wordCount": 321,
        "inLanguage": "de-AT",
        "hasPart": { "@id": format!("{PAGE}#faq") },
    });
    assert_eq!(of_type(&graph, "BlogPosting"), expected);
}

#[test]
fn questions_come_with_their_answers() {
    let faq = of_type(&parsed(&site(), &full()), "FAQPage");
    let expected = json!([{
        "@type": "Question",
        "name": "Why?",
        "acceptedAnswer": { "@type": "Answer", "text": "Because <b>we</b> can." },
    }]);
    assert_eq!(faq["mainEntity"], expected);
}

#[test]
fn the_way_leads_from_the_site_to_the_post() {
    let list = of_type(&parsed(&site(), &full()), "BreadcrumbList");
    let steps = list["itemListElement"].as_array().unwrap();
    let steps: Vec<_> = steps
        .iter()
        .map(|step| (&step["position"], &step["name"], &step["item"]["@id"]))
        .collect();
    let (one, two) = (json!(1), json!(2));
    let (home, title) = (json!("Ana & Co."), json!("About <us>"));
    let (home_url, url) = (json!("https://www.example.org/"), json!(PAGE));
    assert_eq!(steps, [(&one, &home, &home_url), (&two, &title, &url)]);
}

#[test]
fn what_a_post_does_not_have_is_left_out() {
    let graph = parsed(&site(), &bare());
    let types: Vec<_> = graph["@graph"]
        .as_array()
        .unwrap()
        .iter()
        .map(|thing| &thing["@type"])
        .collect();
    assert_eq!(types, ["BlogPosting", "BreadcrumbList"]);
    let posting = of_type(&graph, "BlogPosting");
    for name in [
        "description",
        "datePublished",
        "author",
        "keywords",
        "inLanguage",
        "hasPart",
    ] {
        assert!(posting.get(name).is_none(), "{name}");
    }
}

#[test]
fn the_canonical_address_wins() {
    let mut post = full();
    post.canonical_url = Some("https://other.example.org/a?b=c#d");
    let posting = of_type(&parsed(&site(), &post), "BlogPosting");
    assert_eq!(posting["url"], "https://other.example.org/a?b=c#d");
    assert_eq!(posting["@id"], "https://other.example.org/a?b=c#post");
}

#[test]
fn without_an_address_of_the_site_references_are_relative() {
    let site = Site {
        url: None,
        ..site()
    };
    let mut post = full();
    let posting = of_type(&parsed(&site, &post), "BlogPosting");
    assert_eq!(posting["url"], "/blog/%C3%BCber%20uns");
    assert_eq!(posting["publisher"]["url"], "/");
    // Two slashes would name another host.
    post.path = "//evil.example/100%?#";
    let posting = of_type(&parsed(&site, &post), "BlogPosting");
    assert_eq!(posting["url"], "/.//evil.example/100%25%3F%23");
}
