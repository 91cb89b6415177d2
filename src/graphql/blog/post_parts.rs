//! What a selection on a post wants of it: the one place that knows which fields stand on which columns.

use async_graphql::{Lookahead, SelectionField};

use crate::blog::model::PostColumns;

/// What has to be read of a post for what is selected of it.
pub(in crate::graphql) fn post_parts(post: &Lookahead<'_>) -> PostColumns {
    let mut parts = PostColumns::empty();
    for selection in post.selection_fields() {
        parts = selection
            .selection_set()
            .fold(parts, |parts, field| parts | of(&field));
    }
    parts
}

/// The same of the posts of a connection.
pub(super) fn item_parts(connection: &Lookahead<'_>) -> PostColumns {
    let of_edges = post_parts(&connection.field("edges").field("node"));
    post_parts(&connection.field("nodes")) | of_edges
}

fn of(field: &SelectionField<'_>) -> PostColumns {
    match field.name() {
        "slug" => PostColumns::SLUG,
        "path" => PostColumns::PATH,
        "title" => PostColumns::TITLE,
        "status" => PostColumns::STATUS,
        "publishedAt" => PostColumns::PUBLISHED_AT,
        "createdAt" => PostColumns::CREATED_AT,
        "updatedAt" => PostColumns::UPDATED_AT,
        "unpublishAt" => PostColumns::UNPUBLISH_AT,
        "version" => PostColumns::VERSION,
        "wordCount" | "readingMinutes" => PostColumns::WORD_COUNT,
        "locale" => PostColumns::LOCALE,
        "metaTitle" => PostColumns::META_TITLE,
        "metaDescription" => PostColumns::META_DESCRIPTION,
        "canonicalUrl" => PostColumns::CANONICAL_URL,
        "excerpt" => PostColumns::EXCERPT,
        "content" | "contentHtml" | "tableOfContents" => PostColumns::CONTENT,
        "frontMatter" => PostColumns::FRONT_MATTER,
        "faq" => PostColumns::FAQ,
        "author" | "authors" => of_authors(field),
        "tags" => PostColumns::TAGS,
        "jsonLd" => {
            let post = PostColumns::ALL - PostColumns::CONTENT - PostColumns::FRONT_MATTER;
            post | PostColumns::PROFILES | PostColumns::TAGS
        }
        // Found by the id alone, or, of a post that has moved, read in any case.
        "id" | "__typename" | "draft" | "revision" | "revisions" | "previewLinks" | "location" => {
            PostColumns::empty()
        }
        // A field of something else that might stand here as well, or one that nobody has told of here.
        _ => PostColumns::ALL,
    }
}

fn of_authors(field: &SelectionField<'_>) -> PostColumns {
    let is_named = |field: SelectionField<'_>| {
        matches!(
            field.name(),
            "id" | "__typename" | "slug" | "name" | "posts" | "postCount"
        )
    };
    if field.selection_set().all(is_named) {
        PostColumns::AUTHORS
    } else {
        PostColumns::PROFILES
    }
}
