use serde_json::{Value, json};

use super::snapshot::{Saved, Snapshot};
use crate::blog::lines;
use crate::error::{Conflict, Error, Result};

/// Makes one of two changes of the same post, field by field: a field that one of them has changed
/// is as they have it. Texts are merged by lines. What both have changed, in different ways, is a
/// conflict, and all of those are told at once.
pub fn merge(base: &Saved, yours: &Saved, current: &Saved, current_version: i32) -> Result<Saved> {
    let mut merging = Merging {
        current_version,
        conflicts: Vec::new(),
    };
    let (b, y, c) = (&base.snapshot, &yours.snapshot, &current.snapshot);
    macro_rules! field {
        ($name:literal, $field:ident) => {
            merging.field($name, &b.$field, &y.$field, &c.$field)
        };
    }
    let snapshot = Snapshot {
        title: field!("title", title),
        slug: field!("slug", slug),
        path: field!("path", path),
        excerpt: field!("excerpt", excerpt),
        authors: field!("authors", authors),
        tags: field!("tags", tags),
        meta_title: field!("metaTitle", meta_title),
        meta_description: field!("metaDescription", meta_description),
        canonical_url: field!("canonicalUrl", canonical_url),
        faq: field!("faq", faq),
        locale: field!("locale", locale),
        front_matter: field!("frontMatter", front_matter),
    };
    let content = merging.content(&base.content, &yours.content, &current.content);
    if merging.conflicts.is_empty() {
        Ok(Saved { snapshot, content })
    } else {
        Err(Error::Conflict(merging.conflicts))
    }
}

struct Merging {
    current_version: i32,
    conflicts: Vec<Conflict>,
}

impl Merging {
    fn field<T>(&mut self, field: &'static str, base: &T, yours: &T, current: &T) -> T
    where
        T: Clone + PartialEq + serde::Serialize,
    {
        if yours == base || yours == current {
            return current.clone();
        }
        if current != base {
            let value = |value: &T| serde_json::to_value(value).unwrap_or(Value::Null);
            self.add(field, value(base), value(current), value(yours));
        }
        yours.clone()
    }

    fn content(&mut self, base: &str, yours: &str, current: &str) -> String {
        if yours == base || yours == current {
            return current.to_owned();
        }
        if current == base {
            return yours.to_owned();
        }
        lines::merge(base, yours, current).unwrap_or_else(|| {
            self.add("content", json!(base), json!(current), json!(yours));
            yours.to_owned()
        })
    }

    fn add(&mut self, field: &'static str, base: Value, current: Value, yours: Value) {
        self.conflicts.push(Conflict {
            field,
            base,
            current,
            yours,
            current_version: self.current_version,
        });
    }
}

/// The names of the fields in which two revisions differ.
#[must_use]
pub fn changed_fields(old: &Saved, new: &Saved) -> Vec<&'static str> {
    let (o, n) = (&old.snapshot, &new.snapshot);
    let fields = [
        ("title", o.title != n.title),
        ("slug", o.slug != n.slug),
        ("path", o.path != n.path),
        ("content", old.content != new.content),
        ("excerpt", o.excerpt != n.excerpt),
        ("authors", o.authors != n.authors),
        ("tags", o.tags != n.tags),
        ("metaTitle", o.meta_title != n.meta_title),
        ("metaDescription", o.meta_description != n.meta_description),
        ("canonicalUrl", o.canonical_url != n.canonical_url),
        ("faq", o.faq != n.faq),
        ("locale", o.locale != n.locale),
        ("frontMatter", o.front_matter != n.front_matter),
    ];
    let changed = fields.into_iter().filter(|(_, changed)| *changed);
    changed.map(|(name, _)| name).collect()
}
