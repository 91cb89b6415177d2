use super::references::References;
use crate::blog::fields::{self, Problems};
use crate::blog::model::FaqItem;
use crate::blog::revisions::Saved;
use crate::ids::{AuthorId, TagId};

/// What a post is to say; what is `None` is left as it is, or to its default. An empty text takes
/// away what a post need not have.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PostFields {
    /// 1 to 255 characters.
    pub title: Option<String>,
    /// Of `[a-z0-9-]`; made of the title where none is given.
    pub slug: Option<String>,
    /// Where it lives on the site; `/` and the slug where none is given.
    pub path: Option<String>,
    /// Markdown of at most 1 MiB.
    pub content: Option<String>,
    /// A summary of at most 1,000 characters.
    pub excerpt: Option<String>,
    /// In order; the viewer's own profile where none are given.
    pub authors: Option<Vec<AuthorId>>,
    /// In order.
    pub tags: Option<Vec<TagRef>>,
    /// The title for search engines.
    pub meta_title: Option<String>,
    /// What search engines say, at most 300 characters.
    pub meta_description: Option<String>,
    /// Where the original of a copy is.
    pub canonical_url: Option<String>,
    /// Questions and answers.
    pub faq: Option<Vec<FaqItem>>,
    /// The language, as a tag of BCP 47.
    pub locale: Option<String>,
    /// What was found wrong when they were read: told with all else.
    pub problems: Problems,
}

impl PostFields {
    /// What of them has to be looked up, with the names that were found right.
    pub(super) fn references<'f>(&'f self, checked: &'f Checked) -> References<'f> {
        References {
            authors: self.authors.as_deref().unwrap_or_default(),
            tags: self.tags.as_deref().unwrap_or_default(),
            slug: checked.slug.as_deref(),
            path: checked.path.as_deref(),
        }
    }
}

/// How a tag is named: one that is not there yet is made of its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagRef {
    /// By its id.
    Id(TagId),
    /// By its name, whatever the case.
    Name(String),
}

impl TagRef {
    /// Its id, if it is named by that.
    pub(super) fn id(&self) -> Option<TagId> {
        match self {
            Self::Id(id) => Some(*id),
            Self::Name(_) => None,
        }
    }
}

/// Fields of which each was found right by itself.
#[derive(Debug, Default)]
#[expect(
    clippy::option_option,
    reason = "not given, taken away, and given are three things"
)]
pub(super) struct Checked {
    pub title: Option<String>,
    pub slug: Option<String>,
    pub path: Option<String>,
    content: Option<String>,
    excerpt: Option<Option<String>>,
    meta_title: Option<Option<String>>,
    meta_description: Option<Option<String>>,
    canonical_url: Option<Option<String>>,
    faq: Option<Vec<FaqItem>>,
    locale: Option<Option<String>>,
}

impl Checked {
    /// Checks each field by itself, and notes all that is wrong.
    pub fn of(fields: &PostFields, problems: &mut Problems) -> Self {
        macro_rules! check {
            ($name:literal, $field:ident) => {
                check!($name, $field, fields::$field)
            };
            ($name:literal, $field:ident, $check:path) => {
                problems.take_some($name, fields.$field.as_deref().map($check))
            };
        }
        Self {
            title: check!("title", title),
            slug: check!("slug", slug),
            path: check!("path", path),
            content: check!("content", content),
            excerpt: check!("excerpt", excerpt),
            meta_title: check!("metaTitle", meta_title),
            meta_description: check!("metaDescription", meta_description),
            canonical_url: check!("canonicalUrl", canonical_url),
            faq: fields.faq.clone().map(|faq| fields::faq(faq, problems)),
            locale: check!("locale", locale),
        }
    }

    /// What `base` becomes by these fields. The slug and the path are given: they depend on what
    /// other posts have.
    pub fn applied_to(self, base: &Saved, (slug, path): (String, String)) -> Saved {
        let mut saved = base.clone();
        let snapshot = &mut saved.snapshot;
        (snapshot.slug, snapshot.path) = (slug, path);
        macro_rules! apply {
            ($($field:ident),*) => {
                $(if let Some(value) = self.$field {
                    snapshot.$field = value;
                })*
            };
        }
        apply!(
            title,
            excerpt,
            meta_title,
            meta_description,
            canonical_url,
            faq,
            locale
        );
        if let Some(content) = self.content {
            saved.content = content;
        }
        saved
    }
}
