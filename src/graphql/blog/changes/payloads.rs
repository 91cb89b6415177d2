//! What the blog's mutations give back.

use async_graphql::{ID, SimpleObject};
use secrecy::{ExposeSecret, SecretString};

use crate::blog;
use crate::error::Result;
use crate::graphql::blog::preview::PreviewLink;
use crate::graphql::blog::{Author, Post, Tag};
use crate::graphql::in_order::InOrder;
use crate::graphql::siblings::Sibling;
use crate::graphql::user_error::{UserError, divided, payload};

/// Declares the payload of a mutation of one post.
macro_rules! post_payload {
    ($(#[$doc:meta])* $name:ident) => {
        payload!(
            $(#[$doc])*
            $name {
                /// The post as it is now; null if nothing was done.
                post: Post
            }
        );
    };
}

/// Declares the payload of a mutation of several posts.
macro_rules! posts_payload {
    ($(#[$doc:meta])* $name:ident) => {
        payload!(
            $(#[$doc])*
            $name {
                /// The posts as they are now, in the order of the input; null if nothing was done.
                posts: Vec<Post>
            }
        );
    };
}

post_payload!(
    /// What became of the making of a post.
    ///
    /// Example: `mutation { createPost(input: { title: "Hello, Madrid", content: "**Hola**" }) { post
    /// { id slug } userErrors { message } } }`.
    CreatePostPayload
);
post_payload!(
    /// What became of the change of a post.
    ///
    /// Example: `mutation { updatePost(input: { id: "UAGdQwOPQHGyg9Tl9gcYKTo", expectedVersion: 1,
    /// title: "Hello, Bogotá" }) { post { version draft { number title } } userErrors { message } }
    /// }`.
    UpdatePostPayload
);
post_payload!(
    /// What became of the publication of a post.
    ///
    /// Example: `mutation { publishPost(input: { id: "UAGdQwOPQHGyg9Tl9gcYKTo" }) { post { status
    /// publishedAt } userErrors { message } } }`.
    PublishPostPayload
);
post_payload!(
    /// What became of the plan to publish a post.
    ///
    /// Example: `mutation { schedulePost(input: { id: "UAGdQwOPQHGyg9Tl9gcYKTo", at:
    /// "2030-01-01T08:00:00Z" }) { post { status publishedAt } userErrors { message } } }`.
    SchedulePostPayload
);
post_payload!(
    /// What became of making a post a draft again.
    ///
    /// Example: `mutation { unpublishPost(input: { id: "UAGdQwOPQHGyg9Tl9gcYKTo" }) { post { status
    /// } userErrors { message } } }`.
    UnpublishPostPayload
);
post_payload!(
    /// What became of archiving a post.
    ///
    /// Example: `mutation { archivePost(input: { id: "UAGdQwOPQHGyg9Tl9gcYKTo" }) { post { status }
    /// userErrors { message } } }`.
    ArchivePostPayload
);
post_payload!(
    /// What became of throwing a post away.
    ///
    /// Example: `mutation { trashPost(input: { id: "UAGdQwOPQHGyg9Tl9gcYKTo" }) { post { status }
    /// userErrors { message } } }`.
    TrashPostPayload
);
post_payload!(
    /// What became of having a post back from the trash.
    ///
    /// Example: `mutation { restorePost(input: { id: "UAGdQwOPQHGyg9Tl9gcYKTo" }) { post { status
    /// slug } userErrors { message } } }`.
    RestorePostPayload
);
post_payload!(
    /// What became of dropping a working draft.
    ///
    /// Example: `mutation { discardDraft(input: { id: "UAGdQwOPQHGyg9Tl9gcYKTo" }) { post { version
    /// title } userErrors { message } } }`.
    DiscardDraftPayload
);
post_payload!(
    /// What became of restoring a revision.
    ///
    /// Example: `mutation { restoreRevision(input: { id: "UAGdQwOPQHGyg9Tl9gcYKTo", number: 1 }) {
    /// post { version } userErrors { message } } }`.
    RestoreRevisionPayload
);
posts_payload!(
    /// What became of the publication of posts.
    ///
    /// Example: `mutation { publishPosts(input: { ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"] }) { posts {
    /// status } userErrors { message } } }`.
    PublishPostsPayload
);
posts_payload!(
    /// What became of the plan to publish posts.
    ///
    /// Example: `mutation { schedulePosts(input: { ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"], at:
    /// "2030-01-01T08:00:00Z" }) { posts { publishedAt } userErrors { message } } }`.
    SchedulePostsPayload
);
posts_payload!(
    /// What became of making posts drafts again.
    ///
    /// Example: `mutation { unpublishPosts(input: { ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"] }) { posts {
    /// status } userErrors { message } } }`.
    UnpublishPostsPayload
);
posts_payload!(
    /// What became of archiving posts.
    ///
    /// Example: `mutation { archivePosts(input: { ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"] }) { posts {
    /// status } userErrors { message } } }`.
    ArchivePostsPayload
);
posts_payload!(
    /// What became of throwing posts away.
    ///
    /// Example: `mutation { trashPosts(input: { ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"] }) { posts {
    /// status } userErrors { message } } }`.
    TrashPostsPayload
);
posts_payload!(
    /// What became of having posts back from the trash.
    ///
    /// Example: `mutation { restorePosts(input: { ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"] }) { posts {
    /// status } userErrors { message } } }`.
    RestorePostsPayload
);
payload!(
    /// What became of removing a post for good.
    ///
    /// Example: `mutation { purgePost(input: { id: "UAGdQwOPQHGyg9Tl9gcYKTo" }) { purgedId
    /// userErrors { message } } }`.
    PurgePostPayload {
        /// The id that the post had; null if nothing was done.
        purged_id: ID
    }
);
payload!(
    /// What became of removing posts for good.
    ///
    /// Example: `mutation { purgePosts(input: { ids: ["UAGdQwOPQHGyg9Tl9gcYKTo"] }) { purgedIds
    /// userErrors { message } } }`.
    PurgePostsPayload {
        /// The ids that the posts had; null if nothing was done.
        purged_ids: Vec<ID>
    }
);
payload!(
    /// What became of ending a preview link.
    ///
    /// Example: `mutation { revokePreviewLink(input: { id: "VgGdQwOPQH9rg-XQqUxyiL4" }) {
    /// previewLink { revokedAt } userErrors { message } } }`.
    RevokePreviewLinkPayload {
        /// The link; null if nothing was done.
        preview_link: PreviewLink
    }
);
payload!(
    /// What became of the making of an author.
    ///
    /// Example: `mutation { createAuthor(input: { name: "Ana Ruiz" }) { author { id slug }
    /// userErrors { message } } }`.
    CreateAuthorPayload {
        /// The author; null if there is none.
        author: Author
    }
);
payload!(
    /// What became of the change of an author.
    ///
    /// Example: `mutation { updateAuthor(input: { id: "QQGdQwOPQHtenH0h80aKzgE", expectedVersion:
    /// 1, bio: "Writes about rivers." }) { author { version bio } userErrors { message } } }`.
    UpdateAuthorPayload {
        /// The author as they are now; null if nothing was changed.
        author: Author
    }
);
payload!(
    /// What became of removing an author.
    ///
    /// Example: `mutation { deleteAuthor(input: { id: "QQGdQwOPQHtenH0h80aKzgE" }) { deletedId
    /// userErrors { message } } }`.
    DeleteAuthorPayload {
        /// The id that the author had; null if nothing was done.
        deleted_id: ID
    }
);
payload!(
    /// What became of the making of a tag.
    ///
    /// Example: `mutation { createTag(input: { name: "Travel" }) { tag { id slug } userErrors {
    /// message } } }`.
    CreateTagPayload {
        /// The tag; null if there is none.
        tag: Tag
    }
);
payload!(
    /// What became of renaming a tag.
    ///
    /// Example: `mutation { renameTag(input: { id: "VAGdQwOPQHw-kdmotAJvHYU", expectedVersion: 1,
    /// name: "Journeys" }) { tag { name slug } userErrors { message } } }`.
    RenameTagPayload {
        /// The tag as it is now; null if nothing was changed.
        tag: Tag
    }
);
payload!(
    /// What became of making one tag of several.
    ///
    /// Example: `mutation { mergeTags(input: { from: ["VAGdQwOPQHw-kdmotAJvHYU"], into:
    /// "VAGdQwOPQH1EobmcAuf1OG0" }) { tag { name postCount } userErrors { message } } }`.
    MergeTagsPayload {
        /// The tag that their posts have now; null if nothing was done.
        tag: Tag
    }
);
payload!(
    /// What became of removing a tag.
    ///
    /// Example: `mutation { deleteTag(input: { id: "VAGdQwOPQHw-kdmotAJvHYU" }) { deletedId
    /// userErrors { message } } }`.
    DeleteTagPayload {
        /// The id that the tag had; null if nothing was done.
        deleted_id: ID
    }
);

/// What became of the making of a preview link.
///
/// Example: `mutation { createPreviewLink(input: { post: "UAGdQwOPQHGyg9Tl9gcYKTo" }) { token
/// previewLink { expiresAt } userErrors { message } } }`.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(in crate::graphql) struct CreatePreviewLinkPayload {
    /// The link; null if there is none.
    preview_link: Option<PreviewLink>,
    /// Give it to `preview` to see the post. It is shown this once.
    token: Option<String>,
    /// Why it could not be done; empty if it was.
    user_errors: Vec<InOrder<UserError>>,
}

impl CreatePreviewLinkPayload {
    /// The payload of the service's result.
    pub(super) fn of(
        result: Result<(blog::PreviewLink, SecretString)>,
    ) -> async_graphql::Result<Self> {
        let (created, user_errors) = divided(result)?;
        let (link, token) = created.unzip();
        Ok(Self {
            preview_link: link.map(PreviewLink),
            token: token.map(|it| it.expose_secret().to_owned()),
            user_errors,
        })
    }
}

/// A post that was loaded alone.
pub(super) fn post(post: blog::model::Post) -> Post {
    Post(Sibling::single(post))
}

/// Posts that were loaded together.
pub(super) fn posts(posts: Vec<blog::model::Post>) -> Vec<Post> {
    Sibling::all(posts).map(Post).collect()
}
