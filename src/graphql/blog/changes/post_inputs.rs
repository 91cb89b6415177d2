use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject};
use chrono::{DateTime, Utc};

use super::ids::Ids;
use crate::blog::{Dates, PostFields, model};
use crate::error::Result;
use crate::graphql::global_id::TypedId;
use crate::ids::PostId;

/// A question and its answer.
///
/// Example: `{ question: "Is it far?", answer: "**Two hours** by train." }`.
#[derive(InputObject)]
pub(super) struct FaqItemInput {
    /// In plain text, 1 to 300 characters.
    /// Example: `"Is it far?"`.
    question: String,
    /// In Markdown, 1 to 5,000 characters.
    /// Example: `"**Two hours** by train."`.
    answer: String,
}

/// Names a tag of a post.
///
/// Example: `{ name: "Travel" }`.
#[derive(OneofObject)]
pub(super) enum TagRef {
    /// By its `id`.
    /// Example: `"VAGdQwOPQHw-kdmotAJvHYU"`.
    Id(ID),
    /// By its name, whatever the case. A tag that is not there yet is made.
    /// Example: `"Travel"`.
    Name(String),
}

/// A post to make.
///
/// Example: `{ title: "Hello, Madrid", content: "**Hola**", tags: [{ name: "Travel" }], publish: true
/// }`.
#[derive(InputObject)]
pub(super) struct CreatePostInput {
    /// In plain text, 1 to 255 characters.
    /// Example: `"Hello, Madrid"`.
    title: String,
    /// Markdown of at most 1 MiB.
    /// Example: `"# Hola\n\nA **first** text."`.
    content: Option<String>,
    /// What names it in addresses: `a` to `z`, digits and single hyphens. Made of the title where none
    /// is given, with a number if another post has that.
    /// Example: `"hello-madrid"`.
    slug: Option<String>,
    /// Where it is to live on the site, for example `/2026/hello`; `/` and the slug where none is given.
    /// Example: `"/2026/hello-madrid"`.
    path: Option<String>,
    /// A summary in plain text, at most 1,000 characters; the beginning of the text where none is given.
    /// Example: `"What to see on a first day."`.
    excerpt: Option<String>,
    /// The `id`s of its authors, in order; your own profile where none are given.
    /// Example: `["QQGdQwOPQHtenH0h80aKzgE"]`.
    authors: Option<Vec<ID>>,
    /// Its tags, in order.
    /// Example: `[{ name: "Travel" }]`.
    tags: Option<Vec<TagRef>>,
    /// The title for search engines, at most 255 characters.
    /// Example: `"Madrid in a day"`.
    meta_title: Option<String>,
    /// What search engines say of it, at most 300 characters.
    /// Example: `"A walk through Madrid for those who have one day."`.
    meta_description: Option<String>,
    /// Where the original is, if this is a copy: an http or https address.
    /// Example: `"https://example.org/hello-madrid"`.
    canonical_url: Option<String>,
    /// Questions that it answers, at most 50.
    /// Example: `[{ question: "Is it far?", answer: "Two hours by train." }]`.
    faq: Option<Vec<FaqItemInput>>,
    /// The language that it is in, as a BCP 47 tag, for example `es` or `en-GB`.
    /// Example: `"en-GB"`.
    locale: Option<String>,
    /// Why, for the history: at most 500 characters.
    /// Example: `"A better beginning"`.
    pub(super) note: Option<String>,
    /// Whether to publish it as well.
    /// Example: `true`.
    #[graphql(default)]
    publish: bool,
    /// When it was published, if that was before now. Needs `publish`.
    /// Example: `"2026-03-31T08:30:00Z"`.
    published_at: Option<DateTime<Utc>>,
    /// When it stops being public. Needs `publish`.
    /// Example: `"2030-01-01T00:00:00Z"`.
    unpublish_at: Option<DateTime<Utc>>,
}

/// What to change of a post. What is left out stays; null or an empty text takes away what a post need
/// not have.
///
/// Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo", expectedVersion: 1, title: "Hello, Bogotá", note: "A
/// better title" }`.
#[derive(InputObject)]
pub(super) struct UpdatePostInput {
    /// The `id` of the post.
    /// Example: `"UAGdQwOPQHGyg9Tl9gcYKTo"`.
    pub(super) id: ID,
    /// The version that you have read: `version`, or the `number` of the working draft. What others have
    /// changed since is merged with your changes, or conflicts with them.
    /// Example: `1`.
    pub(super) expected_version: i32,
    /// In plain text, 1 to 255 characters.
    /// Example: `"Hello, Madrid"`.
    title: Option<String>,
    /// Markdown of at most 1 MiB. Merged line by line.
    /// Example: `"# Hola\n\nA **first** text."`.
    content: Option<String>,
    /// What names it in addresses. The former one keeps leading to the post.
    /// Example: `"hello-madrid"`.
    slug: Option<String>,
    /// Where it is to live on the site. The former path keeps leading there.
    /// Example: `"/2026/hello-madrid"`.
    path: Option<String>,
    /// A summary in plain text, at most 1,000 characters; null for the beginning of the text.
    /// Example: `"What to see on a first day."`.
    excerpt: MaybeUndefined<String>,
    /// The `id`s of its authors, in order.
    /// Example: `["QQGdQwOPQHtenH0h80aKzgE"]`.
    authors: Option<Vec<ID>>,
    /// Its tags, in order; an empty list takes all away.
    /// Example: `[{ name: "Travel" }]`.
    tags: Option<Vec<TagRef>>,
    /// The title for search engines, at most 255 characters.
    /// Example: `"Madrid in a day"`.
    meta_title: MaybeUndefined<String>,
    /// What search engines say of it, at most 300 characters.
    /// Example: `"A walk through Madrid for those who have one day."`.
    meta_description: MaybeUndefined<String>,
    /// Where the original is, if this is a copy: an http or https address.
    /// Example: `"https://example.org/hello-madrid"`.
    canonical_url: MaybeUndefined<String>,
    /// Questions that it answers, at most 50; an empty list takes all away.
    /// Example: `[{ question: "Is it far?", answer: "Two hours by train." }]`.
    faq: Option<Vec<FaqItemInput>>,
    /// The language that it is in, as a BCP 47 tag, for example `es` or `en-GB`.
    /// Example: `"en-GB"`.
    locale: MaybeUndefined<String>,
    /// Why, for the history: at most 500 characters.
    /// Example: `"A better beginning"`.
    pub(super) note: Option<String>,
}

/// Which revision is to be the newest again.
///
/// Example: `{ id: "UAGdQwOPQHGyg9Tl9gcYKTo", number: 1, note: "As it was at first" }`.
#[derive(InputObject)]
pub(super) struct RestoreRevisionInput {
    /// The `id` of the post.
    /// Example: `"UAGdQwOPQHGyg9Tl9gcYKTo"`.
    pub(super) id: ID,
    /// The number of the revision.
    /// Example: `1`.
    pub(super) number: i32,
    /// The version that you have read; if it is not the newest any more, nothing is done.
    /// Example: `2`.
    pub(super) expected_version: Option<i32>,
    /// Why, for the history: at most 500 characters.
    /// Example: `"As it was at first"`.
    pub(super) note: Option<String>,
}

/// Which post to show to others as it is being worked on.
///
/// Example: `{ post: "UAGdQwOPQHGyg9Tl9gcYKTo", expiresIn: 3600 }`.
#[derive(InputObject)]
pub(super) struct CreatePreviewLinkInput {
    /// The `id` of the post.
    /// Example: `"UAGdQwOPQHGyg9Tl9gcYKTo"`.
    pub(super) post: ID,
    /// For how many seconds: 60 to 7,776,000, which are 90 days.
    /// Example: `3600`.
    #[graphql(default = 86_400)]
    pub(super) expires_in: i32,
}

/// Which preview link to end.
///
/// Example: `{ id: "VgGdQwOPQH9rg-XQqUxyiL4" }`.
#[derive(InputObject)]
pub(super) struct RevokePreviewLinkInput {
    /// The `id` of the link.
    /// Example: `"VgGdQwOPQH9rg-XQqUxyiL4"`.
    pub(super) id: ID,
}

impl CreatePostInput {
    /// When it is to be published, if it is.
    pub(super) fn dates(&self) -> Option<Dates> {
        self.publish.then(|| Dates {
            published_at: self.published_at,
            unpublish_at: self.unpublish_at.map(Some),
        })
    }

    pub(super) fn into_domain(self) -> PostFields {
        let mut ids = Ids::default();
        let authors = self.authors.map(|authors| ids.list("authors", &authors));
        let tags = self.tags.map(|tags| ids.tags(tags));
        let mut problems = ids.problems();
        let times = [
            ("publishedAt", self.published_at),
            ("unpublishAt", self.unpublish_at),
        ];
        for (field, _) in times.into_iter().filter(|(_, time)| time.is_some()) {
            if !self.publish {
                let message = "a draft has no such time; set publish, or use schedulePost";
                problems.add(field, message);
            }
        }
        PostFields {
            title: Some(self.title),
            slug: self.slug,
            path: self.path,
            content: self.content,
            excerpt: self.excerpt,
            authors,
            tags,
            meta_title: self.meta_title,
            meta_description: self.meta_description,
            canonical_url: self.canonical_url,
            faq: self.faq.map(faq),
            locale: self.locale,
            problems,
        }
    }
}

impl UpdatePostInput {
    pub(super) fn into_domain(self) -> Result<((PostId, i32), PostFields)> {
        let mut ids = Ids::default();
        let post = PostId::decode("id", &self.id)?;
        let fields = PostFields {
            title: self.title,
            slug: self.slug,
            path: self.path,
            content: self.content,
            excerpt: emptied(self.excerpt),
            authors: self.authors.map(|authors| ids.list("authors", &authors)),
            tags: self.tags.map(|tags| ids.tags(tags)),
            meta_title: emptied(self.meta_title),
            meta_description: emptied(self.meta_description),
            canonical_url: emptied(self.canonical_url),
            faq: self.faq.map(faq),
            locale: emptied(self.locale),
            problems: ids.problems(),
        };
        Ok(((post, self.expected_version), fields))
    }
}

/// Null stands for an empty text, which takes away what was there.
pub(super) fn emptied(value: MaybeUndefined<String>) -> Option<String> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(String::new()),
        MaybeUndefined::Value(text) => Some(text),
    }
}

fn faq(items: Vec<FaqItemInput>) -> Vec<model::FaqItem> {
    let items = items.into_iter().map(|item| model::FaqItem {
        question: item.question,
        answer: item.answer,
    });
    items.collect()
}
